package dev.weft.client.translate;

/**
 * A resource, or a part of one, cannot be used. The message names the field, the value and the
 * remedy and goes into the NACK or into {@code weft status}.
 */
public final class TranslationException extends Exception {
  private static final long serialVersionUID = 1L;

  public TranslationException(String message) {
    super(message);
  }
}
