package dev.weft.control.ca;

import com.google.protobuf.Value;
import dev.weft.control.auth.Caller;
import dev.weft.wire.istio.auth.IstioCertificateRequest;
import dev.weft.wire.istio.auth.IstioCertificateResponse;
import dev.weft.wire.istio.auth.IstioCertificateServiceGrpc;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code istio.v1.auth.IstioCertificateService}: signs CSRs for authenticated callers. */
public final class CertificateService
    extends IstioCertificateServiceGrpc.IstioCertificateServiceImplBase {
  private static final Logger LOG = LoggerFactory.getLogger(CertificateService.class);

  private final CertificateAuthority authority;

  /** Serves {@code authority}. */
  public CertificateService(CertificateAuthority authority) {
    this.authority = authority;
  }

  @Override
  public void createCertificate(
      IstioCertificateRequest request, StreamObserver<IstioCertificateResponse> response) {
    try {
      Caller caller = identified(Caller.current(), request);
      PublicKey key = CertificateRequest.key(request.getCsr());
      List<X509Certificate> chain =
          authority.sign(
              key,
              caller.namespace(),
              caller.serviceAccount(),
              Duration.ofSeconds(request.getValidityDuration()));
      IstioCertificateResponse.Builder answer = IstioCertificateResponse.newBuilder();
      chain.forEach(certificate -> answer.addCertChain(Pem.of(certificate)));
      response.onNext(answer.build());
      response.onCompleted();
    } catch (IllegalArgumentException e) {
      LOG.warn("Certificate refused: {}", e.getMessage());
      response.onError(Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asException());
    } catch (UnidentifiedException e) {
      LOG.warn("Certificate refused: {}", e.getMessage());
      response.onError(Status.UNAUTHENTICATED.withDescription(e.getMessage()).asException());
    }
  }

  /** A join token holds for any identity; its holder has to say which. Others cannot choose. */
  private static Caller identified(
      @org.jspecify.annotations.Nullable Caller caller, IstioCertificateRequest request)
      throws UnidentifiedException {
    if (caller == null) {
      throw new UnidentifiedException("Certificates are given to authenticated callers only.");
    }
    if (caller.means() != Caller.Means.JOIN_TOKEN) {
      return caller;
    }
    String namespace = field(request, "namespace", caller.namespace());
    String account = field(request, "serviceAccount", caller.serviceAccount());
    if (namespace.isEmpty() || account.isEmpty()) {
      throw new UnidentifiedException(
          "The join token holds for any workload; say which in the header 'weft-identity:"
              + " ns/NAMESPACE/sa/SERVICE_ACCOUNT'.");
    }
    if (!caller.namespace().isEmpty() && !caller.namespace().equals(namespace)
        || !caller.serviceAccount().isEmpty() && !caller.serviceAccount().equals(account)) {
      throw new UnidentifiedException(
          "metadata names ns/" + namespace + "/sa/" + account + ", the header " + caller + ".");
    }
    return new Caller(namespace, account, Caller.Means.JOIN_TOKEN);
  }

  private static String field(IstioCertificateRequest request, String name, String otherwise) {
    Value value = request.getMetadata().getFieldsMap().get(name);
    return value == null || value.getStringValue().isEmpty() ? otherwise : value.getStringValue();
  }

  private static final class UnidentifiedException extends Exception {
    private static final long serialVersionUID = 1L;

    UnidentifiedException(String message) {
      super(message);
    }
  }
}
