/** Serving the compiled mesh: ADS, SDS, and the process as a whole. */
@NullMarked
package dev.weft.control.serve;

import org.jspecify.annotations.NullMarked;
