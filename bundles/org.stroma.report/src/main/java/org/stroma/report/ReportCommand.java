/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.osgi.service.component.annotations.Component;
import org.stroma.command.ExitCode;
import org.stroma.command.Progress;
import org.stroma.run.RunDocument;
import org.stroma.run.RunDocuments;
import org.stroma.run.RunReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The command {@code report}: writes the report and the model card of a run again. */
@Component
public final class ReportCommand implements org.stroma.command.Command {
  private static final List<RunDocument> DOCUMENTS = List.of(new HtmlReport(), new ModelCard());

  @Override
  public Callable<Integer> call(PrintStream out, Progress progress) {
    return new Report(out);
  }

  /** One call. */
  @Command(
      name = "report",
      description = {
        "Writes report.html and model-card.md into a run directory, from the files that are in it.",
        "Every run ends with that; this writes them again, such as after stress, or for runs of older versions. It needs neither the "
            + "data nor the parts of the run."
      },
      mixinStandardHelpOptions = true)
  static final class Report implements Callable<Integer> {
    private final PrintStream out;

    @Parameters(paramLabel = "RUN_DIR", description = "the directory of a run that has ended")
    private Path directory;

    Report(PrintStream out) {
      this.out = out;
    }

    @Override
    public Integer call() {
      RunReader run = RunReader.of(directory);
      for (RunDocument document : DOCUMENTS) {
        out.println(RunDocuments.write(run, document));
      }
      return ExitCode.DONE.number();
    }
  }
}
