/** Real PostgreSQL servers, started and ended by whoever needs them. Knows nothing of Weft. */
@NullMarked
package dev.weft.examples.postgres;

import org.jspecify.annotations.NullMarked;
