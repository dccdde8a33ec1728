/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.extension;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.stroma.command.ExitCode;
import org.stroma.command.Progress;
import org.stroma.command.UsageException;
import org.stroma.command.WorkingFolder;
import org.stroma.extensions.Extensions;
import org.stroma.parts.PartCatalog;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * The command {@code extension}: {@code new} writes a project for a bundle with one part; {@code list}, {@code install}, {@code remove} and
 * {@code trust} look after the folder of extensions.
 */
@Component
public final class ExtensionCommand implements org.stroma.command.Command {
  private final String home;
  private static final int PATIENCE_SECONDS = 20;
  private static final int SETTLED_MILLIS = 1500;

  private final PartCatalog catalog;
  private final Extensions extensions;

  @Activate
  public ExtensionCommand(
      BundleContext context, @Reference PartCatalog catalog, @Reference Extensions extensions) {
    this.extensions = extensions;
    home = context.getProperty("stroma.home");
    this.catalog = catalog;
  }

  @Override
  public Callable<Integer> call(PrintStream out, Progress progress) {
    return new Extension(out, progress);
  }

  /** State of one invocation. */
  @Command(
      name = "extension",
      description = "Looks after extensions, and writes projects for parts of your own.",
      mixinStandardHelpOptions = true,
      synopsisSubcommandLabel = "COMMAND")
  final class Extension implements Callable<Integer> {
    private final PrintStream out;
    private final Progress progress;

    @Spec
    private CommandSpec spec;

    Extension(PrintStream out, Progress progress) {
      this.out = out;
      this.progress = progress;
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

    @Command(
        name = "list",
        description = "Lists the extensions and their state, or those of an index.",
        mixinStandardHelpOptions = true)
    int list(
        @Option(names = "--index", paramLabel = "FILE", description = "lists what a file offers")
            Path index) {
      if (index == null) {
        extensions.list().forEach(out::println);
        extensions.rules().forEach(out::println);
      } else {
        for (ExtensionIndex.Entry entry :
            ExtensionIndex.read(WorkingFolder.resolve(index)).entries()) {
          out.println((entry.name() + " " + entry.version()).strip()
              + (entry.description().isEmpty() ? "" : ": " + entry.description()));
        }
      }
      return ExitCode.DONE.number();
    }

    @Command(
        name = "install",
        description =
            "Copies a jar into the folder of extensions, in place of an older one with the same bundle.",
        mixinStandardHelpOptions = true)
    int install(
        @Parameters(
                paramLabel = "JAR|NAME",
                description = "the jar, or with --index the name of one that it offers")
            String jar,
        @Option(
                names = "--index",
                paramLabel = "FILE",
                description =
                    "a JSON file that names jars beside it with their SHA-256, which is compared")
            Path index)
        throws InterruptedException {
      Path file = index == null
          ? WorkingFolder.resolve(Path.of(jar))
          : ExtensionIndex.read(WorkingFolder.resolve(index)).jar(jar);
      Path target = folder().install(file);
      out.println(target);
      return started(target.getFileName().toString());
    }

    @Command(
        name = "remove",
        description = "Takes an extension out of the folder.",
        mixinStandardHelpOptions = true)
    int remove(
        @Parameters(
                paramLabel = "NAME",
                description = "of the file or of the bundle, as \"extension list\" shows them")
            String name) {
      folder().remove(name).forEach(out::println);
      return ExitCode.DONE.number();
    }

    @Command(
        name = "trust",
        description =
            "Puts the SHA-256 of a jar onto the list of those that are trusted where the policy is \"listed\".",
        mixinStandardHelpOptions = true)
    int trust(@Parameters(paramLabel = "JAR", description = "the jar") Path jar) {
      Path file = WorkingFolder.resolve(jar);
      Optional<String> sum = folder().trust(file);
      out.println(sum.map(added -> added + "  " + file.getFileName())
          .orElse(file + " is on the list already"));
      progress.note("the list is " + extensions.trustedSums() + "; the policy is "
          + extensions.rules().get(1));
      return ExitCode.DONE.number();
    }

    private ExtensionFolder folder() {
      Path folder = extensions
          .folder()
          .orElseThrow(() -> new UsageException(
              "there is no folder of extensions; the setting stroma.extensions names one"));
      return new ExtensionFolder(folder, extensions.trustedSums(), extensions::refusal);
    }

    /** What becomes of a jar that was put there. */
    private int started(String file) throws InterruptedException {
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
      // the folder is looked at twice a second, and a jar starts when it has stopped growing
      Thread.sleep(SETTLED_MILLIS);
      while (System.nanoTime() < deadline) {
        Optional<org.stroma.extensions.Extension> there = extensions.list().stream()
            .filter(extension -> extension.file().equals(file))
            .findFirst();
        if (there.isPresent()) {
          boolean active = there.get().state() == org.stroma.extensions.Extension.State.ACTIVE;
          if (active) {
            progress.note(there.get().toString());
          }
          // of others the folder's watcher tells
          return (active ? ExitCode.DONE : ExitCode.UNUSABLE_DATA).number();
        }
        Thread.sleep(100);
      }
      progress.note(file + " has not started yet; \"extension list\" tells its state");
      return ExitCode.DONE.number();
    }
  }
}
