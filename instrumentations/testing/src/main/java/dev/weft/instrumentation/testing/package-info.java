/**
 * Contract suites that every instrumented library inherits, and what they run against: scriptable
 * backends, a certificate authority in memory, a mesh built by hand around the real engine.
 *
 * <p>Order of reading: {@code AbstractHttpClientContractTest}, {@code TestMesh}, {@link
 * dev.weft.instrumentation.testing.Backend}.
 */
@NullMarked
package dev.weft.instrumentation.testing;

import org.jspecify.annotations.NullMarked;
