/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.simulate;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Component;
import org.stroma.command.ExitCode;
import org.stroma.command.Progress;
import org.stroma.command.UsageException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code simulate}: writes a cohort with planted signal, which says that it is simulated. */
@Component
public final class SimulateCommand implements org.stroma.command.Command {
  @Override
  public Callable<Integer> call(PrintStream out, Progress progress) {
    return new Simulate(out);
  }

  /** One call. */
  @Command(
      name = "simulate",
      description =
          "Writes a simulated cohort of patches, genes and texts with planted signal, and experiments for it.",
      mixinStandardHelpOptions = true)
  static final class Simulate implements Callable<Integer> {
    private final PrintStream out;

    @Option(
        names = "--out",
        paramLabel = "DIR",
        required = true,
        description = "a folder that is not there yet, or empty")
    private Path directory;

    @Option(names = "--patients", defaultValue = "200", description = "default: ${DEFAULT-VALUE}")
    private int patients;

    @Option(
        names = "--patches",
        defaultValue = "64",
        description = "a slide, on average; default: ${DEFAULT-VALUE}")
    private int patches;

    @Option(
        names = "--patch-width",
        defaultValue = "32",
        description = "numbers a patch; default: ${DEFAULT-VALUE}")
    private int patchWidth;

    @Option(names = "--genes", defaultValue = "100", description = "default: ${DEFAULT-VALUE}")
    private int genes;

    @Option(
        names = "--visits",
        defaultValue = "1",
        description = "a patient has at most; default: ${DEFAULT-VALUE}")
    private int visits;

    @Option(
        names = "--missing",
        defaultValue = "0.2",
        description =
            "probability with which a patient lacks a modality; default: ${DEFAULT-VALUE}")
    private double missing;

    @Option(
        names = "--single-modal",
        defaultValue = "1",
        description = "log hazard ratio of each modality's own factor; default: ${DEFAULT-VALUE}")
    private double singleModal;

    @Option(
        names = "--patches-effect",
        description = "log hazard ratio of the factor of patches; default: that of --single-modal")
    private @Nullable Double patchesEffect;

    @Option(
        names = "--genes-effect",
        description = "log hazard ratio of the factor of genes; default: that of --single-modal")
    private @Nullable Double genesEffect;

    @Option(
        names = "--text-effect",
        description = "log hazard ratio of the factor of the text; default: that of --single-modal")
    private @Nullable Double textEffect;

    @Option(
        names = "--cross-modal",
        defaultValue = "1",
        description =
            "log hazard ratio of the interaction of patches and genes; default: ${DEFAULT-VALUE}")
    private double crossModal;

    @Option(
        names = "--censoring",
        defaultValue = "0.3",
        description =
            "expected share of patients whose event is not seen, whatever their hazard; default: ${DEFAULT-VALUE}")
    private double censoring;

    @Option(names = "--seed", defaultValue = "42", description = "default: ${DEFAULT-VALUE}")
    private long seed;

    Simulate(PrintStream out) {
      this.out = out;
    }

    @Override
    public Integer call() {
      require(patients >= 4 && patients <= 10_000_000, "--patients", patients, "4 to 10000000");
      require(patches >= 1 && patches <= 200_000, "--patches", patches, "1 to 200000");
      require(patchWidth >= 4 && patchWidth <= 4096, "--patch-width", patchWidth, "4 to 4096");
      require(genes >= 5 && genes <= 100_000, "--genes", genes, "5 to 100000");
      require(visits >= 1 && visits <= 1000, "--visits", visits, "1 to 1000");
      require(missing >= 0 && missing <= 1, "--missing", missing, "0 to 1");
      require(censoring >= 0 && censoring < 1, "--censoring", censoring, "0 to below 1");
      effect("--single-modal", singleModal);
      effect("--cross-modal", crossModal);
      Simulation simulation = new Simulation(
          patients,
          patches,
          patchWidth,
          genes,
          visits,
          missing,
          effect("--patches-effect", patchesEffect == null ? singleModal : patchesEffect),
          effect("--genes-effect", genesEffect == null ? singleModal : genesEffect),
          effect("--text-effect", textEffect == null ? singleModal : textEffect),
          crossModal,
          censoring,
          seed);
      write(directory.toAbsolutePath().normalize(), simulation);
      out.println(directory + " holds a simulated cohort of " + patients + " patients");
      out.println("README.txt and truth.json there say which c-index can be reached");
      return ExitCode.DONE.number();
    }

    private static double effect(String option, double value) {
      require(Math.abs(value) <= 10, option, value, "-10 to 10");
      return value;
    }

    private static void require(boolean holds, String option, Object value, String wanted) {
      if (!holds) {
        throw new UsageException(option + " is " + value + "; it has to be " + wanted);
      }
    }

    /** Written beside its place and moved there: a cohort is whole or absent. */
    static void write(Path target, Simulation simulation) {
      Path partial =
          target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".partial");
      try {
        if (Files.exists(target)) {
          try (Stream<Path> entries =
              Files.isDirectory(target) ? Files.list(target) : Stream.of(target)) {
            if (entries.findAny().isPresent()) {
              throw new UsageException("--out " + target
                  + " is there already and not an empty folder; name another place");
            }
          }
          Files.delete(target);
        }
        Files.createDirectories(partial);
        try {
          new CohortWriter(simulation).write(partial);
          Files.move(partial, target);
        } finally {
          delete(partial);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(target + " cannot be written: " + e.getMessage(), e);
      }
    }

    private static void delete(Path folder) throws IOException {
      if (Files.exists(folder)) {
        try (Stream<Path> all = Files.walk(folder)) {
          for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
            Files.delete(each);
          }
        }
      }
    }
  }
}
