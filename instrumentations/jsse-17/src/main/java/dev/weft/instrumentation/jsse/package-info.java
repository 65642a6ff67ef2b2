/** The JDK's TLS stack, where it refuses what mesh peers send. */
@NullMarked
package dev.weft.instrumentation.jsse;

import org.jspecify.annotations.NullMarked;
