/** Entry into a stock OpenTelemetry agent. */
@NullMarked
package dev.weft.extension.otel;

import org.jspecify.annotations.NullMarked;
