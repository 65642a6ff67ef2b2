/**
 * Tomcat 10.1 as a mesh peer's server: mTLS and plaintext on the application's own plain port,
 * every request judged before the container sees it.
 */
@NullMarked
package dev.weft.instrumentation.tomcat;

import org.jspecify.annotations.NullMarked;
