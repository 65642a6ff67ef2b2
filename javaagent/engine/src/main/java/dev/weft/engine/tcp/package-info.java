/** Opaque TCP connections, JDBC among them. */
@NullMarked
package dev.weft.engine.tcp;

import org.jspecify.annotations.NullMarked;
