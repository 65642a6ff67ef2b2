/** The agent's configuration: one table of keys. */
@NullMarked
package dev.weft.extension.config;

import org.jspecify.annotations.NullMarked;
