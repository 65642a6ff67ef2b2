package dev.weft.loader;

import io.opentelemetry.javaagent.extension.instrumentation.InstrumentationModule;
import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.bytebuddy.matcher.ElementMatcher;
import net.bytebuddy.matcher.NameMatcher;
import net.bytebuddy.matcher.StringMatcher;
import net.bytebuddy.matcher.StringSetMatcher;
import org.jspecify.annotations.Nullable;

/**
 * Reads the exact type names out of modules' matchers. Runs at build time and in tests, never in an
 * application's JVM.
 *
 * <p>Understands {@code named}, {@code namedOneOf}, their unions and their intersections with
 * anything; a module with any other type matcher is marked as wanting every type. Byte Buddy has no
 * accessors for what a matcher was built from, so this one class reads its private fields.
 */
public final class ModuleIndexer {
  private ModuleIndexer() {}

  /** Makes the index of these modules; disabled ones are left out. */
  public static ModuleIndex index(List<InstrumentationModule> modules) {
    List<ModuleIndex.Entry> entries = new ArrayList<>();
    for (InstrumentationModule module : modules) {
      if (module.defaultEnabled()) {
        entries.add(entry(module));
      }
    }
    return new ModuleIndex(entries);
  }

  /**
   * Checks that a module can be started as it will be in an application, where the agent's class
   * loader does not see the library. Run it on a class path without the libraries.
   *
   * @throws IllegalStateException naming the module, what is wrong and what to do
   */
  public static void check(InstrumentationModule module) {
    String name = module.getClass().getName();
    try {
      new WovenModule(module, Library.beside(module.getClass(), module.instrumentationName()))
          .check();
    } catch (NoClassDefFoundError library) {
      throw new IllegalStateException(
          "Module "
              + name
              + " names a class of its library outside advice and helpers, where nobody sees it."
              + " Name it by a string.",
          library);
    } catch (IOException | RuntimeException wrong) {
      throw new IllegalStateException("Module " + name + " cannot be started", wrong);
    }
    for (TypeInstrumentation each : module.typeInstrumentations()) {
      if (names(each.typeMatcher()) == null) {
        throw new IllegalStateException(
            "Module "
                + name
                + " matches types otherwise than by exact names, so every class of every application"
                + " would be parsed. Use named or namedOneOf.");
      }
    }
  }

  private static ModuleIndex.Entry entry(InstrumentationModule module) {
    Set<String> types = new TreeSet<>();
    boolean anyType = false;
    for (TypeInstrumentation instrumentation : module.typeInstrumentations()) {
      Set<String> names = names(instrumentation.typeMatcher());
      if (names == null) {
        anyType = true;
      } else {
        types.addAll(names);
      }
    }
    try {
      return new ModuleIndex.Entry(
          module.getClass().getName(),
          Library.beside(module.getClass(), module.instrumentationName()),
          types,
          anyType);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(
          "Cannot read " + Library.FILE + " beside " + module.getClass().getName(), unreadable);
    }
  }

  /** Returns the only names that {@code matcher} can match, or null if they cannot be told. */
  static @Nullable Set<String> names(ElementMatcher<?> matcher) {
    if (matcher instanceof NameMatcher) {
      return names((ElementMatcher<?>) field(matcher, "matcher"));
    }
    if (matcher instanceof StringMatcher) {
      Object mode = field(matcher, "mode");
      return mode == StringMatcher.Mode.EQUALS_FULLY
          ? Set.of((String) field(matcher, "value"))
          : null;
    }
    if (matcher instanceof StringSetMatcher) {
      Set<String> names = new TreeSet<>();
      for (Object each : (Set<?>) field(matcher, "values")) {
        names.add((String) each);
      }
      return names;
    }
    if (matcher instanceof ElementMatcher.Junction.Disjunction) {
      Set<String> union = new TreeSet<>();
      for (Object each : (List<?>) field(matcher, "matchers")) {
        Set<String> names = names((ElementMatcher<?>) each);
        if (names == null) {
          return null;
        }
        union.addAll(names);
      }
      return union;
    }
    if (matcher instanceof ElementMatcher.Junction.Conjunction) {
      for (Object each : (List<?>) field(matcher, "matchers")) {
        Set<String> names = names((ElementMatcher<?>) each);
        if (names != null) {
          return names;
        }
      }
    }
    return null;
  }

  private static Object field(Object matcher, String name) {
    for (Class<?> type = matcher.getClass(); type != null; type = type.getSuperclass()) {
      try {
        Field field = type.getDeclaredField(name);
        field.setAccessible(true);
        return field.get(matcher);
      } catch (NoSuchFieldException inSuperclass) {
        continue;
      } catch (IllegalAccessException impossible) {
        throw new LinkageError(name, impossible);
      }
    }
    throw new IllegalStateException(
        "Byte Buddy's " + matcher.getClass() + " has no field `" + name + "` any more");
  }
}
