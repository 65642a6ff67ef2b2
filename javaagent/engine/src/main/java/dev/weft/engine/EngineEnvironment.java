package dev.weft.engine;

import dev.weft.bootstrap.MeshTimer;
import dev.weft.engine.env.Admission;
import dev.weft.engine.env.Clock;
import dev.weft.engine.env.Events;
import dev.weft.engine.env.RandomSource;
import dev.weft.engine.env.Resolver;
import dev.weft.engine.lb.JdkResolver;
import dev.weft.engine.telemetry.Recorder;
import dev.weft.engine.telemetry.Tracing;

/**
 * Everything that the engine takes from outside, so that tests own time, chance and names.
 *
 * @param timer see {@link dev.weft.bootstrap.MeshEngine#timer()}
 */
public record EngineEnvironment(
    Clock clock,
    RandomSource random,
    MeshTimer timer,
    Recorder recorder,
    Tracing tracing,
    Resolver resolver,
    Admission admission,
    Events events) {

  /** With the JDK's names, nobody to ask and nobody listening. */
  public EngineEnvironment(
      Clock clock, RandomSource random, MeshTimer timer, Recorder recorder, Tracing tracing) {
    this(
        clock,
        random,
        timer,
        recorder,
        tracing,
        new JdkResolver(timer),
        Admission.ALL,
        Events.NONE);
  }

  /** With the JVM's time and chance. */
  public static EngineEnvironment system(MeshTimer timer, Recorder recorder, Tracing tracing) {
    return new EngineEnvironment(Clock.SYSTEM, RandomSource.THREAD_LOCAL, timer, recorder, tracing);
  }

  /** The same with another resolver. */
  public EngineEnvironment with(Resolver next) {
    return new EngineEnvironment(clock, random, timer, recorder, tracing, next, admission, events);
  }

  /** The same with another admission. */
  public EngineEnvironment with(Admission next) {
    return new EngineEnvironment(clock, random, timer, recorder, tracing, resolver, next, events);
  }

  /** The same with another listener of events. */
  public EngineEnvironment with(Events next) {
    return new EngineEnvironment(
        clock, random, timer, recorder, tracing, resolver, admission, next);
  }
}
