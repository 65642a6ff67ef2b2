/** What would happen to a call, answered by the real engine on the real snapshot. */
@NullMarked
package dev.weft.control.explain;

import org.jspecify.annotations.NullMarked;
