package dev.weft.extension.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bootstrap.HeaderWriter;
import dev.weft.bootstrap.RequestReader;
import dev.weft.engine.telemetry.AttemptView;
import dev.weft.engine.telemetry.InboundView;
import dev.weft.engine.telemetry.Target;
import dev.weft.engine.telemetry.Tracing;
import dev.weft.model.Endpoint.Workload;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SwitchableTracingTest {
  private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  private static final Target TARGET = new Target("c", "catalog", Workload.UNKNOWN);

  @SuppressWarnings("unchecked")
  private static RequestReader<Map<String, String>> reader() {
    return (RequestReader<Map<String, String>>)
        Proxy.newProxyInstance(
            RequestReader.class.getClassLoader(),
            new Class<?>[] {RequestReader.class},
            (proxy, method, arguments) ->
                method.getName().equals("header")
                    ? ((Map<String, String>) arguments[0]).get((String) arguments[1])
                    : null);
  }

  @SuppressWarnings("unchecked")
  private static HeaderWriter<Map<String, String>> writer() {
    return (HeaderWriter<Map<String, String>>)
        Proxy.newProxyInstance(
            HeaderWriter.class.getClassLoader(),
            new Class<?>[] {HeaderWriter.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("set")) {
                ((Map<String, String>) arguments[0])
                    .put((String) arguments[1], (String) arguments[2]);
              }
              return null;
            });
  }

  private static Map<String, String> passed(
      Tracing tracing, Map<String, String> inbound, Map<String, String> ownHeaders) {
    Object server = tracing.startInbound(Views.Inbound.from(null, TARGET, 200), inbound, reader());
    Object captured = tracing.capture(server);
    AttemptView attempt = Views.Attempt.of(Views.Call.to(TARGET, 200, 1).with(ownHeaders), 1);
    Object client = tracing.startAttempt(attempt, captured);
    Map<String, String> outbound = new HashMap<>();
    tracing.inject(client, captured, outbound, writer());
    return outbound;
  }

  @Test
  void aTraceThatCameInGoesOutUnchanged() {
    Map<String, String> context =
        Map.of("traceparent", PARENT, "tracestate", "a=b", "baggage", "k=v");
    assertThat(passed(new SwitchableTracing(false), context, Map.of())).isEqualTo(context);
    assertThat(passed(new SwitchableTracing(false), Map.of("traceparent", PARENT), Map.of()))
        .containsExactly(Map.entry("traceparent", PARENT));
    assertThat(passed(new SwitchableTracing(false), Map.of(), Map.of())).isEmpty();
  }

  @Test
  void anApplicationThatSetsItsOwnContextKeepsIt() {
    assertThat(
            passed(
                new SwitchableTracing(false),
                Map.of("traceparent", PARENT),
                Map.of("traceparent", "00-mine")))
        .isEmpty();
  }

  @Test
  void besideAnotherTracerWeTouchNoHeader() {
    assertThat(passed(new SwitchableTracing(true), Map.of("traceparent", PARENT), Map.of()))
        .isEmpty();
  }

  private static final class Counting implements Tracing {
    final List<String> ended = new ArrayList<>();

    @Override
    public @Nullable Object capture(@Nullable Object inbound) {
      return "captured";
    }

    @Override
    public Object startAttempt(AttemptView attempt, @Nullable Object captured) {
      return "attempt";
    }

    @Override
    public void endAttempt(@Nullable Object attempt, AttemptView view) {
      ended.add("attempt");
    }

    @Override
    public <R> Object startInbound(
        InboundView view, R request, RequestReader<? super R> requestReader) {
      return "inbound";
    }

    @Override
    public void endInbound(@Nullable Object inbound, InboundView view) {
      ended.add("inbound");
    }
  }

  @Test
  void aCallUnderWayAtTheChangeEndsWhereItBegan() {
    SwitchableTracing tracing = new SwitchableTracing(false);
    Counting first = new Counting();
    Counting second = new Counting();
    InboundView inbound = Views.Inbound.from(null, TARGET, 200);
    AttemptView attempt = Views.Attempt.of(Views.Call.to(TARGET, 200, 1), 1);
    tracing.use(first);
    Object server = tracing.startInbound(inbound, Map.of(), reader());
    tracing.use(second);
    Object client = tracing.startAttempt(attempt, tracing.capture(server));
    tracing.endAttempt(client, attempt);
    tracing.endInbound(server, inbound);
    assertThat(first.ended).containsExactly("attempt", "inbound");
    assertThat(second.ended).isEmpty();
    tracing.endInbound(tracing.startInbound(inbound, Map.of(), reader()), inbound);
    assertThat(second.ended).containsExactly("inbound");
  }
}
