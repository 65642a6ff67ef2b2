/** JMH: what a decision of the engine costs. */
@NullMarked
package dev.weft.bench.engine;

import org.jspecify.annotations.NullMarked;
