package dev.weft.instrumentation.httpclient5;

import dev.weft.bootstrap.PeerTls;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The state under which the library's pool keeps a connection of the mesh. So its pool key is
 * endpoint and identity, while all the pool's limits stay on the application's own route.
 *
 * @param own the state that the library would use: its user token, or null
 */
public record PoolState(@Nullable Object own, InetSocketAddress address, @Nullable PeerTls tls) {}
