/**
 * Governs {@code java.net.http.HttpClient}, the JDK's own.
 *
 * <p>The hook is {@code Exchange.responseAsync()} inside the client: below redirects, cookies and
 * authentication, above the connection pools. There a governed exchange is replaced by the tries
 * that the engine asks for, each a JDK exchange of its own on a copy of the request, so the client
 * keeps its timers, filters, pools and exceptions. See docs/decisions/0050.
 */
@NullMarked
package dev.weft.instrumentation.javahttp;

import org.jspecify.annotations.NullMarked;
