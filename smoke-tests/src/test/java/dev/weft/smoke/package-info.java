/** Forked JVMs with the packaged jars. */
@org.jspecify.annotations.NullMarked
package dev.weft.smoke;
