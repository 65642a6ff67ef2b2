/**
 * The seam between woven libraries and the engine.
 *
 * <p>These classes live in the bootstrap class loader, so they use JDK types only and change
 * rarely. Woven adapters <em>drive</em> (they send, wait and cancel with the library's own means);
 * the engine behind {@link dev.weft.bootstrap.Mesh} <em>decides</em> (it never blocks, does no I/O
 * and starts no thread for a call).
 */
@NullMarked
package dev.weft.bootstrap;

import org.jspecify.annotations.NullMarked;
