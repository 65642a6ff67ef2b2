/**
 * Governs {@code java.net.HttpURLConnection} for {@code http} URLs.
 *
 * <p>A call begins where the connection asks for an {@code HttpClient} (once per hop of a
 * redirect), endpoint and mesh TLS are put in where that client opens its socket, and an answer of
 * the mesh is a socket that holds it: all above the socket stays the JDK's. Connects are retried;
 * once the request has left, nothing is. {@code https} URLs are not governed. See
 * docs/decisions/0051.
 */
@NullMarked
package dev.weft.instrumentation.urlconnection;

import org.jspecify.annotations.NullMarked;
