package dev.weft.engine.call;

import dev.weft.bootstrap.Call;
import dev.weft.bootstrap.Destination;
import dev.weft.bootstrap.NestedCalls;
import dev.weft.bootstrap.RequestReader;
import dev.weft.engine.EngineEnvironment;
import dev.weft.engine.route.CompiledAction;
import dev.weft.engine.route.CompiledRoute;
import dev.weft.engine.route.RouteTable;
import dev.weft.engine.telemetry.Target;
import org.jspecify.annotations.Nullable;

/** A virtual host at one port: finds the route of a request and begins its call. Immutable. */
public final class HttpDestination implements Destination {
  private final String name;
  private final int port;
  private final RouteTable routes;
  private final Target target;
  private final CallContext context;
  private final boolean tellsAttempts;

  /**
   * @param name of the virtual host
   * @param tellsAttempts see {@link #tellsAttempts()}
   */
  public HttpDestination(
      String name,
      int port,
      RouteTable routes,
      Target target,
      boolean tellsAttempts,
      CallContext context) {
    this.tellsAttempts = tellsAttempts;
    this.name = name;
    this.port = port;
    this.routes = routes;
    this.target = target;
    this.context = context;
  }

  @Override
  public <R> @Nullable Call begin(R request, RequestReader<? super R> reader, int flags) {
    if (NestedCalls.inside()) {
      return null;
    }
    EngineEnvironment env = context.env();
    try {
      String path = reader.path(request);
      CompiledRoute route = routes.find(path, request, reader, env.random());
      if (route != null && route.action() instanceof CompiledAction.Passthrough) {
        return null;
      }
      return new OutboundCall<>(context, this, route, request, reader, path, flags);
    } catch (RuntimeException e) {
      env.events().internalError("HttpDestination.begin", e);
      return null;
    }
  }

  /** The virtual host's name. */
  public String name() {
    return name;
  }

  /** The dialled port. */
  public int port() {
    return port;
  }

  /** Whether each attempt tells its number in {@code x-envoy-attempt-count}. */
  boolean tellsAttempts() {
    return tellsAttempts;
  }

  /** Its routes. */
  public RouteTable routes() {
    return routes;
  }

  /** Labels for calls that find no route or cluster. */
  public Target target() {
    return target;
  }
}
