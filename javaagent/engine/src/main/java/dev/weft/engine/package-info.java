/**
 * The engine behind the seam: decides, balances, protects, accounts.
 *
 * <p>It never blocks, does no I/O and starts no thread for a call. Configuration is one immutable
 * {@link dev.weft.engine.CompiledMesh}, swapped through one volatile field; what has to survive a
 * swap (outlier state, requests in flight, metric handles) lives in {@link
 * dev.weft.engine.lb.Host}.
 */
@NullMarked
package dev.weft.engine;

import org.jspecify.annotations.NullMarked;
