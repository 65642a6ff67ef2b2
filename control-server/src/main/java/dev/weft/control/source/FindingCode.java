package dev.weft.control.source;

/**
 * The catalogue of findings. Codes are stable; {@code docs/findings.md} explains each. 1xx: a
 * document cannot be read; 2xx: a field is refused; 3xx: documents do not fit together.
 */
public enum FindingCode {
  YAML_SYNTAX("WFT101", true, "The text is not YAML."),
  NOT_A_DOCUMENT("WFT102", true, "The document lacks apiVersion, kind or metadata.name."),
  KIND_UNSUPPORTED("WFT103", true, "The kind is not accepted."),
  DUPLICATE("WFT104", true, "Two documents have the same kind, namespace and name."),
  FIELD_UNKNOWN("WFT201", true, "The field does not exist."),
  FIELD_UNSUPPORTED("WFT202", true, "The field exists in Istio and has no effect here yet."),
  FIELD_MISSING("WFT203", true, "A field that must be there is missing."),
  WRONG_TYPE("WFT204", true, "The value has another type."),
  OUT_OF_RANGE("WFT205", true, "The value is out of range."),
  NOT_ALLOWED("WFT206", true, "The value is none of those allowed."),
  CONTRADICTION("WFT207", true, "Fields exclude each other, or need each other."),
  HOST_UNKNOWN("WFT301", false, "No service has this host; the document is in force once one has."),
  LISTENER_CLASH("WFT302", false, "Services need the same listener."),
  SUBSET_UNKNOWN("WFT303", false, "No DestinationRule defines this subset; calls get 503."),
  SHADOWED("WFT304", false, "Another document is in force for the same thing."),
  PORT_UNKNOWN("WFT305", false, "The service has no such port; calls get 503."),
  NO_ENDPOINT("WFT306", false, "A service or subset has no endpoint; calls get 503.");

  private final String id;
  private final boolean refuses;
  private final String rule;

  FindingCode(String id, boolean refuses, String rule) {
    this.id = id;
    this.refuses = refuses;
    this.rule = rule;
  }

  /** Such as {@code WFT201}. */
  public String id() {
    return id;
  }

  /** Whether a document with such a finding is refused; others are warnings. */
  public boolean refuses() {
    return refuses;
  }

  /** What is asked for in general. */
  public String rule() {
    return rule;
  }
}
