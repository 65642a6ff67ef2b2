/** Example shop: catalog. An ordinary service that knows nothing of Weft. */
@NullMarked
package shop.catalog;

import org.jspecify.annotations.NullMarked;
