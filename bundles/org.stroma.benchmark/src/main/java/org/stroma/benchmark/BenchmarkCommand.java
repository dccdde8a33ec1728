/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.benchmark;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.stroma.cohort.Fold;
import org.stroma.command.ExitCode;
import org.stroma.command.Progress;
import org.stroma.command.UsageException;
import org.stroma.command.WorkingFolder;
import org.stroma.dataset.Dataset;
import org.stroma.model.Devices;
import org.stroma.model.Model;
import org.stroma.runtime.Examined;
import org.stroma.runtime.Experiments;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code benchmark}: how long training steps and predictions of an experiment's model take on this machine. */
@Component
public final class BenchmarkCommand implements org.stroma.command.Command {
  private final Experiments experiments;
  private final Devices devices;

  @Activate
  public BenchmarkCommand(@Reference Experiments experiments, @Reference Devices devices) {
    this.experiments = experiments;
    this.devices = devices;
  }

  @Override
  public Callable<Integer> call(PrintStream out, Progress progress) {
    return new Call(experiments, devices, out, progress);
  }

  /** One call. */
  @Command(
      name = "benchmark",
      description =
          "Times training steps and predictions of an experiment's model on this machine: of the first fold, with batches that have been read"
              + " before, so that steps alone are timed. Nothing is written.",
      mixinStandardHelpOptions = true)
  static final class Call implements Callable<Integer> {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final int MOST = 100_000;

    private final Experiments experiments;
    private final Devices devices;
    private final PrintStream out;
    private final Progress progress;

    @Parameters(index = "0", paramLabel = "EXPERIMENT.json", description = "an experiment")
    private Path experiment;

    @Option(
        names = "--set",
        paramLabel = "PATH=VALUE",
        description = "changes a value of the experiment, such as training.batchSize=8")
    private List<String> overrides = new ArrayList<>();

    @Option(
        names = "--steps",
        paramLabel = "N",
        defaultValue = "5",
        description = "steps of a round; default: ${DEFAULT-VALUE}")
    private int steps;

    @Option(
        names = "--rounds",
        paramLabel = "N",
        defaultValue = "3",
        description = "rounds of training and prediction, in turn; default: ${DEFAULT-VALUE}")
    private int rounds;

    @Option(
        names = "--listen",
        description =
            "does what lines of the standard input say, train N or predict N, and answers each with a line of JSON: for programs that"
                + " measure something else in turn")
    private boolean listen;

    Call(Experiments experiments, Devices devices, PrintStream out, Progress progress) {
      this.experiments = experiments;
      this.devices = devices;
      this.out = out;
      this.progress = progress;
    }

    @Override
    public Integer call() {
      if (steps < 1 || rounds < 1 || steps > MOST || rounds > MOST) {
        throw new UsageException("--steps and --rounds have to be whole numbers from 1 to "
            + String.format(Locale.ROOT, "%,d", MOST));
      }
      experiments.examine(
          WorkingFolder.resolve(experiment), null, overrides, progress, this::measure);
      return ExitCode.DONE.number();
    }

    private Void measure(Examined examined) {
      if (examined.folds().isEmpty()) {
        throw new UsageException(
            experiment + " is a pretraining; benchmark takes experiments with folds");
      }
      Fold fold = examined.folds().get(0);
      Dataset prepared = examined.prepare(fold);
      long began = System.nanoTime();
      examined.model(fold, prepared, model -> {
        double graph = (System.nanoTime() - began) / 1e9;
        try (Bench bench = new Bench(examined, fold, prepared, model, steps)) {
          if (listen) {
            answer(bench);
          } else {
            tell(bench, model, graph);
          }
        }
        return null;
      });
      return null;
    }

    private void tell(Bench bench, Model model, double graph) {
      out.printf(
          Locale.ROOT,
          "%s: %,d parameters, %.0f patients a step; %s; attention: %s%n",
          experiment,
          model.variables().parameterCount(""),
          bench.patients(),
          devices.sentence(),
          devices.attention().label());
      double firstTraining = bench.train(1).wall()[0];
      double firstPrediction = bench.predict(1).wall()[0];
      List<Bench.Times> training = new ArrayList<>();
      List<Bench.Times> prediction = new ArrayList<>();
      for (int i = 0; i < rounds; i++) {
        training.add(bench.train(steps));
        prediction.add(bench.predict(steps));
      }
      out.printf(Locale.ROOT, "graph built in     %8.3f s%n", graph);
      told("training step", training, firstTraining, bench.patients());
      told("prediction", prediction, firstPrediction, bench.patients());
      out.printf(Locale.ROOT, "peak memory        %,8d MiB%n", Bench.peakMemory());
    }

    /** The median of the rounds' medians. */
    private void told(String what, List<Bench.Times> rounds, double first, double patients) {
      double wall = median(rounds.stream().mapToDouble(Bench.Times::median).toArray());
      double cpu = median(rounds.stream().mapToDouble(Bench.Times::cpu).toArray());
      out.printf(
          Locale.ROOT,
          "%-18s %8.3f s, %.3f CPU-seconds; %.1f patients a second; the first took %.2f s%n",
          what,
          wall,
          cpu,
          patients / wall,
          first);
    }

    private static double median(double[] values) {
      return new Bench.Times(values, 0).median();
    }

    private void answer(Bench bench) {
      BufferedReader in =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      out.println("{\"ready\": true}");
      out.flush();
      try {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
          String[] words = line.strip().split(" ");
          if (words.length != 2
              || !words[0].matches("train|predict")
              || !words[1].matches("[1-9]\\d{0,4}")) {
            throw new UsageException("a line of the standard input is \"" + line
                + "\"; it has to be train N or predict N");
          }
          int count = Integer.parseInt(words[1]);
          Bench.Times times = words[0].equals("train") ? bench.train(count) : bench.predict(count);
          ObjectNode json = MAPPER.createObjectNode();
          json.put("seconds", times.median());
          json.put("cpu", times.cpu());
          json.put("peak_mib", Bench.peakMemory());
          out.println(json);
          out.flush();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
