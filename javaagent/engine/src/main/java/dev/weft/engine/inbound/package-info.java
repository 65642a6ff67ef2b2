/** What happens to requests that arrive at this JVM. */
@NullMarked
package dev.weft.engine.inbound;

import org.jspecify.annotations.NullMarked;
