package dev.weft.engine.call;

import dev.weft.engine.lb.ClusterState;
import dev.weft.engine.lb.Host;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Where a call that is sent again has been. Other calls have none. */
final class Tried {
  private Host[] hosts = new Host[4];
  private int count;

  void add(Host host) {
    if (count == hosts.length) {
      hosts = Arrays.copyOf(hosts, 2 * count);
    }
    hosts[count++] = host;
  }

  /** An endpoint that has not been tried, if there is one. */
  @Nullable Host pickOther(ClusterState cluster) {
    return cluster.pickOther(hosts, count);
  }
}
