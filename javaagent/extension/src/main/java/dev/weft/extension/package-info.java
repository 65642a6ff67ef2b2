/**
 * Start-up and wiring for either host: reads the configuration, puts the engine behind {@link
 * dev.weft.bootstrap.Mesh}, connects to the control server.
 */
@NullMarked
package dev.weft.extension;

import org.jspecify.annotations.NullMarked;
