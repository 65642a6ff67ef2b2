/** Documents that people write, read into typed records, with findings for what is refused. */
@NullMarked
package dev.weft.control.source;

import org.jspecify.annotations.NullMarked;
