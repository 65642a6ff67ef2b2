/** Loopback endpoint for people and tools: status, configuration, metrics, kill switch. */
@NullMarked
package dev.weft.extension.admin;

import org.jspecify.annotations.NullMarked;
