package dev.weft.smoke.app;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;

/**
 * An application on Tomcat that knows nothing of a mesh: {@code /echo} says what arrived, {@code
 * /fail-once} fails every other time, {@code /call?url=} calls on with the JDK's client.
 */
public final class EchoApp {
  private EchoApp() {}

  /** Serves on the port given, with these classes loaded, until the process is ended. */
  public static void main(String[] arguments) throws Exception {
    Instant started = ProcessHandle.current().info().startInstant().orElseThrow();
    System.out.println("main after " + Duration.between(started, Instant.now()).toMillis() + " ms");
    for (int i = 1; i < arguments.length; i++) {
      Class.forName(arguments[i]);
    }
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(Files.createTempDirectory("weft-echo").toString());
    tomcat.setPort(Integer.parseInt(arguments[0]));
    tomcat.getConnector().setProperty("address", "127.0.0.1");
    Context context = tomcat.addContext("", null);
    Tomcat.addServlet(context, "app", new App());
    context.addServletMappingDecoded("/*", "app");
    tomcat.start();
    System.out.println("ready");
    tomcat.getServer().await();
  }

  private static final class App extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final AtomicInteger FAILING = new AtomicInteger();
    private static final HttpClient CLIENT =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      switch (request.getPathInfo()) {
        case "/fail-once" -> response.setStatus(FAILING.incrementAndGet() % 2 == 1 ? 503 : 200);
        case "/call" -> call(request.getParameter("url"), response);
        default -> response.getWriter().print("traceparent=" + request.getHeader("traceparent"));
      }
    }

    private static void call(String url, HttpServletResponse response) throws IOException {
      try {
        HttpResponse<String> answer =
            CLIENT.send(
                HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(10)).build(),
                HttpResponse.BodyHandlers.ofString());
        response.getWriter().print(answer.statusCode() + " " + answer.body());
      } catch (IOException e) {
        response.getWriter().print(e.getClass().getName());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
