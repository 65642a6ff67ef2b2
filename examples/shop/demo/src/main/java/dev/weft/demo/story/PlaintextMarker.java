package dev.weft.demo.story;

import dev.weft.demo.load.LoadResult;
import dev.weft.demo.load.LoadSpec;
import dev.weft.demo.mesh.Instance;
import dev.weft.demo.mesh.Tap;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Somebody listens on the wire to the orders, for a customer's address. */
public final class PlaintextMarker {
  /** What the tap looks for; its first letter occurs in it once. */
  private static final String MARKER = "Xavier-Lovelace-12-Marker-Lane";

  private static final int CALLS = 250;

  private PlaintextMarker() {}

  /** Puts the tap where peers believe the instance to be. */
  public static Tap tapBefore(Instance instance) throws IOException {
    return Tap.open(
        new InetSocketAddress(Tap.ownAddress(), instance.port()),
        new InetSocketAddress(InetAddress.getLoopbackAddress(), instance.port()),
        MARKER);
  }

  static void play(Stage stage) {
    stage.narrator().step("A tap on the wire to the orders looks for a customer's address");
    var tap = stage.tap();
    long bytes = tap.bytes();
    long seen = tap.seen();
    LoadResult secret = stage.shopper().run(orders("orders over mtls", CALLS));
    Effect.noFailures(stage, secret);
    long tapped = tap.bytes() - bytes;
    long seenWithMtls = tap.seen() - seen;
    stage.narrator().say("with mTLS: %d bytes tapped, address seen %d times", tapped, seenWithMtls);

    stage.control().apply("orders-plaintext.yaml");
    Effect.await(
        stage, "mTLS is off at the orders", orders("mtls off", 10), r -> tap.seen() > seen);
    long open = tap.seen();
    LoadResult bare = stage.shopper().run(orders("orders in the open", 100));
    Effect.noFailures(stage, bare);
    long seenWithout = tap.seen() - open;
    stage.narrator().say("mTLS switched off: address seen %d times", seenWithout);
    stage.control().delete("PeerAuthentication", "orders");

    var report = stage.report();
    report.above("plaintext_marker.tap_bytes", "Bytes tapped with mTLS", tapped, 100_000);
    report.between("plaintext_marker.seen_with_mtls", "Address seen in them", seenWithMtls, 0, 0);
    report.above(
        "plaintext_marker.seen_with_mtls_disabled",
        "Address seen with mTLS switched off",
        seenWithout,
        0);
    report.between(
        "plaintext_marker.failed",
        "Orders that failed meanwhile",
        secret.failed() + bare.failed(),
        0,
        0);
  }

  private static LoadSpec orders(String name, int calls) {
    return LoadSpec.put(
        name,
        "http://orders/orders/" + name.replace(' ', '-') + "-" + System.nanoTime() + "-{n}",
        "{\"product\":{p},\"pieces\":1,\"deliverTo\":\"" + MARKER + "\"}",
        120,
        calls);
  }
}
