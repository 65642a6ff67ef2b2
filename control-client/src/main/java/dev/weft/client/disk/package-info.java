/** The last known good snapshot on disk, in a compact format that needs nothing but the JDK. */
@NullMarked
package dev.weft.client.disk;

import org.jspecify.annotations.NullMarked;
