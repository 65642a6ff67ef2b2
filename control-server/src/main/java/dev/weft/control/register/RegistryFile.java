package dev.weft.control.register;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.weft.control.store.DurableFile;
import dev.weft.wire.v1.Announce;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Instances and services on disk ({@code instances.json}), so that a restarted server knows them
 * before they have reconnected. Writes happen on {@code executor}; of several waiting ones only the
 * newest is written.
 */
public final class RegistryFile {
  private static final Logger LOG = LoggerFactory.getLogger(RegistryFile.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path path;
  private final Executor executor;
  private final AtomicReference<@Nullable Content> pending = new AtomicReference<>();

  /** What is kept. */
  public record Content(List<Announce> instances, List<KnownService> services) {}

  /** Keeps the registry in {@code path}. */
  public RegistryFile(Path path, Executor executor) {
    this.path = path;
    this.executor = executor;
  }

  Content read() {
    List<Announce> instances = new ArrayList<>();
    List<KnownService> services = new ArrayList<>();
    if (!Files.exists(path)) {
      return new Content(instances, services);
    }
    try {
      ObjectNode root = (ObjectNode) JSON.readTree(Files.readAllBytes(path));
      for (var node : root.withArray("instances")) {
        Announce.Builder announce = Announce.newBuilder();
        JsonFormat.parser().ignoringUnknownFields().merge(node.toString(), announce);
        instances.add(announce.build());
      }
      for (var node : root.withArray("services")) {
        services.add(JSON.treeToValue(node, KnownService.class));
      }
    } catch (IOException | ClassCastException e) {
      LOG.warn(
          "{} cannot be read: {}. Services come back as their JVMs reconnect.",
          path,
          e.getMessage());
    }
    return new Content(instances, services);
  }

  void write(Content content) {
    if (pending.getAndSet(content) == null) {
      executor.execute(this::flush);
    }
  }

  private void flush() {
    Content content = pending.getAndSet(null);
    if (content == null) {
      return;
    }
    try {
      ObjectNode root = JSON.createObjectNode();
      ArrayNode instances = root.putArray("instances");
      for (Announce announce : content.instances()) {
        instances.add(JSON.readTree(json(announce)));
      }
      root.set("services", JSON.valueToTree(content.services()));
      DurableFile.write(path, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root));
    } catch (IOException e) {
      LOG.error(
          "{} cannot be written: {}. After a restart of the server, services are missing until"
              + " their JVMs reconnect.",
          path,
          e.getMessage());
    }
  }

  private static String json(Announce announce) throws InvalidProtocolBufferException {
    return JsonFormat.printer().omittingInsignificantWhitespace().print(announce);
  }
}
