package dev.weft.extension;

import dev.weft.bootstrap.Destination;
import dev.weft.bootstrap.InboundPort;
import dev.weft.bootstrap.JdbcStatements;
import dev.weft.bootstrap.MeshEngine;
import dev.weft.bootstrap.MeshTimer;
import dev.weft.bootstrap.TcpDestination;
import org.jspecify.annotations.Nullable;

/** Stands before the engine while it is not simply in force; passes everything on. */
abstract class EngineDelegate implements MeshEngine {
  private final MeshEngine engine;

  EngineDelegate(MeshEngine engine) {
    this.engine = engine;
  }

  @Override
  public @Nullable Destination http(String host, int port) {
    return engine.http(host, port);
  }

  @Override
  public @Nullable TcpDestination tcp(String host, int port) {
    return engine.tcp(host, port);
  }

  @Override
  public @Nullable InboundPort inbound(int localPort) {
    return engine.inbound(localPort);
  }

  @Override
  public void listening(int localPort, String protocol, boolean tlsCapable) {
    engine.listening(localPort, protocol, tlsCapable);
  }

  @Override
  public void stoppedListening(int localPort) {
    engine.stoppedListening(localPort);
  }

  @Override
  public MeshTimer timer() {
    return engine.timer();
  }

  @Override
  public JdbcStatements jdbc() {
    return engine.jdbc();
  }

  @Override
  public void internalError(String place, Throwable failure) {
    engine.internalError(place, failure);
  }
}
