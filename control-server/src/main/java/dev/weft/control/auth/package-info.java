/** Who calls: join tokens, client certificates, and the identity that they stand for. */
@NullMarked
package dev.weft.control.auth;

import org.jspecify.annotations.NullMarked;
