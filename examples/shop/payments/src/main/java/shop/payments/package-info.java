/** Example shop: payments. An ordinary service that knows nothing of Weft. */
@NullMarked
package shop.payments;

import org.jspecify.annotations.NullMarked;
