package dev.weft.control.source;

import dev.weft.control.source.DestinationRule.ConnectionPool;
import dev.weft.control.source.DestinationRule.LoadBalancer;
import dev.weft.control.source.DestinationRule.LocalitySetting;
import dev.weft.control.source.DestinationRule.OutlierDetection;
import dev.weft.control.source.DestinationRule.Simple;
import dev.weft.control.source.DestinationRule.Subset;
import dev.weft.control.source.DestinationRule.TlsMode;
import dev.weft.control.source.DestinationRule.TrafficPolicy;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code networking.istio.io DestinationRule}. */
final class DestinationRuleReader {
  private static final int MOST = Integer.MAX_VALUE;

  private DestinationRuleReader() {}

  static Spec read(Fields spec) {
    String host = spec.required("host");
    TrafficPolicy policy = spec.object("trafficPolicy", p -> policy(p, true));
    List<Subset> subsets = spec.list("subsets", DestinationRuleReader::subset);
    Set<String> names = new HashSet<>();
    for (Subset subset : subsets) {
      if (!names.add(subset.name())) {
        spec.problem(FindingCode.CONTRADICTION, "subsets", "holds '" + subset.name() + "' twice.");
      }
    }
    Exports.read(spec);
    spec.end("workloadSelector");
    return new DestinationRule(host, policy == null ? TrafficPolicy.NONE : policy, subsets);
  }

  private static Subset subset(Fields fields) {
    String name = fields.required("name");
    Map<String, String> labels = fields.textMap("labels");
    TrafficPolicy policy = fields.object("trafficPolicy", p -> policy(p, true));
    fields.end();
    return new Subset(name, labels, policy == null ? TrafficPolicy.NONE : policy);
  }

  private static TrafficPolicy policy(Fields policy, boolean withPorts) {
    LoadBalancer balancer = policy.object("loadBalancer", DestinationRuleReader::balancer);
    ConnectionPool pool = policy.object("connectionPool", DestinationRuleReader::pool);
    OutlierDetection outliers = policy.object("outlierDetection", DestinationRuleReader::outliers);
    TlsMode tls = policy.object("tls", DestinationRuleReader::tls);
    Map<Integer, TrafficPolicy> ports = new HashMap<>();
    if (withPorts) {
      policy.list(
          "portLevelSettings",
          setting -> {
            Fields port = setting.object("port");
            Integer number = port.number("number", 1, 65_535);
            port.end();
            if (number == null) {
              setting.problem(FindingCode.FIELD_MISSING, "port.number", "is missing.");
            } else {
              ports.put(number, policy(setting, false));
            }
            return true;
          });
    }
    policy.end("tunnel", "proxyProtocol", "retryBudget");
    return new TrafficPolicy(balancer, pool, outliers, tls, ports);
  }

  private static LoadBalancer balancer(Fields fields) {
    Simple simple = null;
    String text = fields.text("simple");
    if (text != null && !text.equals("UNSPECIFIED")) {
      if (text.equals("LEAST_CONN")) {
        fields.problem(
            FindingCode.NOT_ALLOWED, "simple", "is 'LEAST_CONN', its old name; use LEAST_REQUEST.");
      } else {
        simple = fields.choice("simple", Simple.class);
      }
    }
    LocalitySetting locality = fields.object("localityLbSetting", DestinationRuleReader::locality);
    fields.end("consistentHash", "warmup", "warmupDurationSecs");
    return new LoadBalancer(simple, locality);
  }

  private static LocalitySetting locality(Fields fields) {
    Map<String, String> failover = new HashMap<>();
    fields.list(
        "failover",
        each -> {
          failover.put(each.required("from"), each.required("to"));
          each.end();
          return true;
        });
    LocalitySetting setting = new LocalitySetting(fields.flag("enabled", true), failover);
    fields.end("distribute", "failoverPriority");
    return setting;
  }

  private static ConnectionPool pool(Fields pool) {
    Fields tcp = pool.object("tcp");
    Duration connectTimeout = tcp.duration("connectTimeout");
    tcp.end("maxConnections", "tcpKeepalive", "maxConnectionDuration", "idleTimeout");
    Fields http = pool.object("http");
    Integer requests = http.number("http2MaxRequests", 1, MOST);
    Integer retries = http.number("maxRetries", 0, MOST);
    http.end(
        "http1MaxPendingRequests",
        "maxRequestsPerConnection",
        "idleTimeout",
        "h2UpgradePolicy",
        "useClientProtocol",
        "maxConcurrentStreams");
    pool.end();
    return new ConnectionPool(null, connectTimeout, null, requests, retries);
  }

  private static OutlierDetection outliers(Fields fields) {
    OutlierDetection read =
        new OutlierDetection(
            fields.number("consecutive5xxErrors", 0, MOST),
            fields.number("consecutiveGatewayErrors", 0, MOST),
            positive(fields, "interval"),
            positive(fields, "baseEjectionTime"),
            fields.number("maxEjectionPercent", 0, 100),
            fields.number("minHealthPercent", 0, 100));
    fields.end(
        "splitExternalLocalOriginErrors", "consecutiveLocalOriginFailures", "consecutiveErrors");
    return read;
  }

  private static @Nullable Duration positive(Fields fields, String name) {
    Duration duration = fields.duration(name);
    if (duration != null && duration.isZero()) {
      fields.problem(FindingCode.OUT_OF_RANGE, name, "is 0; set 1ms or more.");
    }
    return duration;
  }

  private static @Nullable TlsMode tls(Fields fields) {
    String mode = fields.text("mode", "");
    TlsMode read = null;
    if (mode.equals("SIMPLE") || mode.equals("MUTUAL")) {
      fields.problem(
          FindingCode.FIELD_UNSUPPORTED,
          "mode",
          "is " + mode + ", which is not supported yet; use ISTIO_MUTUAL or DISABLE.");
    } else {
      read = fields.choice("mode", TlsMode.class);
    }
    fields.end(
        "clientCertificate",
        "privateKey",
        "caCertificates",
        "credentialName",
        "subjectAltNames",
        "sni",
        "insecureSkipVerify",
        "caCrl");
    return read;
  }
}
