/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.console;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.stroma.command.ExitCode;
import org.stroma.command.WorkingFolder;

/**
 * Runs commands from outside the framework: from the command line and from programs that embed
 * Stroma. As no classes are shared, a request and its answer are maps of JDK types;
 * {@code org.stroma.launcher.CommandRequest} writes the request and reads the answer. A request has
 * {@code arguments} (strings), {@code out} and {@code err} (PrintStream) and {@code folder} (Path;
 * null for the working directory); an answer has {@code code} (Integer), {@code files} (Path) and
 * {@code faults} (entries of a JSON pointer, possibly empty, and a sentence).
 */
@Component(service = Function.class, property = "stroma.main:Boolean=true")
public final class LauncherCommands implements Function<Map<String, Object>, Map<String, Object>> {
  /** Commands that exist only in the console. */
  private static final Set<String> CONSOLE_ONLY =
      Set.of("start", "list", "stop", "watch", "restart");

  private final Commands commands;
  private final boolean embedded;
  private final boolean terminal;

  /** Whether another process tells how far this one is. */
  private final boolean silent;

  @Activate
  public LauncherCommands(BundleContext context, @Reference Commands commands) {
    this.commands = commands;
    this.embedded = Boolean.parseBoolean(context.getProperty("stroma.embedded"));
    this.silent = context.getProperty("stroma.parent") != null;
    this.terminal = Boolean.parseBoolean(context.getProperty("stroma.terminal"));
  }

  @Override
  public Map<String, Object> apply(Map<String, Object> request) {
    String[] arguments = ((Collection<?>) request.get("arguments")).toArray(String[]::new);
    Invocation invocation = new Invocation(
        (PrintStream) request.get("out"),
        (PrintStream) request.get("err"),
        false,
        terminal && !embedded);
    if (silent) {
      invocation.progress().silence();
    }
    String refusal = refusal(arguments, embedded);
    int code = ExitCode.WRONG_USE.number();
    if (refusal != null) {
      invocation.complain(refusal);
    } else {
      if (request.get("folder") instanceof Path folder) {
        WorkingFolder.set(folder);
      }
      code = commands.execute(invocation, arguments);
    }
    return Map.of("code", code, "files", invocation.files(), "faults", invocation.faults());
  }

  /** Why a command is not available here; null if it is. */
  static String refusal(String[] arguments, boolean embedded) {
    if (arguments.length > 0 && CONSOLE_ONLY.contains(arguments[0])) {
      return arguments[0]
          + " is for experiments in the background, so it is a command of the console;"
          + " to open it: stroma console";
    }
    if (embedded && arguments.length > 0 && arguments[0].equals("console")) {
      return "console needs a process of its own; to open it: stroma console";
    }
    return null;
  }
}
