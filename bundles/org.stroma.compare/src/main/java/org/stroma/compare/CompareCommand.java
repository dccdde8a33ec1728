/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.compare;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.osgi.service.component.annotations.Component;
import org.stroma.command.ExitCode;
import org.stroma.command.Progress;
import org.stroma.command.UsageException;
import org.stroma.files.AtomicFiles;
import org.stroma.files.FileProblem;
import org.stroma.parts.Json;
import org.stroma.run.OutputFile;
import org.stroma.run.RunReader;
import org.stroma.statistics.Estimate;
import org.stroma.statistics.Interval;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code compare}: whether one run predicts better than another on the same folds. */
@Component
public final class CompareCommand implements org.stroma.command.Command {
  @Override
  public Callable<Integer> call(PrintStream out, Progress progress) {
    return new Compare(out, progress);
  }

  /** One call. */
  @Command(
      name = "compare",
      description =
          "Tests whether one run predicts better than another, in pairs on the same folds.",
      mixinStandardHelpOptions = true)
  static final class Compare implements Callable<Integer> {
    /** Metrics of which lower is better. */
    private static final Set<String> ERRORS =
        Set.of("brier", "log_loss", "ece", "ici", "mae", "rmse");

    private final PrintStream out;
    private final Progress progress;

    @Parameters(index = "0", paramLabel = "RUN_A", description = "a run directory")
    private Path a;

    @Parameters(index = "1", paramLabel = "RUN_B", description = "another, on the same folds")
    private Path b;

    @Option(
        names = "--resamples",
        defaultValue = "2000",
        description = "of the bootstrap and of the permutation test; default: ${DEFAULT-VALUE}")
    private int resamples;

    @Option(
        names = "--level",
        defaultValue = "0.95",
        description = "of the intervals; default: ${DEFAULT-VALUE}")
    private double level;

    @Option(names = "--seed", defaultValue = "42", description = "default: ${DEFAULT-VALUE}")
    private long seed;

    @Option(names = "--out", paramLabel = "FILE.json", description = "the same as JSON")
    private Path file;

    Compare(PrintStream out, Progress progress) {
      this.out = out;
      this.progress = progress;
    }

    @Override
    public Integer call() {
      if (resamples < 100 || resamples > 1_000_000) {
        throw new UsageException("--resamples is " + resamples + "; it has to be 100 to 1000000");
      }
      if (!(level >= 0.5 && level <= 0.999)) {
        throw new UsageException("--level is " + level + "; it has to be 0.5 to 0.999");
      }
      if (file != null) {
        OutputFile.check("--out", file);
      }
      RunReader first = RunReader.of(a);
      RunReader second = RunReader.of(b);
      if (isSame(a, b)) {
        throw new UsageException(a + " and " + b + " are the same run; name two");
      }
      Comparison.Result result = new Comparison(first, second, resamples, level, seed).result();
      print(result);
      result.notes().forEach(progress::note);
      if (file != null) {
        AtomicFiles.write(file.toAbsolutePath().normalize(), json(result).toPrettyString() + "\n");
      }
      return ExitCode.DONE.number();
    }

    private static boolean isSame(Path a, Path b) {
      try {
        return Files.isSameFile(a, b);
      } catch (IOException e) {
        throw FileProblem.read(b, e);
      }
    }

    private void print(Comparison.Result result) {
      out.println("A  " + a);
      out.println("B  " + b);
      out.println();
      out.println("By fold: mean difference, corrected resampled t-test (Nadeau and Bengio 2003)");
      for (Comparison.ByFold fold : result.folds()) {
        out.println(line(
                fold.head() + " " + fold.metric(),
                fold.a(),
                fold.b(),
                fold.interval(),
                "p " + probability(fold.probability()))
            + ", " + fold.folds() + (fold.folds() == 1 ? " fold" : " folds"));
      }
      directions(result.folds()).ifPresent(out::println);
      if (!result.patients().isEmpty()) {
        out.println();
        out.println(
            "By patient: each one's mean of the out-of-fold predictions; bootstrap of the difference, permutation test");
      }
      for (Comparison.ByPatient head : result.patients()) {
        if (!head.a().defined() || !head.b().defined()) {
          out.println(head.head() + " " + head.measure() + " is not defined: "
              + (head.a().defined() ? head.b() : head.a()).reason());
          continue;
        }
        out.println(line(
                head.head() + " " + head.measure(),
                head.a().value(),
                head.b().value(),
                head.bootstrap(),
                "p " + probability(head.permutation()))
            + (head.deLong() == null ? "" : ", DeLong p " + probability(head.deLong()))
            + ", " + head.patients() + " patients");
      }
      out.println();
      out.println(
          "These tests are of two runs that were chosen before either was seen. Of the best of several runs they say too much.");
    }

