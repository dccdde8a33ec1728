/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.console;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.regex.Matcher;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.stroma.command.ExitCode;
import org.stroma.command.WorkingFolder;

/**
 * Commands of the Gogo console, in the scope {@code stroma}, including those that exist only there.
 */
@Component(
    service = GogoCommands.class,
    property = {
      "osgi.command.scope=stroma",
      "osgi.command.function=run",
      "osgi.command.function=validate",
      "osgi.command.function=predict",
      "osgi.command.function=evaluate",
      "osgi.command.function=export",
      "osgi.command.function=parts",
      "osgi.command.function=describe",
      "osgi.command.function=schema",
      "osgi.command.function=doctor",
      "osgi.command.function=why",
      "osgi.command.function=start",
      "osgi.command.function=list",
      "osgi.command.function=stop",
      "osgi.command.function=watch",
      "osgi.command.function=restart",
      "osgi.command.function=web",
      "osgi.command.function=cd",
      "osgi.command.function=pwd",
      "osgi.command.function=help"
    })
public final class GogoCommands {
  private final Commands commands;

  @Activate
  public GogoCommands(@Reference Commands commands) {
    this.commands = commands;
  }

  /** Gogo: run EXPERIMENT. */
  @Descriptor("Trains and evaluates an experiment and writes its run directory. More: run -h")
  public Object run(@Descriptor("arguments and options") String[] arguments) throws CommandFailure {
    return commands.gogo("run", arguments);
  }

  /** Gogo: validate EXPERIMENT. */
  @Descriptor(
      "Tells every fault of an experiment, and whether its data can be read. More: validate -h")
  public Object validate(@Descriptor("arguments and options") String[] arguments)
      throws CommandFailure {
    return commands.gogo("validate", arguments);
  }

  /** Gogo: predict RUN_DIR COHORT. */
  @Descriptor("Predicts for new patients with the models of a run. More: predict -h")
  public Object predict(@Descriptor("arguments and options") String[] arguments)
      throws CommandFailure {
    return commands.gogo("predict", arguments);
  }

  /** Gogo: evaluate RUN_DIR COHORT. */
  @Descriptor(
      "Tells the metrics of a run's models on patients whose targets are known. More: evaluate -h")
  public Object evaluate(@Descriptor("arguments and options") String[] arguments)
      throws CommandFailure {
    return commands.gogo("evaluate", arguments);
  }

  /** Gogo: export RUN_DIR. */
  @Descriptor(
      "Writes a run's models as SavedModels, as ONNX and as safetensors, or lists their tensors. More: export -h")
  public Object export(@Descriptor("arguments and options") String[] arguments)
      throws CommandFailure {
    return commands.gogo("export", arguments);
  }

  /** Gogo: parts [KIND]. */
  @Descriptor("Lists the installed parts. More: parts -h")
  public Object parts(@Descriptor("arguments and options") String[] arguments)
      throws CommandFailure {
    return commands.gogo("parts", arguments);
  }

  /** Gogo: describe PART. */
  @Descriptor("Tells what a part does and what can be set. More: describe -h")
  public Object describe(@Descriptor("arguments and options") String[] arguments)
      throws CommandFailure {
    return commands.gogo("describe", arguments);
  }

  /** Gogo: schema. */
  @Descriptor(
      "Gives the JSON Schema of an experiment, made from the parts installed now. More: schema -h")
  public Object schema(@Descriptor("arguments and options") String[] arguments)
      throws CommandFailure {
    return commands.gogo("schema", arguments);
  }

  /** Gogo: doctor. */
  @Descriptor("Examines the installation. More: doctor -h")
  public Object doctor(@Descriptor("arguments and options") String[] arguments)
      throws CommandFailure {
    return commands.gogo("doctor", arguments);
  }

  /** Gogo: why EXPERIMENT|ID. */
  @Descriptor("Tells what an experiment lacks, and what would satisfy it. More: why -h")
  public Object why(@Descriptor("arguments and options") String[] arguments) throws CommandFailure {
    return commands.gogo("why", arguments);
  }

