package dev.weft.control.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentParserTest {
  private static final String ROUTE =
      """
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: catalog}
      spec:
        hosts: [catalog]
        http:
        - %s
          route: [{destination: {host: catalog}}]
      """;

  @Test
  void anUnknownFieldIsRefusedWithItsPathAndTheNearestName() {
    assertThat(findings(ROUTE.formatted("timeuot: 3s")))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.code()).isEqualTo(FindingCode.FIELD_UNKNOWN);
              assertThat(finding.subject()).isEqualTo("VirtualService default/catalog");
              assertThat(finding.field()).isEqualTo("spec.http[0].timeuot");
              assertThat(finding.message()).contains("did you mean timeout?");
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "corsPolicy: {} | FIELD_UNSUPPORTED | spec.http[0].corsPolicy",
        "mirror: {host: b} | FIELD_UNSUPPORTED | spec.http[0].mirror",
        "timeout: soon | NOT_ALLOWED | spec.http[0].timeout",
        "timeout: 3 | WRONG_TYPE | spec.http[0].timeout",
        "fault: {abort: {httpStatus: 99}} | OUT_OF_RANGE | spec.http[0].fault.abort.httpStatus",
        "retries: {attempts: 2, retryOn: gateway-eror} | NOT_ALLOWED | spec.http[0].retries.retryOn",
        "match: [{uri: {regex: '(?=x)'}}] | NOT_ALLOWED | spec.http[0].match[0].uri.regex",
        "match: [{sourceLabels: {a: b}}] | FIELD_UNSUPPORTED | spec.http[0].match[0].sourceLabels",
        "redirect: {uri: /a} | CONTRADICTION | spec.http[0]",
        "headers: {request: {set: {':path': /}}} | NOT_ALLOWED | spec.http[0].headers.request.set.:path"
      })
  void aBadFieldIsRefusedByItsPath(String field, FindingCode code, String path) {
    assertThat(findings(ROUTE.formatted(field)))
        .anySatisfy(
            finding -> {
              assertThat(finding.code()).isEqualTo(code);
              assertThat(finding.field()).isEqualTo(path);
            });
  }

  @Test
  void anotherKindIsRefused() {
    assertThat(findings("apiVersion: v1\nkind: Gateway\nmetadata: {name: x}\n"))
        .extracting(Finding::code)
        .containsExactly(FindingCode.KIND_UNSUPPORTED);
  }

  @Test
  void allFindingsOfAllDocumentsComeAtOnce() {
    String text = ROUTE.formatted("timeuot: 3s, retires: {}") + "---\nkind: [\n";
    text = "a: b\n---\n" + ROUTE.formatted("timeout: x") + "---\n" + ROUTE.formatted("mirror: {}");
    assertThat(findings(text))
        .extracting(Finding::code)
        .containsExactly(
            FindingCode.NOT_A_DOCUMENT, FindingCode.NOT_ALLOWED, FindingCode.FIELD_UNSUPPORTED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1", "v1beta1", "v1alpha3"})
  void allVersionsOfAKindAreTheSame(String version) {
    String text = ROUTE.formatted("timeout: 1m30s").replace("io/v1", "io/" + version);
    DocumentParser.Parsed parsed = DocumentParser.parse(text, "test");
    assertThat(parsed.findings()).isEmpty();
    VirtualService spec = (VirtualService) parsed.documents().get(0).spec();
    assertThat(((VirtualService.Forward) spec.http().get(0).action()).timeout())
        .isEqualTo(Duration.ofSeconds(90));
  }

  @Test
  void theVersionIsOfTheContentNotOfItsOrder() {
    String one = "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\n";
    String a = one + "metadata: {name: x, namespace: n}\nspec: {mtls: {mode: STRICT}}\n";
    String b = one + "spec: {mtls: {mode: STRICT}}\nmetadata: {namespace: n, name: x}\n";
    String c = one + "metadata: {name: x, namespace: n}\nspec: {mtls: {mode: DISABLE}}\n";
    assertThat(version(a)).isEqualTo(version(b)).isNotEqualTo(version(c));
  }

  /** Whatever comes, the answer is findings, never an exception. */
  @Test
  void damagedTextNeverThrows() {
    Random random = new Random(7);
    String good = ROUTE.formatted("fault: {delay: {fixedDelay: 1s}}");
    for (int i = 0; i < 3000; i++) {
      StringBuilder text = new StringBuilder(good);
      for (int n = 0; n <= random.nextInt(4); n++) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(3)) {
          case 0 -> text.deleteCharAt(at);
          case 1 -> text.setCharAt(at, "{}[]:-\n\"'&*! x1".charAt(random.nextInt(15)));
          default -> text.insert(at, text.substring(at, Math.min(text.length(), at + 9)));
        }
      }
      DocumentParser.Parsed parsed = DocumentParser.parse(text.toString(), "fuzz");
      assertThat(parsed.documents().size() + parsed.findings().size()).isPositive();
    }
  }

  private static String version(String text) {
    return DocumentParser.parse(text, "test").documents().get(0).resourceVersion();
  }

  private static List<Finding> findings(String text) {
    DocumentParser.Parsed parsed = DocumentParser.parse(text, "test");
    assertThat(parsed.refused()).isTrue();
    return parsed.findings();
  }
}
