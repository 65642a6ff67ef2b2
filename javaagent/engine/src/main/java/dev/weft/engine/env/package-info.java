/** What the engine takes from the world around it: time, chance, names, permission. */
@NullMarked
package dev.weft.engine.env;

import org.jspecify.annotations.NullMarked;
