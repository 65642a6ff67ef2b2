package dev.weft.control.source;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads {@code networking.istio.io WorkloadEntry} and inline endpoints of a ServiceEntry. */
final class WorkloadEntryReader {
  private static final Pattern ACCOUNT =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?");
  private static final String PRIORITY = "weft.dev/priority";

  private WorkloadEntryReader() {}

  static WorkloadEntry read(Fields spec) {
    String address = spec.required("address");
    if (address.startsWith("unix:")) {
      spec.problem(
          FindingCode.NOT_ALLOWED,
          "address",
          "is '" + address + "'; Unix sockets are not supported, give an IP address or a name.");
    }
    Map<String, Integer> ports = new HashMap<>();
    Fields map = spec.object("ports");
    for (String name : map.names()) {
      ports.put(name, map.number(name, 1, 65_535, 1));
    }
    Map<String, String> labels = spec.textMap("labels");
    String priority = labels.get(PRIORITY);
    if (priority != null && !priority.matches("[0-9]")) {
      spec.problem(
          FindingCode.OUT_OF_RANGE,
          "labels." + PRIORITY,
          "is '" + priority + "'; set a value from 0 (first) to 9.");
    }
    String account = spec.text("serviceAccount", "");
    if (!account.isEmpty() && !ACCOUNT.matcher(account).matches()) {
      spec.problem(
          FindingCode.NOT_ALLOWED,
          "serviceAccount",
          "is '" + account + "'; use letters, digits, '.', '_' and '-'.");
      account = "";
    }
    WorkloadEntry entry =
        new WorkloadEntry(
            address,
            ports,
            labels,
            spec.text("locality", ""),
            spec.number("weight", 0, 1_000_000, 0),
            account);
    spec.end("network");
    return entry;
  }
}
