/** Changes to request and response headers. */
@NullMarked
package dev.weft.engine.header;

import org.jspecify.annotations.NullMarked;
