package dev.weft.demo.mesh;

import java.io.IOException;

/**
 * A running instance of a service.
 *
 * @param service name in the mesh
 * @param name of the instance
 * @param port that it listens on
 * @param adminPort of its agent
 */
public record Instance(String service, String name, int port, int adminPort, Process process) {

  /** Power cut: no drain, no goodbye. */
  public void kill() {
    process.destroyForcibly();
  }

  /** SIGTERM, as a rollout sends it. */
  public void terminate() {
    process.destroy();
  }

  /** What its agent has counted. */
  public ServerMetrics metrics() throws IOException {
    return ServerMetrics.scrape(adminPort);
  }

  /** For clients that know no mesh. */
  public String address() {
    return "127.0.0.1:" + port;
  }
}
