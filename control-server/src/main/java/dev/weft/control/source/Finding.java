package dev.weft.control.source;

/**
 * Something wrong with a document.
 *
 * @param subject the document, such as {@code VirtualService shop/reviews}
 * @param field path such as {@code spec.http[0].timeout}; empty: the whole document
 * @param message what is wrong, with the value, and what to do
 */
public record Finding(FindingCode code, String subject, String field, String message) {
  /** One line for people. */
  @Override
  public String toString() {
    return code.id() + " " + subject + (field.isEmpty() ? "" : " " + field) + ": " + message;
  }
}
