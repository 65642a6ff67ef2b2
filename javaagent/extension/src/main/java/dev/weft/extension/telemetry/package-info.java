/** Metrics, spans and access logs; Micrometer and OpenTelemetry types stay in here. */
@NullMarked
package dev.weft.extension.telemetry;

import org.jspecify.annotations.NullMarked;