  /** Gogo: start EXPERIMENT. */
  @Descriptor(
      "Runs an experiment in the background; it waits for parts that are missing. More: start -h")
  public Object start(@Descriptor("arguments and options") String[] arguments)
      throws CommandFailure {
    return commands.gogo("start", arguments);
  }

  /** Gogo: list. */
  @Descriptor(
      "Lists the experiments that were started: number, state, how long, name, progress. More: list -h")
  public Object list(@Descriptor("arguments and options") String[] arguments)
      throws CommandFailure {
    return commands.gogo("list", arguments);
  }

  /** Gogo: stop ID. */
  @Descriptor("Stops an experiment in the background. More: stop -h")
  public Object stop(@Descriptor("arguments and options") String[] arguments)
      throws CommandFailure {
    return commands.gogo("stop", arguments);
  }

  /** Gogo: watch ID. */
  @Descriptor(
      "Shows the progress of an experiment until it ends; Ctrl-C leaves it running. More: watch -h")
  public Object watch(@Descriptor("arguments and options") String[] arguments)
      throws CommandFailure {
    return commands.gogo("watch", arguments);
  }

  /** Gogo: web. */
  @Descriptor("Shows experiments in a browser of this machine; gives its address. More: web -h")
  public Object web(@Descriptor("options") String[] arguments) throws CommandFailure {
    return commands.gogo("web", arguments);
  }

  /** Gogo: restart ID. */
  @Descriptor("Starts an experiment that has ended once more. More: restart -h")
  public Object restart(@Descriptor("arguments and options") String[] arguments)
      throws CommandFailure {
    return commands.gogo("restart", arguments);
  }

  /** Gogo: cd [DIR]. */
  @Descriptor("Goes to a folder: relative paths are relative to it")
  public void cd(
      CommandSession session,
      @Descriptor("a folder; where the console was opened if not given") String[] arguments)
      throws CommandFailure {
    if (arguments.length > 1) {
      throw failure("cd takes one folder, and here are " + arguments.length
          + "; a name with blanks stands in quotes");
    }
    try {
      String target = arguments.length == 0
          ? ""
          : arguments[0].replaceFirst(
              "^~(?=/|$)", Matcher.quoteReplacement(System.getProperty("user.home")));
      Path folder = (target.isEmpty() ? Path.of("") : WorkingFolder.resolve(Path.of(target)))
          .toAbsolutePath()
          .normalize();
      if (!Files.isDirectory(folder)) {
        throw failure(folder + (Files.exists(folder) ? " is no folder" : " is not there"));
      }
      WorkingFolder.set(folder);
      session.currentDir(folder);
      // the Felix command ls reads this variable
      session.put("_cwd", folder.toFile());
    } catch (InvalidPathException e) {
      throw failure(FailureReport.invalidPath(e));
    }
  }

  /** Gogo: pwd. */
  @Descriptor("Tells the folder that relative paths are relative to")
  public String pwd() {
    return WorkingFolder.get().toString();
  }

  /** Gogo: help [COMMAND]. */
  @Descriptor("Lists the commands, or tells all of one")
  public Object help(CommandSession session, @Descriptor("a command") String[] arguments)
      throws Exception {
    boolean ownCommand = arguments.length != 1
        || commands
            .line(commands.atConsole(System.out, System.err))
            .getSubcommands()
            .containsKey(arguments[0].replaceFirst("^stroma:", ""));
    if (!ownCommand && arguments[0].matches("[\\w:.-]+")) {
      String name = arguments[0];
      Object allNames = session.get(".commands");
      if (allNames instanceof Collection<?> names
          && names.stream().anyMatch(n -> n.equals(name) || n.toString().endsWith(":" + name))) {
        return session.execute("felix:help " + name);
      }
    }
    return commands.gogo("help", arguments);
  }

  private static CommandFailure failure(String sentence) {
    System.err.println("stroma: " + sentence);
    return new CommandFailure(sentence, ExitCode.WRONG_USE.number());
  }
}
