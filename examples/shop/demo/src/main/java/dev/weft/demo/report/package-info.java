/** The figures, their bounds, the table and the JSON file. */
@NullMarked
package dev.weft.demo.report;

import org.jspecify.annotations.NullMarked;
