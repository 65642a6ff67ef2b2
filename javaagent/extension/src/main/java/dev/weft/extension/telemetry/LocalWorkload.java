package dev.weft.extension.telemetry;

/**
 * Who this JVM is, for labels.
 *
public record LocalWorkload(
    String workload, String namespace, String canonicalService, String revision) {}
