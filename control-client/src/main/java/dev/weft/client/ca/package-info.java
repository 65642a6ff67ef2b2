/** The JVM's identity: key, certificate request, renewal. The key never leaves memory. */
@NullMarked
package dev.weft.client.ca;

import org.jspecify.annotations.NullMarked;
