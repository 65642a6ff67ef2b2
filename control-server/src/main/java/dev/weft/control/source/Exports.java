package dev.weft.control.source;

/** {@code exportTo}: everything is visible everywhere; other wishes are refused, not ignored. */
final class Exports {
  private Exports() {}

  static void read(Fields spec) {
    for (String value : spec.texts("exportTo")) {
      if (!value.equals("*")) {
        spec.problem(
            FindingCode.FIELD_UNSUPPORTED,
            "exportTo",
            "holds '" + value + "'; only '*' is supported yet, which is also the default.");
      }
    }
  }
}
