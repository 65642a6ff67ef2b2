/** Instances that JVMs announce, their leases, and the services that follow from them. */
@NullMarked
package dev.weft.control.register;

import org.jspecify.annotations.NullMarked;
