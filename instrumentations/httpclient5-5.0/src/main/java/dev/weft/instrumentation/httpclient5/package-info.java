/**
 * Apache HttpClient 5, the classic (blocking) client.
 *
 * <p>How a request travels: {@link dev.weft.instrumentation.httpclient5.MeshExecHandler} puts a
 * {@link dev.weft.instrumentation.httpclient5.MeshExecRuntime} beneath protocol, cookies and auth,
 * which holds the connection back until the request is complete. {@link
 * dev.weft.instrumentation.httpclient5.Exchange} then drives the mesh's call: it leases a
 * connection for each attempt and sends. {@link dev.weft.instrumentation.httpclient5.Steering}
 * tells the library's own connection operator where that connection goes and what TLS lies beneath
 * it.
 *
 * <p>Left alone: requests through a proxy or a Unix domain socket, {@code
 * HttpClients.createMinimal()}, and the asynchronous client (reported as not governed).
 */
@NullMarked
package dev.weft.instrumentation.httpclient5;

import org.jspecify.annotations.NullMarked;
