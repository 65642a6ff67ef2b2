package dev.weft.instrumentation.tomcat;

import dev.weft.bootstrap.RequestScope;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.LifecycleState;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.coyote.http2.Http2Protocol;

/** An application on embedded Tomcat that tells what it sees of a request. */
final class TomcatServer implements AutoCloseable {
  private final Tomcat tomcat = new Tomcat();
  private final Connector connector = new Connector("org.apache.coyote.http11.Http11NioProtocol");

  TomcatServer(Path folder, boolean h2c) throws LifecycleException {
    tomcat.setBaseDir(folder.toString());
    connector.setPort(0);
    connector.setProperty("address", "127.0.0.1");
    connector.setProperty("bindOnInit", "false");
    connector.setProperty("connectionTimeout", "1500");
    connector.setProperty("maxThreads", "4");
    connector.setProperty("minSpareThreads", "1");
    if (h2c) {
      connector.addUpgradeProtocol(new Http2Protocol());
    }
    tomcat.setConnector(connector);
    Context context = tomcat.addContext("", folder.toString());
    Tomcat.addServlet(context, "app", new App()).setAsyncSupported(true);
    context.addServletMappingDecoded("/*", "app");
    org.apache.catalina.Wrapper files =
        Tomcat.addServlet(context, "files", "org.apache.catalina.servlets.DefaultServlet");
    files.addInitParameter("sendfileSize", "1");
    context.addServletMappingDecoded("/files/*", "files");
    tomcat.start();
  }

  int port() {
    return connector.getLocalPort();
  }

  @Override
  public void close() throws LifecycleException {
    if (tomcat.getServer().getState() == LifecycleState.DESTROYED) {
      return;
    }
    tomcat.stop();
    tomcat.destroy();
  }

  private static final class App extends HttpServlet {
    private static final long serialVersionUID = 1;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      response.setContentType("text/plain;charset=UTF-8");
      switch (request.getPathInfo()) {
        case "/async" -> {
          AsyncContext async = request.startAsync();
          CompletableFuture.runAsync(
              () -> {
                try {
                  response.setStatus(202);
                  response.getWriter().print("async");
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                } finally {
                  async.complete();
                }
              });
        }
        case "/fail" -> response.sendError(500);
        case "/echo" -> request.getInputStream().transferTo(response.getOutputStream());
        default ->
            response
                .getWriter()
                .print(
                    request.getScheme()
                        + " secure="
                        + request.isSecure()
                        + " certificate="
                        + (request.getAttribute("jakarta.servlet.request.X509Certificate") != null)
                        + " cipher="
                        + request.getAttribute("jakarta.servlet.request.cipher_suite")
                        + " protocol="
                        + request.getProtocol()
                        + " path="
                        + request.getPathInfo()
                        + " forged="
                        + request.getHeader("x-forged")
                        + " mesh="
                        + request.getHeader("x-from-mesh")
                        + " scope="
                        + (RequestScope.current() != null));
      }
    }
  }
}
