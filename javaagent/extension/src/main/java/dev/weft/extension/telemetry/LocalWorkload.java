package dev.weft.extension.telemetry;

/** Who this JVM is, for labels; parts may be empty. */
public record LocalWorkload(
    String workload, String namespace, String canonicalService, String revision) {}
