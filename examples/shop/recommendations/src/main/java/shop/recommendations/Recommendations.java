package shop.recommendations;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.catalina.startup.Tomcat;

/** Starts the recommendations: Tomcat in a plain main, and the JDK's HTTP client. */
public final class Recommendations {
  private Recommendations() {}

  public static void main(String[] args) throws Exception {
    Map<String, String> env = System.getenv();
    Path work = Files.createTempDirectory("recommendations");
    var tomcat = new Tomcat();
    tomcat.setBaseDir(work.toString());
    tomcat.setPort(Integer.parseInt(env.getOrDefault("PORT", "8083")));
    tomcat.getConnector().setProperty("address", env.getOrDefault("ADDRESS", "0.0.0.0"));
    var context = tomcat.addContext("", work.toString());
    var catalog = new CatalogClient(env.getOrDefault("CATALOG_URL", "http://catalog"));
    Tomcat.addServlet(context, "recommendations", new RecommendationServlet(catalog));
    context.addServletMappingDecoded("/recommendations/*", "recommendations");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(tomcat), "shutdown"));
    tomcat.start();
    tomcat.getServer().await();
  }

  private static void stop(Tomcat tomcat) {
    try {
      tomcat.stop();
      tomcat.destroy();
    } catch (org.apache.catalina.LifecycleException e) {
      System.err.println("Stopping Tomcat: " + e);
    }
  }
}
