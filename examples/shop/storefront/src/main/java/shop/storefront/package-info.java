/** Example shop: storefront. An ordinary service that knows nothing of Weft. */
@NullMarked
package shop.storefront;

import org.jspecify.annotations.NullMarked;
