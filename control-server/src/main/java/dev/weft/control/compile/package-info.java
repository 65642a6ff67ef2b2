/** Services and policies compiled to xDS in the shape of Istio's sidecars. */
@NullMarked
package dev.weft.control.compile;

import org.jspecify.annotations.NullMarked;
