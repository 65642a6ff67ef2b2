package dev.weft.extension.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.extension.config.AgentConfig.DeclaredPort;
import dev.weft.extension.config.AgentConfig.InboundDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentConfigTest {
  private final Properties properties = new Properties();
  private final Map<String, String> environment = new HashMap<>();
  private final Properties file = new Properties();
  private final List<String> problems = new ArrayList<>();

  private AgentConfig read() {
    return AgentConfig.read(new ConfigSource(properties, environment, file), problems);
  }

  @Test
  void aPropertyWinsOverTheEnvironmentAndThatOverTheFile() {
    file.setProperty("namespace", "of-file");
    assertThat(read().namespace()).isEqualTo("of-file");
    environment.put("WEFT_NAMESPACE", "of-environment");
    assertThat(read().namespace()).isEqualTo("of-environment");
    properties.setProperty("weft.namespace", "of-property");
    assertThat(read().namespace()).isEqualTo("of-property");
    assertThat(problems).isEmpty();
  }

  @Test
  void aBlankValueIsAsGoodAsNone() {
    properties.setProperty("weft.namespace", " ");
    environment.put("WEFT_NAMESPACE", "");
    environment.put("WEFT_ENABLED", "");
    environment.put("WEFT_ACCESS_LOG", "");
    environment.put("WEFT_WAIT", "");
    AgentConfig config = read();
    assertThat(config.namespace()).isEqualTo("default");
    assertThat(config.enabled()).isTrue();
    assertThat(config.accessLog()).isEqualTo("off");
    assertThat(config.firstConfigWait()).isEqualTo(Duration.ofSeconds(3));
    assertThat(problems).isEmpty();
  }

  @Test
  void nothingSetIsAnIdleClientWithTheDefaultsOfTheTable() {
    AgentConfig config = read();
    assertThat(config.control()).isEmpty();
    assertThat(config.service()).isEmpty();
    assertThat(config.serviceAccount()).isEqualTo("default");
    assertThat(config.inboundDefault()).isEqualTo(InboundDefault.OPEN);
    assertThat(config.adminPort()).isEqualTo(15_000);
    assertThat(config.tracesSample()).isEqualTo(1.0);
    assertThat(config.drain()).isEqualTo(Duration.ofSeconds(1));
    assertThat(String.valueOf(config.cacheDirectory())).endsWith("client");
    assertThat(problems).isEmpty();
  }

  @Test
  void everythingSetIsRead() {
    environment.put("WEFT_CONTROL", "http://127.0.0.1:15010");
    environment.put("WEFT_SERVICE", "catalog");
    environment.put("WEFT_PORTS", "http:80=18081, grpc:9000");
    environment.put("WEFT_LABELS", "version=v2,tier=a=b");
    environment.put("WEFT_LOCALITY", "eu/a");
    environment.put("WEFT_ADDRESS", "::1");
    environment.put("WEFT_INBOUND_DEFAULT", "Closed");
    environment.put("WEFT_CACHE_DIR", "/var/weft");
    environment.put("WEFT_ADMIN", "off");
    environment.put("WEFT_METRICS", "0.0.0.0:9464");
    environment.put("WEFT_WAIT", "500ms");
    AgentConfig config = read();
    assertThat(problems).isEmpty();
    assertThat(config.control()).isEqualTo("127.0.0.1:15010");
    assertThat(config.plaintextControl()).isTrue();
    assertThat(config.serviceAccount()).isEqualTo("catalog");
    assertThat(config.ports())
        .containsExactly(
            new DeclaredPort("http", 80, 18_081), new DeclaredPort("grpc", 9000, 9000));
    assertThat(config.labels()).containsOnly(Map.entry("version", "v2"), Map.entry("tier", "a=b"));
    assertThat(config.locality().region()).isEqualTo("eu");
    assertThat(config.locality().zone()).isEqualTo("a");
    assertThat(config.address()).isEqualTo("::1");
    assertThat(config.inboundDefault()).isEqualTo(InboundDefault.CLOSED);
    assertThat(config.cacheDirectory()).isEqualTo(Path.of("/var/weft"));
    assertThat(config.adminPort()).isEqualTo(-1);
    assertThat(config.metricsAddress()).isEqualTo("0.0.0.0:9464");
    assertThat(config.firstConfigWait()).isEqualTo(Duration.ofMillis(500));
  }

  @Test
  void theServiceNameOfOpenTelemetryIsTakenWhenWeHaveNone() {
    environment.put("OTEL_SERVICE_NAME", "orders");
    assertThat(read().service()).isEqualTo("orders");
    environment.put("WEFT_SERVICE", "payments");
    assertThat(read().service()).isEqualTo("payments");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          WEFT_CONTROL;          localhost;           none, as if unset
          WEFT_CONTROL;          grpc://localhost:1;  none, as if unset
          WEFT_CONTROL;          localhost:0x1;       none, as if unset
          WEFT_SERVICE;          Cata Log;            none, as if unset
          WEFT_NAMESPACE;        a/b;                 default
          WEFT_SERVICE_ACCOUNT;  -a;                  none, as if unset
          WEFT_LABELS;           version;             the others
          WEFT_LOCALITY;         a/b/c/d;             none, as if unset
          WEFT_PORTS;            https:80;            the others
          WEFT_PORTS;            http:80=99999;       the others
          WEFT_PORTS;            80;                  the others
          WEFT_ADDRESS;          300.1.1.1;           none, as if unset
          WEFT_ADDRESS;          my-host;             none, as if unset
          WEFT_INBOUND_DEFAULT;  clsoed;              closed
          WEFT_ADMIN;            70000;               15000
          WEFT_ADMIN;            on;                  15000
          WEFT_METRICS;          0.0.0.0:99999;       none, as if unset
          WEFT_METRICS;          everywhere;          none, as if unset
          WEFT_WAIT;             3;                   3s
          WEFT_WAIT;             -1s;                 3s
          WEFT_TRACES_SAMPLE;    1.5;                 1.0
          WEFT_TRACES_SAMPLE;    NaN;                 1.0
          WEFT_DRAIN;            soon;                1s
          WEFT_ENABLED;          no;                  true
          WEFT_SIDECAR;          yes;                 none, as if unset
          """)
  void aMalformedValueGivesOneLineWithWhatIsAcceptedAndWhatIsInForce(
      String variable, String value, String inForce) {
    AgentConfig defaults = read();
    environment.put(variable, value);
    AgentConfig config = read();
    Key key = Key.valueOf(variable.substring("WEFT_".length()));
    assertThat(problems)
        .containsExactly(
            variable
                + " has the value '"
                + value
                + "'; accepted: "
                + key.accepted()
                + ". In force: "
                + inForce
                + ".");
    if (key != Key.INBOUND_DEFAULT) {
      assertThat(config).isEqualTo(defaults);
    }
  }

  @Test
  void aMistypedInboundDefaultIsClosed() {
    environment.put("WEFT_INBOUND_DEFAULT", "clsoed");
    assertThat(read().inboundDefault()).isEqualTo(InboundDefault.CLOSED);
  }

  @Test
  void aPathThatIsNoneIsReportedAndNotThrown() {
    properties.setProperty("weft.cache_dir", "a\0b");
    properties.setProperty("weft.control_ca", "a\0b");
    assertThat(read().controlCa()).isNull();
    assertThat(problems).hasSize(2);
  }

  @Test
  void oneBadPortDoesNotTakeTheOthersAway() {
    environment.put("WEFT_PORTS", "http:80=1,nonsense,tcp:5432");
    assertThat(read().ports())
        .containsExactly(new DeclaredPort("http", 80, 1), new DeclaredPort("tcp", 5432, 5432));
    assertThat(problems).hasSize(1);
  }

  @Test
  void unknownKeysAreNamedAndOurScriptsOwnAreNot() {
    environment.put("WEFT_SERVISE", "catalog");
    environment.put("WEFT_SERVER", "http://127.0.0.1:15080");
    environment.put("WEFT_VECTORS", "somewhere");
    environment.put("WEFT_SIDECAR", "ignore");
    properties.setProperty("weft.namespce", "x");
    file.setProperty("tokn", "x");
    read();
    assertThat(problems).hasSize(3);
    assertThat(problems).anyMatch(line -> line.startsWith("Unknown key WEFT_SERVISE is ignored"));
    assertThat(problems).anyMatch(line -> line.startsWith("Unknown key weft.namespce is ignored"));
    assertThat(problems)
        .anyMatch(line -> line.startsWith("Unknown key weft.config: tokn is ignored"));
    assertThat(problems).allMatch(line -> line.contains("WEFT_SERVICE_ACCOUNT"));
  }
}
