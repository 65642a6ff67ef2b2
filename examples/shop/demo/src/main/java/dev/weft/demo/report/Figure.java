package dev.weft.demo.report;

/**
 * One measured figure.
 *
 * @param key place in the report, such as {@code db_failover.failed}
 * @param measured as observed
 * @param bound what it must be, for people
 */
public record Figure(String key, String title, Object measured, String bound, boolean holds) {}
