/** A folder of YAML documents: durable, versioned, watched. */
@NullMarked
package dev.weft.control.store;

import org.jspecify.annotations.NullMarked;
