package dev.weft.demo.mesh;

import dev.weft.demo.process.Children;
import dev.weft.demo.process.Java;
import dev.weft.demo.process.Ports;
import dev.weft.demo.shopper.Shopper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Starts instances of the shop's services, each an ordinary jar with the agent put before it. */
public final class Shop {
  private final Children children;
  private final Path root;
  private final Path work;
  private final ControlServer control;

  /**
   * Makes the shop, with nothing running.
   *
   * @param root of the repository, where the jars lie
   * @param work where agents keep what they know
   */
  public Shop(Children children, Path root, Path work, ControlServer control) {
    this.children = children;
    this.root = root;
    this.work = work;
    this.control = control;
  }

  /** A catalog of version {@code v1} or {@code v2}. */
  public Instance catalog(String name, String version) throws IOException {
    return start(
        "catalog",
        name,
        "http:80",
        Map.of("CATALOG_VERSION", version, "WEFT_LABELS", "app=catalog,version=" + version));
  }

  /** The orders, reached by peers at {@code address} only; they listen at 127.0.0.1. */
  public Instance orders(String name, String address) throws IOException {
    return start(
        "orders",
        name,
        "http:80",
        Map.of(
            "ORDERS_DB_URL",
            "jdbc:postgresql://orders-db.shop.internal:5432/postgres",
            "WEFT_ADDRESS",
            address));
  }

  /** The cash desk. */
  public Instance payments() throws IOException {
    return start("payments", "payments", "grpc:9090", Map.of());
  }

  /** The recommendations. */
  public Instance recommendations() throws IOException {
    return start("recommendations", "recommendations", "http:80", Map.of());
  }

  /** The storefront. */
  public Instance storefront() throws IOException {
    return start("storefront", "storefront", "http:80", Map.of());
  }

  /** The customers. */
  public Shopper shopper() throws IOException {
    Path jar = root.resolve("examples/shop/demo/target/shop-demo.jar");
    List<String> command = Java.jar(jar, List.of(agent()), "shopper");
    return new Shopper(
        children.startTalking("shopper", command, environment("shopper", Ports.free())));
  }

  private Instance start(String service, String name, String protocol, Map<String, String> more)
      throws IOException {
    int port = Ports.free();
    int adminPort = Ports.free();
    Map<String, String> env = environment(service, adminPort);
    env.put("PORT", Integer.toString(port));
    env.put("ADDRESS", "127.0.0.1");
    env.put("INSTANCE", name);
    env.put("WEFT_PORTS", protocol + "=" + port);
    env.put("WEFT_ADDRESS", "127.0.0.1");
    env.putAll(more);
    Path jar = root.resolve("examples/shop/" + service + "/target/shop-" + service + ".jar");
    Process process = children.start(name, Java.jar(jar, List.of(agent())), env);
    return new Instance(service, name, port, adminPort, process);
  }

  private String agent() {
    return "-javaagent:" + root.resolve("javaagent/agent/target/weft-agent.jar");
  }

  private Map<String, String> environment(String service, int adminPort) {
    Map<String, String> env = new HashMap<>(control.agentSettings());
    env.put("WEFT_SERVICE", service);
    env.put("WEFT_ADMIN", Integer.toString(adminPort));
    env.put("WEFT_CACHE_DIR", work.resolve("cache").resolve(service).toString());
    return env;
  }
}
