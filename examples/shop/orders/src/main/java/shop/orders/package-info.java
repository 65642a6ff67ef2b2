/** Example shop: orders. An ordinary service that knows nothing of Weft. */
@NullMarked
package shop.orders;

import org.jspecify.annotations.NullMarked;
