/**
 * ADS v3, state of the world: subscriptions, ack and nack, last good versions, and the assembly of
 * a consistent snapshot out of them. Everything here is confined to the control thread.
 */
@NullMarked
package dev.weft.client.ads;

import org.jspecify.annotations.NullMarked;
