/**
 * Turns xDS resources into the model, a file per resource type. The only place, with {@code ads},
 * where Envoy's messages are seen.
 *
 * <p>Outbound is lenient: what we do not know is left out and listed by name. Inbound is strict: a
 * security rule that we cannot enforce closes the port that it protects.
 */
@NullMarked
package dev.weft.client.translate;

import org.jspecify.annotations.NullMarked;
