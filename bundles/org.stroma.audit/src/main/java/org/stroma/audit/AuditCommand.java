/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.audit;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.stroma.api.data.DataException;
import org.stroma.command.ExitCode;
import org.stroma.command.Progress;
import org.stroma.command.UsageException;
import org.stroma.command.WorkingFolder;
import org.stroma.files.AtomicFiles;
import org.stroma.parts.FaultsException;
import org.stroma.run.RunReader;
import org.stroma.runtime.Experiments;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code audit}: what weakens the evidence of an experiment or a run. */
@Component
public final class AuditCommand implements org.stroma.command.Command {
  private final Experiments experiments;

  @Activate
  public AuditCommand(@Reference Experiments experiments) {
    this.experiments = experiments;
  }

  @Override
  public Callable<Integer> call(PrintStream out, Progress progress) {
    return new Call(experiments, out, progress);
  }

  /** One call. */
  @Command(
      name = "audit",
      description =
          "Looks for what weakens the evidence of an experiment or a run: leakage, too few events, selection on test patients,"
              + " calibration, missing data; each finding with its numbers and place.",
      mixinStandardHelpOptions = true)
  static final class Call implements Callable<Integer> {
    private final Experiments experiments;
    private final PrintStream out;
    private final Progress progress;

    @Parameters(
        paramLabel = "EXPERIMENT.json|RUN_DIR",
        description = "an experiment file or a run directory")
    private Path path;

    @Option(
        names = "--out",
        paramLabel = "FILE",
        description =
            "writes the findings to a file, as JSON or Markdown by its ending (.json, .md)")
    private @Nullable Path file;

    @Option(
        names = "--data",
        paramLabel = "DIR",
        description =
            "of a run: the folder that the experiment's file was in, where it is no longer there; paths of data start from it")
    private @Nullable Path data;

    @Option(
        names = "--set",
        paramLabel = "path=value",
        description = "of an experiment: changes a value of the file")
    private List<String> overrides = List.of();

    @Option(names = "--strict", description = "ends with code 3 where a finding is a problem")
    private boolean strict;

    Call(Experiments experiments, PrintStream out, Progress progress) {
      this.experiments = experiments;
      this.out = out;
      this.progress = progress;
    }

    @Override
    public Integer call() {
      Path wanted = WorkingFolder.resolve(path);
      Path target =
          file == null ? null : WorkingFolder.resolve(file).toAbsolutePath().normalize();
      String ending = file == null ? "" : file.toString().toLowerCase(Locale.ROOT);
      if (target != null) {
        if (!ending.endsWith(".json") && !ending.endsWith(".md")) {
          throw new UsageException("--out is " + file + "; it has to end with .json or .md");
        }
        checkFree(target);
      }
      boolean run = Files.isDirectory(wanted);
      if (run && !overrides.isEmpty()) {
        throw new UsageException("--set changes an experiment, and " + path + " is a run");
      }
      if (!run && data != null) {
        throw new UsageException("--data is for runs, and " + path + " is an experiment");
      }
      Audit audit = run ? ofRun(wanted) : ofExperiment(wanted);
      out.print(AuditText.plain(audit));
      if (target != null) {
        AtomicFiles.write(
            target,
            ending.endsWith(".json")
                ? audit.json().toPrettyString() + "\n"
                : AuditText.markdown(audit));
      }
      return strict && audit.count(Level.PROBLEM) > 0
          ? ExitCode.UNUSABLE_DATA.number()
          : ExitCode.DONE.number();
    }

    /** What is there already may be lost where it is an earlier audit alone. */
    private void checkFree(Path target) {
      if (Files.isDirectory(target)) {
        throw new UsageException("--out is " + file + ", which is a folder; it has to be a file");
      }
      try (var lines = Files.exists(target) ? Files.lines(target) : Stream.<String>empty()) {
        List<String> start = lines.limit(2).toList();
        if (!start.isEmpty()
            && !start.get(0).startsWith(AuditText.HEADING)
            && !(start.size() > 1
                && start.get(1).strip().startsWith("\"" + Audit.AUDITED + "\""))) {
          throw new UsageException("--out is " + file
              + ", which is there already and no earlier audit; name another place");
        }
      } catch (IOException | UncheckedIOException e) {
        throw new UsageException("--out is " + file
            + ", which is there already and no earlier audit; name another place");
      }
    }

    private Audit ofExperiment(Path experiment) {
      return experiments.examine(
          experiment,
          null,
          overrides,
          progress,
          examined -> Audit.of(ExperimentSubject.of(path, examined)));
    }

    /** A run is audited by what it left; where its data can still be read, by them too. */
    private Audit ofRun(Path directory) {
      RunReader run = RunReader.of(directory);
      RunSubject.check(run);
      Path folder = data == null ? folder(run) : WorkingFolder.resolve(data);
      if (folder == null) {
        return Audit.of(RunSubject.of(
            run,
            null,
            List.of(),
            "the run does not say where its experiment was; name the folder with --data"));
      }
      try {
        return experiments.examine(
            directory.resolve(RunReader.EXPERIMENT),
            folder,
            // where its encoders started from is told by metrics.json
            List.of("initialize=null"),
            progress,
            examined -> Audit.of(RunSubject.of(run, examined.cohort(), examined.permitted(), "")));
      } catch (DataException | FaultsException e) {
        String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        progress.note("the data of the run cannot be read from " + folder + ": " + reason
            + "; --data names another folder");
        return Audit.of(
            RunSubject.of(run, null, List.of(), "the data cannot be read from " + folder));
      }
    }

    /** The folder of the experiment's file, as the run recorded it. */
    private static @Nullable Path folder(RunReader run) {
      String file = run.provenance().path("file").asText("");
      return file.isEmpty() ? null : Path.of(file).toAbsolutePath().getParent();
    }
  }
}
