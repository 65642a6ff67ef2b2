/** Child processes and their ports. Whatever was started is ended. */
@NullMarked
package dev.weft.demo.process;

import org.jspecify.annotations.NullMarked;
