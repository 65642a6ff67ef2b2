package dev.weft.agent.packaging;

import dev.weft.loader.IndexFile;
import dev.weft.loader.ModuleIndex;
import dev.weft.loader.ModuleIndexer;
import dev.weft.loader.Seam;
import dev.weft.loader.premain.AgentClassLoader;
import io.opentelemetry.javaagent.extension.instrumentation.InstrumentationModule;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Build step: {@code AgentJars TARGET_FOLDER VERSION}, with the jars' content as its class path.
 */
public final class AgentJars {
  private static final String SLF4J_SERVICE = "org.slf4j.spi.SLF4JServiceProvider";
  private static final String SLF4J_SILENT = "org.slf4j.helpers.NOP_FallbackServiceProvider";

  private final ClassPathContent content;
  private final byte[] index;
  private final String version;

  private AgentJars(ClassPathContent content, byte[] index, String version) {
    this.content = content;
    this.index = index;
    this.version = version;
  }

  /** Runs the build step. */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 2) {
      throw new IllegalArgumentException("Usage: AgentJars TARGET_FOLDER VERSION");
    }
    build(System.getProperty("java.class.path"), Path.of(arguments[0]), arguments[1]);
  }

  static void build(String classPath, Path target, String version) throws IOException {
    Files.createDirectories(target);
    ClassPathContent content = ClassPathContent.read(classPath);
    content.provide(SLF4J_SERVICE, SLF4J_SILENT);
    AgentJars jars = new AgentJars(content, index(), version);
    jars.agent().write(target.resolve("weft-agent.jar"));
    jars.extension().write(target.resolve("weft-extension.jar"));
  }

  /** Types that belong to the host of an instrumentation, not to its library. */
  static boolean isHostType(String internalName) {
    return internalName.startsWith("net/bytebuddy/")
        || internalName.startsWith("io/opentelemetry/");
  }

  /** Entry points of the OpenTelemetry agent into us; the extension's own ones among them. */
  private static boolean isOnlyForExtension(String internalName) {
    return internalName.startsWith("dev/weft/loader/Otel")
        || internalName.startsWith("dev/weft/extension/otel/");
  }

  private static byte[] index() throws IOException {
    List<InstrumentationModule> modules = new ArrayList<>();
    ServiceLoader.load(InstrumentationModule.class).forEach(modules::add);
    modules.forEach(ModuleIndexer::check);
    modules.sort(Comparator.comparing(module -> module.getClass().getName()));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    List<ModuleIndex.Entry> entries = new ArrayList<>(ModuleIndexer.index(modules).entries());
    entries.addAll(NotWoven.entries());
    IndexFile.write(new ModuleIndex(entries), out);
    return out.toByteArray();
  }

  /** Everything carried is relocated and lies below {@code inst/}, out of everybody's sight. */
  private ReproducibleJar agent() {
    ReproducibleJar jar =
        new ReproducibleJar()
            .manifest("Premain-Class", "dev.weft.loader.WeftAgent")
            .manifest("Agent-Class", "dev.weft.loader.WeftAgent")
            .manifest("Can-Retransform-Classes", "true")
            .manifest("Can-Redefine-Classes", "true")
            .manifest("Implementation-Title", "Weft agent")
            .manifest("Implementation-Version", version);
    fill(jar, AgentClassLoader.PREFIX, any -> true, AgentJars::isOnlyForExtension, true, false);
    top(jar, "", Set.of(Layout.SEAM, Layout.PREMAIN));
    // The agent proper has its own copy: it does not see the system class loader.
    top(jar, AgentClassLoader.PREFIX, Set.of(Layout.PREMAIN));
    jar.add(Seam.LIST, SeamOrder.list(content));
    return jar;
  }

  /** The OpenTelemetry agent brings Byte Buddy and all OpenTelemetry types, and knows them. */
  private ReproducibleJar extension() throws IOException {
    ReproducibleJar jar =
        new ReproducibleJar()
            .manifest("Implementation-Title", "Weft extension")
            .manifest("Implementation-Version", version);
    fill(jar, "", name -> !isHostType(name), none -> false, false, true);
    top(jar, "", Set.of(Layout.PREMAIN));
    ReproducibleJar seam = new ReproducibleJar();
    top(seam, "", Set.of(Layout.SEAM));
    jar.add("weft-bootstrap.jar", seam.bytes());
    return jar;
  }

  private void top(ReproducibleJar jar, String prefix, Set<Layout> layouts) {
    for (Map.Entry<String, byte[]> file : content.files().entrySet()) {
      if (isClass(file.getKey()) && layouts.contains(Layout.of(name(file.getKey())))) {
        jar.add(prefix + file.getKey(), file.getValue());
      }
    }
  }

  private void fill(
      ReproducibleJar jar,
      String prefix,
      Predicate<String> carry,
      Predicate<String> leaveOut,
      boolean replaceLogger,
      boolean publicHelpers) {
    Set<String> carried = new HashSet<>();
    Set<String> roots = new TreeSet<>();
    for (String file : content.files().keySet()) {
      if (isClass(file)) {
        Layout layout = Layout.of(name(file));
        if (layout == Layout.THIRD_PARTY && carry.test(name(file))) {
          carried.add(name(file));
        } else if ((layout == Layout.WEFT || layout == Layout.INSTRUMENTATION)
            && !leaveOut.test(name(file))) {
          roots.add(name(file));
        }
      }
    }
    Relocation relocation =
        new Relocation(carried, AgentJars::isHostType, replaceLogger, publicHelpers);
    LoggerCalls logger = new LoggerCalls(content.classFile(Relocation.CARRIED_LOGGER));
    Set<String> kept = new HashSet<>();
    Set<String> packages = new HashSet<>();
    for (String name : new TreeSet<>(Reachable.from(roots, content))) {
      if (carried.contains(name) || roots.contains(name)) {
        byte[] code = relocation.apply(name, WithoutUnsafe.apply(name, content.classFile(name)));
        logger.check(name, code);
        jar.add(prefix + relocation.moved(name) + ".class", code);
        kept.add(name);
        packages.add(packageOf(name));
      }
    }
    resources(jar, prefix, carried, packages);
    services(jar, prefix, relocation, kept);
    jar.add(prefix + IndexFile.PATH, index);
    content.licences().forEach((path, bytes) -> jar.add("META-INF/licenses/" + path, bytes));
  }

  /** Resources beside kept classes stay beside them. */
  private void resources(
      ReproducibleJar jar, String prefix, Set<String> carried, Set<String> packages) {
    Set<String> carriedPackages = new HashSet<>();
    carried.forEach(name -> carriedPackages.add(packageOf(name)));
    for (Map.Entry<String, byte[]> file : content.files().entrySet()) {
      String path = file.getKey();
      String folder = packageOf(path);
      if (isClass(path) || !packages.contains(folder) || isSource(path) || folder.isEmpty()) {
        continue;
      }
      String moved = carriedPackages.contains(folder) ? Relocation.SHADED + path : path;
      jar.add(prefix + moved, file.getValue());
    }
  }

  private void services(
      ReproducibleJar jar, String prefix, Relocation relocation, Set<String> kept) {
    content
        .services()
        .forEach(
            (service, files) -> {
              Set<String> providers = new TreeSet<>();
              for (byte[] file : files.values()) {
                for (String provider : Reachable.providers(file)) {
                  String name = provider.replace('.', '/');
                  if (kept.contains(name)) {
                    providers.add(relocation.moved(name).replace('/', '.'));
                  }
                }
              }
              if (!providers.isEmpty()) {
                String name = relocation.moved(service.replace('.', '/')).replace('/', '.');
                jar.add(
                    prefix + "META-INF/services/" + name,
                    (String.join("\n", providers) + "\n").getBytes(StandardCharsets.UTF_8));
              }
            });
  }

  private static boolean isClass(String path) {
    return path.endsWith(".class");
  }

  private static boolean isSource(String path) {
    return path.endsWith(".proto") || path.endsWith(".java") || path.endsWith(".html");
  }

  private static String name(String path) {
    return path.substring(0, path.length() - ".class".length());
  }

  private static String packageOf(String path) {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? "" : path.substring(0, slash);
  }
}
