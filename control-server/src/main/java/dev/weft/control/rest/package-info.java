/** The JSON API on loopback. */
@NullMarked
package dev.weft.control.rest;

import org.jspecify.annotations.NullMarked;
