package dev.weft.instrumentation.javahttp;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.coyote.http2.Http2Protocol;

/** A real HTTP/2 server in plaintext on loopback: h2c by upgrade or prior knowledge. */
final class Http2Server implements AutoCloseable {
  final List<String> requests = new CopyOnWriteArrayList<>();
  final CountDownLatch release = new CountDownLatch(1);
  private final Tomcat tomcat = new Tomcat();

  Http2Server(Path work) throws Exception {
    tomcat.setBaseDir(work.toString());
    Connector connector = new Connector();
    connector.setPort(0);
    connector.setProperty("address", "127.0.0.1");
    connector.addUpgradeProtocol(new Http2Protocol());
    tomcat.setConnector(connector);
    var context = tomcat.addContext("", work.toString());
    Tomcat.addServlet(context, "all", new Answering());
    context.addServletMappingDecoded("/", "all");
    tomcat.start();
  }

  int port() {
    return tomcat.getConnector().getLocalPort();
  }

  @Override
  public void close() throws Exception {
    release.countDown();
    tomcat.stop();
    tomcat.destroy();
  }

  private final class Answering extends HttpServlet {
    private static final long serialVersionUID = 1;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      requests.add(
          request.getProtocol()
              + " "
              + request.getRequestURI()
              + " host="
              + request.getServerName()
              + ":"
              + request.getRemotePort());
      if (request.getRequestURI().equals("/hang")) {
        try {
          release.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      response.getWriter().print("h2");
    }
  }
}
