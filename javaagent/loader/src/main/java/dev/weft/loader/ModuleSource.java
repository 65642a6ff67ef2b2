package dev.weft.loader;

import io.opentelemetry.javaagent.extension.instrumentation.InstrumentationModule;
import java.util.Map;

/** Where module instances come from. */
interface ModuleSource {

  InstrumentationModule module(String className) throws ReflectiveOperationException;

  /** Instances given by a test. */
  record Given(Map<String, InstrumentationModule> modules) implements ModuleSource {
    @Override
    public InstrumentationModule module(String className) throws ReflectiveOperationException {
      InstrumentationModule module = modules.get(className);
      if (module == null) {
        throw new ClassNotFoundException(className);
      }
      return module;
    }
  }

  /** Instances made when first wanted. */
  record Lazy(ClassLoader loader) implements ModuleSource {
    @Override
    public InstrumentationModule module(String className) throws ReflectiveOperationException {
      return Class.forName(className, true, loader)
          .asSubclass(InstrumentationModule.class)
          .getConstructor()
          .newInstance();
    }
  }
}
