/** A control plane in the tests: plays dumps of a real istiod on loopback sockets. */
@NullMarked
package dev.weft.client.replay;

import org.jspecify.annotations.NullMarked;
