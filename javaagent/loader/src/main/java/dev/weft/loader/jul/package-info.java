/** Logging of carried code, without the JDK's logging. */
@NullMarked
package dev.weft.loader.jul;

import org.jspecify.annotations.NullMarked;
