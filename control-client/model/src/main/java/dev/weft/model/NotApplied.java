package dev.weft.model;

/**
 * A resource, or a part of one, that was received and is not in force.
 *
 * @param subject the thing by name, such as {@code Route reviews-v2 in RouteConfiguration 80}
 * @param reason what is wrong or unsupported, and what to do
 */
public record NotApplied(String subject, String reason) {}
