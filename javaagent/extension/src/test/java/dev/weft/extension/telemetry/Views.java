package dev.weft.extension.telemetry;

import dev.weft.engine.telemetry.AttemptView;
import dev.weft.engine.telemetry.CallView;
import dev.weft.engine.telemetry.InboundView;
import dev.weft.engine.telemetry.Target;
import dev.weft.engine.telemetry.TcpView;
import java.net.InetSocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Calls as the engine would show them. */
final class Views {
  private Views() {}

  record Call(
      String method,
      String path,
      String authority,
      String dialledHost,
      int dialledPort,
      String routeName,
      Map<String, String> headers,
      Target target,
      String protocol,
      int status,
      int grpcStatus,
      int flags,
      boolean mutualTls,
      int attempts,
      long durationNanos,
      @Nullable Throwable failure)
      implements CallView {
    @Override
    public @Nullable String requestHeader(String name) {
      return headers.get(name);
    }

    static Call to(Target target, int status, long nanos) {
      return new Call(
          "GET",
          "/items?token=secret",
          "catalog",
          "catalog.shop.svc.cluster.local",
          80,
          "default",
          Map.of(),
          target,
          "http",
          status,
          -1,
          0,
          true,
          1,
          nanos,
          null);
    }

    Call with(Map<String, String> more) {
      return new Call(
          method,
          path,
          authority,
          dialledHost,
          dialledPort,
          routeName,
          more,
          target,
          protocol,
          status,
          grpcStatus,
          flags,
          mutualTls,
          attempts,
          durationNanos,
          failure);
    }

    Call flags(int more) {
      return new Call(
          method,
          path,
          authority,
          dialledHost,
          dialledPort,
          routeName,
          headers,
          target,
          protocol,
          status,
          grpcStatus,
          more,
          mutualTls,
          attempts,
          durationNanos,
          failure);
    }

    Call grpc(int code) {
      return new Call(
          method,
          path,
          authority,
          dialledHost,
          dialledPort,
          routeName,
          headers,
          target,
          "grpc",
          status,
          code,
          flags,
          mutualTls,
          attempts,
          durationNanos,
          failure);
    }

    Call failed(Throwable thrown) {
      return new Call(
          method,
          path,
          authority,
          dialledHost,
          dialledPort,
          routeName,
          headers,
          target,
          protocol,
          0,
          grpcStatus,
          flags,
          mutualTls,
          attempts,
          durationNanos,
          thrown);
    }
  }

  record Inbound(
      String method,
      String path,
      String authority,
      int localPort,
      Target target,
      String protocol,
      @Nullable String peer,
      boolean mutualTls,
      int status,
      int grpcStatus,
      int flags,
      long durationNanos,
      @Nullable Throwable failure)
      implements InboundView {
    static Inbound from(@Nullable String peer, Target target, int status) {
      return new Inbound(
          "GET",
          "/items?token=secret",
          "catalog:8080",
          8080,
          target,
          "http",
          peer,
          peer != null,
          status,
          -1,
          0,
          3_000_000,
          null);
    }
  }

  record Attempt(
      CallView call,
      int number,
      InetSocketAddress address,
      Target target,
      boolean mutualTls,
      int status,
      int grpcStatus,
      @Nullable Throwable failure,
      boolean discarded)
      implements AttemptView {
    static Attempt of(CallView call, int number) {
      return new Attempt(
          call,
          number,
          InetSocketAddress.createUnresolved("10.0.0.1", 8080),
          call.target(),
          true,
          call.status(),
          call.grpcStatus(),
          call.failure(),
          false);
    }
  }

  record Tcp(
      String dialledHost,
      int dialledPort,
      Target target,
      boolean mutualTls,
      int attempts,
      int flags,
      long durationNanos,
      @Nullable Throwable failure)
      implements TcpView {}
}
