/**
 * The control server, the shop on it, a tap between two services, and what agents say of
 * themselves.
 */
@NullMarked
package dev.weft.demo.mesh;

import org.jspecify.annotations.NullMarked;
