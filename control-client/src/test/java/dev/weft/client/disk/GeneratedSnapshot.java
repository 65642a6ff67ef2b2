package dev.weft.client.disk;

import dev.weft.model.Cluster;
import dev.weft.model.ClusterLoadAssignment;
import dev.weft.model.Endpoint;
import dev.weft.model.MeshSnapshot;
import dev.weft.model.RouteConfiguration;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * A random snapshot made by walking the records of the model, so that a field or kind added to the
 * model is in the test at once.
 */
final class GeneratedSnapshot {
  private static final String[] WORDS = {
    "", "a", "reviews", "outbound|80|v1|reviews.shop", "ünïcödé ☃", "x-user", "/api/", "\u0000\n"
  };

  private final Random random;
  private int number;

  GeneratedSnapshot(long seed) {
    random = new Random(seed);
  }

  MeshSnapshot snapshot() {
    MeshSnapshot s = (MeshSnapshot) make(MeshSnapshot.class);
    // Things are filed under their own names, but for assignments.
    Map<String, RouteConfiguration> routes = new HashMap<>();
    s.routes().values().forEach(r -> routes.put(r.name(), r));
    Map<String, Cluster> clusters = new HashMap<>();
    s.clusters().values().forEach(c -> clusters.put(c.name(), c));
    Map<Integer, dev.weft.model.InboundListener> inbound = new HashMap<>();
    s.inbound().values().forEach(i -> inbound.put(i.port(), i));
    return new MeshSnapshot(
        s.version(),
        s.listeners(),
        routes,
        clusters,
        s.assignments(),
        inbound,
        s.notApplied(),
        s.names());
  }

  private Object make(Type type) {
    if (type instanceof ParameterizedType p) {
      return collection((Class<?>) p.getRawType(), p.getActualTypeArguments());
    }
    Class<?> c = (Class<?>) type;
    if (c == String.class) {
      return WORDS[random.nextInt(WORDS.length)] + (random.nextBoolean() ? number++ : "");
    } else if (c == int.class || c == Integer.class) {
      return switch (random.nextInt(4)) {
        case 0 -> Integer.MAX_VALUE;
        case 1 -> random.nextInt(700);
        default -> random.nextInt(100);
      };
    } else if (c == long.class) {
      return random.nextLong();
    } else if (c == double.class) {
      return random.nextDouble();
    } else if (c == boolean.class) {
      return random.nextBoolean();
    } else if (c == Duration.class) {
      return Duration.ofNanos(random.nextLong() >>> (1 + random.nextInt(40)));
    } else if (c.isEnum()) {
      Object[] constants = c.getEnumConstants();
      return constants[random.nextInt(constants.length)];
    } else if (c.isSealed()) {
      Class<?>[] kinds = c.getPermittedSubclasses();
      return make(kinds[random.nextInt(kinds.length)]);
    }
    return record(c);
  }

  private Object record(Class<?> c) {
    RecordComponent[] components = c.getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
    }
    // Ranges are the constructors' business: draw until they take it.
    for (int round = 0; round < 10_000; round++) {
      try {
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
          boolean nullable =
              components[i].getAnnotatedType().getAnnotations().length > 0
                  && random.nextInt(3) == 0;
          values[i] = nullable ? null : make(components[i].getGenericType());
        }
        Constructor<?> constructor = c.getDeclaredConstructor(types);
        return constructor.newInstance(values);
      } catch (InvocationTargetException e) {
        if (!(e.getCause() instanceof IllegalArgumentException)) {
          throw new IllegalStateException(e);
        }
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }
    throw new IllegalStateException("No values satisfy " + c);
  }

  private Object collection(Class<?> raw, Type[] of) {
    int size = random.nextInt(3);
    if (raw == Map.class) {
      Map<Object, Object> map = new HashMap<>();
      for (int i = 0; i < size; i++) {
        map.put(make(of[0]), make(of[1]));
      }
      return map;
    }
    List<Object> list = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      list.add(make(of[0]));
    }
    return raw == Set.class ? new HashSet<>(list) : list;
  }

  /** A mesh of a size, for measuring. */
  static MeshSnapshot large(int clusters, int endpointsEach) {
    Map<String, Cluster> all = new HashMap<>();
    Map<String, ClusterLoadAssignment> assignments = new HashMap<>();
    for (int i = 0; i < clusters; i++) {
      String name = "outbound|80||service-" + i + ".default.svc.cluster.local";
      all.put(
          name,
          new Cluster(
              name,
              name,
              new Cluster.LoadBalancing.LeastRequest(2, 1),
              Duration.ofSeconds(10),
              Cluster.Limits.NONE,
              null,
              new Cluster.UpstreamTls.Auto(
                  new Cluster.MeshTls(
                      "outbound_.80_._.service-" + i,
                      List.of("spiffe://cluster.local/ns/default/sa/service-" + i))),
              false,
              false,
              Duration.ZERO,
              0));
      List<Endpoint> endpoints = new ArrayList<>();
      for (int e = 0; e < endpointsEach; e++) {
        endpoints.add(
            new Endpoint(
                "10." + i / 250 + "." + i % 250 + "." + e,
                8080,
                1,
                Endpoint.Health.HEALTHY,
                true,
                new Endpoint.Workload("service-" + i + "-" + e, "default", "service", "v1", "")));
      }
      assignments.put(
          name,
          new ClusterLoadAssignment(
              name,
              List.of(
                  new ClusterLoadAssignment.LocalityEndpoints(
                      dev.weft.model.Locality.UNKNOWN, 0, 1, endpoints)),
              140));
    }
    return new MeshSnapshot("v", List.of(), Map.of(), all, assignments, Map.of(), List.of());
  }
}
