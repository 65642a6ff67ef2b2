/**
 * The PostgreSQL JDBC driver: where it opens a socket the mesh says to which server, and every
 * statement is accounted by its kind.
 *
 * <p>The URL stays the application's: host names in it keep their meaning for {@code verify-full}
 * and for lists of hosts, and need not resolve in DNS when the mesh knows them.
 */
@NullMarked
package dev.weft.instrumentation.pgjdbc;

import org.jspecify.annotations.NullMarked;
