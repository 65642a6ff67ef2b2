/** Mutual TLS with SPIFFE identities on the JDK's own JSSE. */
@NullMarked
package dev.weft.engine.tls;

import org.jspecify.annotations.NullMarked;
