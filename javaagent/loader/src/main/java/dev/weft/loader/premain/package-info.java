/**
 * The little that runs before anything else of Weft: it decides whether to start, and prints one
 * line when it does not. These classes are the only ones beside the seam that sit at the top of the
 * agent jar; they use JDK types only and touch neither logging nor management classes.
 */
@NullMarked
package dev.weft.loader.premain;

import org.jspecify.annotations.NullMarked;
