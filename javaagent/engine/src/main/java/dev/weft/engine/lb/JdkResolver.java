package dev.weft.engine.lb;

import dev.weft.bootstrap.MeshTimer;
import dev.weft.engine.env.Resolver;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Names by {@link InetAddress}, on one daemon thread that exists only while there is something to
 * resolve. Asks again every {@value #REFRESH_SECONDS} s ({@code dns_refresh_rate}'s default); the
 * JDK's own cache bounds what that costs. A slow name server delays other names, never a call.
 */
public final class JdkResolver implements Resolver {
  private static final int REFRESH_SECONDS = 5;

  private final MeshTimer timer;
  private @Nullable ExecutorService executor;

  /**
   * @param timer for asking again
   */
  public JdkResolver(MeshTimer timer) {
    this.timer = timer;
  }

  @Override
  public Watch watch(String host, Answers answers) {
    Refresh refresh = new Refresh(host, answers);
    executor().execute(refresh);
    return refresh;
  }

  private synchronized ExecutorService executor() {
    ExecutorService e = executor;
    if (e == null) {
      ThreadPoolExecutor pool =
          new ThreadPoolExecutor(
              1,
              1,
              2L * REFRESH_SECONDS,
              TimeUnit.SECONDS,
              new LinkedBlockingQueue<>(),
              task -> {
                Thread thread = new Thread(null, task, "weft-dns", 0, false);
                thread.setDaemon(true);
                thread.setContextClassLoader(JdkResolver.class.getClassLoader());
                return thread;
              });
      pool.allowCoreThreadTimeOut(true);
      executor = pool;
      e = pool;
    }
    return e;
  }

  private final class Refresh implements Watch, Runnable {
    private final String host;
    private final Answers answers;
    private volatile boolean closed;

    Refresh(String host, Answers answers) {
      this.host = host;
      this.answers = answers;
    }

    @Override
    public void run() {
      if (closed) {
        return;
      }
      try {
        answers.resolved(List.of(InetAddress.getAllByName(host)));
      } catch (Exception e) {
        answers.failed(e);
      }
      timer.schedule(() -> executor().execute(this), TimeUnit.SECONDS.toNanos(REFRESH_SECONDS));
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
