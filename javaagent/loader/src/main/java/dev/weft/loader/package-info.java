/**
 * Hosts instrumentation modules without the OpenTelemetry agent: module index, transformation,
 * helper class loaders, premain, and the report of what was woven and what was not.
 *
 * <p>An instrumentation module is written to the OpenTelemetry extension API in the narrow subset
 * that {@link dev.weft.loader.Weaver} names. Its type matchers should be exact ({@code named},
 * {@code namedOneOf}): an exact name costs one hash look-up per loaded class, anything else makes
 * the loader parse every class that the application loads.
 */
@NullMarked
package dev.weft.loader;

import org.jspecify.annotations.NullMarked;
