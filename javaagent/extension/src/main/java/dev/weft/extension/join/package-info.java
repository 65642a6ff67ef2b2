/** This JVM in the mesh: its facts, its connection to the control server, its leave. */
@NullMarked
package dev.weft.extension.join;

import org.jspecify.annotations.NullMarked;
