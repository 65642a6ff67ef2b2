package shop.payments;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/** Takes money once per order. */
final class CashDesk extends PaymentsGrpc.PaymentsImplBase {
  private final ConcurrentMap<String, Receipt> receipts = new ConcurrentHashMap<>();
  private final AtomicLong numbers = new AtomicLong();
  private final String instance;

  CashDesk(String instance) {
    this.instance = instance;
  }

  @Override
  public void charge(ChargeRequest request, StreamObserver<Receipt> answer) {
    if (request.getOrderId().isEmpty() || request.getCents() <= 0) {
      answer.onError(
          Status.INVALID_ARGUMENT
              .withDescription("order_id and a positive number of cents are needed")
              .asRuntimeException());
      return;
    }
    answer.onNext(receipts.computeIfAbsent(request.getOrderId(), id -> receipt(request)));
    answer.onCompleted();
  }

  private Receipt receipt(ChargeRequest request) {
    return Receipt.newBuilder()
        .setNumber("R-" + numbers.incrementAndGet())
        .setCents(request.getCents())
        .setServedBy(instance)
        .build();
  }
}
