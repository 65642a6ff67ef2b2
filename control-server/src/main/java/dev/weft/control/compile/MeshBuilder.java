package dev.weft.control.compile;

import dev.weft.control.compile.Mesh.Settings;
import dev.weft.control.register.Instance;
import dev.weft.control.register.KnownService;
import dev.weft.control.source.Document;
import dev.weft.control.source.PeerAuthentication;
import dev.weft.control.source.ServiceEntry;
import dev.weft.control.source.Spec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Puts registered services and documents together into one {@link Mesh}. */
public final class MeshBuilder {
  private final Settings settings;

  /** For one mesh. */
  public MeshBuilder(Settings settings) {
    this.settings = settings;
  }

  /**
   * Builds the mesh. A ServiceEntry of the same host replaces a registered service.
   *
   * @param before whose unchanged parts are kept, or null
   */
  public Mesh build(
      @Nullable Mesh before,
      Collection<Instance> instances,
      Collection<KnownService> known,
      Collection<Document> documents) {
    PeerModes modes =
        new PeerModes(of(documents, PeerAuthentication.class), settings.rootNamespace());
    Map<String, MeshService> services = new TreeMap<>();
    RegisteredServices registered = new RegisteredServices(settings, modes);
    for (KnownService service : known) {
      MeshService made = registered.service(service, instances);
      services.put(made.definition().host(), made);
    }
    EntryServices entries = new EntryServices(settings, modes, documents, instances);
    for (Document document : of(documents, ServiceEntry.class)) {
      for (MeshService made : entries.services(document)) {
        services.put(made.definition().host(), made);
      }
    }
    if (before != null) {
      services.replaceAll((host, now) -> kept(before.services().get(host), now));
    }
    return new Mesh(
        settings,
        Collections.unmodifiableMap(services),
        of(documents, dev.weft.control.source.VirtualService.class),
        of(documents, dev.weft.control.source.DestinationRule.class),
        before != null && before.peerModes().equals(modes) ? before.peerModes() : modes);
  }

  private static MeshService kept(@Nullable MeshService before, MeshService now) {
    if (before == null) {
      return now;
    }
    if (before.equals(now)) {
      return before;
    }
    return before.definition().equals(now.definition())
        ? new MeshService(before.definition(), now.endpoints())
        : now;
  }

  private static List<Document> of(Collection<Document> documents, Class<? extends Spec> kind) {
    List<Document> found = new ArrayList<>();
    for (Document document : documents) {
      if (kind.isInstance(document.spec())) {
        found.add(document);
      }
    }
    found.sort(Comparator.comparing(Document::key));
    return found;
  }
}
