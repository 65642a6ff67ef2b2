/** Injected faults. */
@NullMarked
package dev.weft.engine.fault;

import org.jspecify.annotations.NullMarked;
