/** The customers: a JVM of its own with the agent, told what to call over its standard input. */
@NullMarked
package dev.weft.demo.shopper;

import org.jspecify.annotations.NullMarked;
