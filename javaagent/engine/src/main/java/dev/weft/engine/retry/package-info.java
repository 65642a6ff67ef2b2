/** When a failed call is sent again, and after how long. */
@NullMarked
package dev.weft.engine.retry;

import org.jspecify.annotations.NullMarked;
