/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.extension;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.stroma.command.ExitCode;
import org.stroma.command.Progress;
import org.stroma.command.UsageException;
import org.stroma.command.WorkingFolder;
import org.stroma.parts.PartCatalog;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * The command {@code extension}; its subcommand {@code new} writes a project for a bundle with one
 * part.
 */
@Component
public final class ExtensionCommand implements org.stroma.command.Command {
  private final String home;
  private final PartCatalog catalog;

  @Activate
  public ExtensionCommand(BundleContext context, @Reference PartCatalog catalog) {
    home = context.getProperty("stroma.home");
    this.catalog = catalog;
  }

  @Override
  public Callable<Integer> call(PrintStream out, Progress progress) {
    return new Extension(out);
  }

  /** State of one invocation. */
  @Command(
      name = "extension",
      description = "Starts extensions: projects for parts of your own.",
      mixinStandardHelpOptions = true,
      synopsisSubcommandLabel = "COMMAND")
  final class Extension implements Callable<Integer> {
    private final PrintStream out;

    @Spec
    private CommandSpec spec;

    Extension(PrintStream out) {
      this.out = out;
    }

    @Override
    public Integer call() {
      throw new ParameterException(
          spec.commandLine(),
          "there is no command; the commands are "
              + String.join(", ", spec.subcommands().keySet()));
    }

    @Command(
        name = "new",
        description = "Writes a Maven project with one working part, or command, and its test.",
        mixinStandardHelpOptions = true)
    int create(
        @Parameters(
                paramLabel = "NAME",
                description =
                    "the type by which experiments will ask for the part, such as radiomics-mlp, or the name of the command")
            String name,
        @Option(
                names = "--kind",
                paramLabel = "KIND",
                required = true,
                description =
                    "encoder, fusion, temporal, head, loss, reader, transform, tokenizer, optimizer, schedule, pretext, metric, baseline, split or command")
            String kind,
        @Option(
                names = "--package",
                paramLabel = "PACKAGE",
                description = "Java package; org.example.NAME without dashes if not given")
            String javaPackage,
        @Option(
                names = "--out",
                paramLabel = "DIR",
                description = "a folder that is not there yet, or empty; NAME if not given")
            Path target) {
      Template template = Template.of(name, kind, javaPackage);
      Optional<String> owner = catalog.parts().stream()
          .filter(part -> part.kind().label().equals(kind) && part.type().equals(name))
          .map(part -> part.bundle().getSymbolicName())
          .findFirst();
      if (owner.isPresent()) {
        throw new UsageException("there is " + (kind.matches("[eo].*") ? "an " : "a ") + kind
            + " \"" + name + "\" already, from " + owner.get() + "; choose another name");
      }
      Sdk sdk = Sdk.of(home);
      Path folder = target == null ? WorkingFolder.resolve(Path.of(name)) : target;
      template.write(folder.toAbsolutePath().normalize(), sdk);
      out.println(folder);
      return ExitCode.DONE.number();
    }
  }
}
