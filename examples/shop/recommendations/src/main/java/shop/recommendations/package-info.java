/** Example shop: recommendations. An ordinary service that knows nothing of Weft. */
@NullMarked
package shop.recommendations;

import org.jspecify.annotations.NullMarked;
