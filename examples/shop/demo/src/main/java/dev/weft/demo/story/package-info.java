/**
 * The steps of the demo, a class each. A step does something to the shop and measures what
 * customers see.
 */
@NullMarked
package dev.weft.demo.story;

import org.jspecify.annotations.NullMarked;
