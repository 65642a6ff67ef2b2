/** Keeps this JVM known to our control server: announcement, lease, status, goodbye. */
@NullMarked
package dev.weft.client.register;

import org.jspecify.annotations.NullMarked;