    /** Where a larger value is not a better one. */
    private static Optional<String> directions(List<Comparison.ByFold> folds) {
      Set<String> lower = new TreeSet<>();
      boolean slope = false;
      for (Comparison.ByFold fold : folds) {
        String metric = fold.metric().replaceFirst("[.].*", "");
        slope |= metric.equals("calibration_slope");
        if (ERRORS.contains(metric.replaceFirst("^patch_", "").replaceFirst("_[0-9].*$", ""))) {
          lower.add(metric);
        }
      }
      List<String> sentences = new ArrayList<>();
      if (!lower.isEmpty()) {
        sentences.add("Lower is better of " + String.join(", ", lower) + ".");
      }
      if (slope) {
        sentences.add("A calibration_slope of 1 is right; neither more nor less is better.");
      }
      return sentences.isEmpty() ? Optional.empty() : Optional.of(String.join(" ", sentences));
    }

    private static String line(
        String name, double a, double b, Interval interval, String probability) {
      return String.format(
          Locale.ROOT,
          "%-32s A %.4f  B %.4f  A - B %+.4f  %s  %s",
          name,
          a,
          b,
          a - b,
          interval.defined()
              ? String.format(
                  Locale.ROOT,
                  "%.0f %% interval %+.4f to %+.4f",
                  100 * interval.level(),
                  interval.lower(),
                  interval.upper())
              : "no interval (" + interval.reason() + ")",
          probability);
    }

    private static String probability(Estimate p) {
      return p.defined()
          ? String.format(Locale.ROOT, "%.4f", p.value())
          : "not defined (" + p.reason() + ")";
    }

    private ObjectNode json(Comparison.Result result) {
      ObjectNode json = Json.MAPPER.createObjectNode();
      json.put("a", a.toString()).put("b", b.toString());
      json.put("resamples", resamples).put("level", level).put("seed", seed);
      for (Comparison.ByFold fold : result.folds()) {
        ObjectNode its = json.withObjectProperty("folds")
            .withObjectProperty(fold.head())
            .putObject(fold.metric());
        its.put("folds", fold.folds()).put("a", fold.a()).put("b", fold.b());
        its.put("difference", fold.a() - fold.b());
        put(its, fold.interval());
        put(its, "p", fold.probability());
      }
      for (Comparison.ByPatient head : result.patients()) {
        ObjectNode its = json.withObjectProperty("patients").putObject(head.head());
        its.put("measure", head.measure()).put("patients", head.patients());
        put(its, "a", head.a());
        put(its, "b", head.b());
        if (head.a().defined() && head.b().defined()) {
          its.put("difference", head.a().value() - head.b().value());
        }
        put(its, head.bootstrap());
        put(its, "permutation_p", head.permutation());
        if (head.deLong() != null) {
          put(its, "delong_p", head.deLong());
        }
      }
      return json;
    }

    private static void put(ObjectNode to, Interval interval) {
      if (interval.defined()) {
        to.put("lower", interval.lower())
            .put("upper", interval.upper())
            .put("method", interval.method());
      } else {
        to.putNull("lower").putNull("upper").put("interval_undefined", interval.reason());
      }
    }

    private static void put(ObjectNode to, String name, Estimate value) {
      if (value.defined()) {
        to.put(name, value.value());
      } else {
        to.putNull(name).put(name + "_undefined", value.reason());
      }
    }
  }
}
