/** What the engine tells: one record per call, a span per attempt. Implemented elsewhere. */
@NullMarked
package dev.weft.engine.telemetry;

import org.jspecify.annotations.NullMarked;
