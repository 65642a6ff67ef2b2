/** CPU and latency added per request: direct, a pair of Envoys with mTLS, woven mTLS. */
@NullMarked
package dev.weft.bench.sidecar;

import org.jspecify.annotations.NullMarked;
