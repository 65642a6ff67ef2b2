/** The mesh's certificate authority: its root, workload certificates (SVIDs), the server's own. */
@NullMarked
package dev.weft.control.ca;

import org.jspecify.annotations.NullMarked;
