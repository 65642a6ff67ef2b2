/** Forked processes and what the kernel says of them. */
@NullMarked
package dev.weft.bench.process;

import org.jspecify.annotations.NullMarked;
