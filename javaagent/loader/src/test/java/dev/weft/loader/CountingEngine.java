package dev.weft.loader;

import dev.weft.bootstrap.Mesh;
import dev.weft.bootstrap.MeshEngine;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An engine that governs nothing and remembers our own failures. */
final class CountingEngine implements AutoCloseable {
  final List<String> failures = new CopyOnWriteArrayList<>();

  CountingEngine() {
    Mesh.install(
        (MeshEngine)
            Proxy.newProxyInstance(
                CountingEngine.class.getClassLoader(),
                new Class<?>[] {MeshEngine.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("internalError")) {
                    failures.add(arguments[0] + ": " + arguments[1]);
                  }
                  return null;
                }));
  }

  @Override
  public void close() {
    Mesh.install(null);
  }
}
