/** The one timer of the agent. */
@NullMarked
package dev.weft.extension.timer;

import org.jspecify.annotations.NullMarked;
