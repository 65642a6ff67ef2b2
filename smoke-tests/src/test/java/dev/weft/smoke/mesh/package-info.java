/**
 * A small mesh of real JVMs: what it shows of itself, and how it starts and stays when parts are
 * away.
 */
package dev.weft.smoke.mesh;
