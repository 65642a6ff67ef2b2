package dev.weft.extension;

import dev.weft.bootstrap.Destination;
import dev.weft.bootstrap.MeshEngine;
import dev.weft.bootstrap.TcpDestination;
import org.jspecify.annotations.Nullable;

/**
 * The kill switch: calls of this JVM go out as if the mesh were not there, while its ports go on as
 * their policy says.
 *
 * <p>Why the ports stay: peers have been told that they take mTLS, and connect so; and a STRICT
 * port that opened for everybody because somebody switched a client feature off would fail open.
 */
final class SwitchedOff extends EngineDelegate {

  SwitchedOff(MeshEngine engine) {
    super(engine);
  }

  @Override
  public @Nullable Destination http(String host, int port) {
    return null;
  }

  @Override
  public @Nullable TcpDestination tcp(String host, int port) {
    return null;
  }
}
