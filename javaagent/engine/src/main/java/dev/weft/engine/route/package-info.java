/** Finds the route of a request and what it does. */
@NullMarked
package dev.weft.engine.route;

import org.jspecify.annotations.NullMarked;
