/** Time to main or ready, CPU to 30 s, RSS: none, stock OpenTelemetry agent, ours. */
@NullMarked
package dev.weft.bench.startup;

import org.jspecify.annotations.NullMarked;
