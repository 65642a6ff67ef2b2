package dev.weft.bench;

import dev.weft.bench.process.Figures;
import java.util.Collection;
import java.util.Locale;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Runs the JMH benchmarks of the engine and takes nanoseconds and bytes per call from them. */
final class EngineRun {
  private EngineRun() {}

  static void run(Figures figures) throws RunnerException {
    var options =
        new OptionsBuilder()
            .include("dev\\.weft\\.bench\\.engine\\..*")
            .addProfiler(GCProfiler.class)
            .forks(1)
            .warmupIterations(3)
            .warmupTime(TimeValue.seconds(1))
            .measurementIterations(5)
            .measurementTime(TimeValue.seconds(1))
            .build();
    Collection<RunResult> results = new Runner(options).run();
    for (RunResult result : results) {
      String name = name(result);
      // "ns/op" or "ms/op"
      String unit = result.getPrimaryResult().getScoreUnit().replaceFirst("/.*", "");
      figures.add(name + "_" + unit, result.getPrimaryResult().getScore());
      Result<?> bytes = result.getSecondaryResults().get("gc.alloc.rate.norm");
      if (bytes != null) {
        figures.add(name + "_bytes", bytes.getScore());
      }
    }
  }

  private static String name(RunResult result) {
    String method = result.getParams().getBenchmark();
    StringBuilder name =
        new StringBuilder(
            method
                .substring(method.lastIndexOf('.') + 1)
                .replaceAll("([A-Z])", "_$1")
                .toLowerCase(Locale.ROOT));
    for (String key : result.getParams().getParamsKeys()) {
      name.append('_').append(result.getParams().getParam(key)).append('_').append(key);
    }
    if (result.getParams().getThreads() > 1) {
      name.append('_').append(result.getParams().getThreads()).append("_threads");
    }
    return name.toString();
  }
}
