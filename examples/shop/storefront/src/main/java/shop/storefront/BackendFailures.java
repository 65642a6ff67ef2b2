package shop.storefront;

import io.grpc.StatusRuntimeException;
import java.io.IOException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.client.RestClientException;

/** A backend that fails makes the page unavailable, not broken. */
@RestControllerAdvice
class BackendFailures {
  @ExceptionHandler({RestClientException.class, StatusRuntimeException.class, IOException.class})
  ResponseEntity<String> unavailable(Exception failure) {
    return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
        .body("The shop is busy: " + failure.getClass().getSimpleName());
  }
}
