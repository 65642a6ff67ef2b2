/** The status page. */
@NullMarked
package dev.weft.control.page;

import org.jspecify.annotations.NullMarked;
