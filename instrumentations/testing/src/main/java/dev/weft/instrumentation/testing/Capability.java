package dev.weft.instrumentation.testing;

/**
 * What a client library's adapter can do. A case whose capability is missing is skipped, so the
 * report shows the gap.
 */
public enum Capability {
  /** The address of the endpoint replaces the dialled name's. */
  ROUTE,
  /** Request headers can be set, added and removed. */
  REQUEST_HEADERS,
  /** The path on the wire can differ from the application's. */
  PATH_REWRITE,
  /** An answer of the mesh itself can be given as the library's own response. */
  LOCAL_REPLY,
  /** A failed connect can be tried at another endpoint. */
  CONNECT_RETRY,
  /** A call can be sent again after a response or a reset. */
  RETRY,
  /** Injected delays and backoff can be waited. */
  WAIT,
  /** Timeouts of call and attempt can be kept. */
  TIMEOUT,
  /** TLS can be put beneath plaintext. */
  PEER_TLS,
  /** The library follows redirects when asked. */
  REDIRECTS,
  /** The library keeps cookies when asked. */
  COOKIES,
  /** The application can cancel a call that is under way. */
  CANCEL,
  /** Request bodies that can be read once only. */
  ONE_SHOT_BODY,
  /** The library tells the end of a response body. */
  BODY_END
}
