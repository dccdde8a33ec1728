/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.console;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stroma.command.Closest;
import org.stroma.command.WorkingFolder;
import org.stroma.jobs.Job;
import org.stroma.jobs.Jobs;

/**
 * The interactive console; lines are Gogo statements. On a terminal they are edited, completed and
 * kept in a history; otherwise they are read from standard input without a prompt.
 */
final class Shell {
  private static final Logger LOG = LoggerFactory.getLogger(Shell.class);
  private static final Pattern ENDS_WITH_GREP =
      Pattern.compile("(?s).*\\|\\s*(gogo:)?grep\\b[^|]*");
  private static final Pattern UNKNOWN = Pattern.compile("Command not found: (\\S+)");

  /** A source of lines: a terminal, or standard input. */
  interface LineSource extends AutoCloseable {
    /**
     * Reads the next line; null at the end of input.
     *
     * @throws InterruptedException if the user discards the line (Ctrl-C)
     */
    String next() throws IOException, InterruptedException;

    /** Continues the statement on the next line, with a different prompt. */
    default void more() {}

    /** Prints a sentence without disturbing the line being edited. */
    void tell(String sentence);

    /** Asks a yes-or-no question; true if there is no terminal. */
    default boolean agreed(String question) {
      return true;
    }

    /** Ctrl-C interrupts the running command of this session. */
    default void interrupts(CommandSession session) {}

    @Override
    default void close() throws IOException {}
  }

  private final BundleContext context;
  private final CommandProcessor processor;
  private final Completion completion;
  private final Jobs jobs;

  Shell(BundleContext context, CommandProcessor processor, Completion completion, Jobs jobs) {
    this.context = context;
    this.processor = processor;
    this.completion = completion;
    this.jobs = jobs;
  }

  /** Reads and executes statements until the end of input, or exit. */
  void run() {
    // use the descriptors: Gogo has replaced the streams of System
    InputStream in = new FileInputStream(FileDescriptor.in);
    Results out = new Results(new FileOutputStream(FileDescriptor.out));
    PrintStream err = errorStream();
    try (CommandSession session = processor.createSession(in, out.stream(), err);
        LineSource lines = lines(in, err, session);
        Jobs.Listening ends = jobs.listen(job -> tell(lines, job))) {
      // our start and stop take precedence; those for bundles are felix:start and felix:stop
      session.put("SCOPE", "stroma:gogo:felix:*");
      session.currentDir(WorkingFolder.get());
      lines.interrupts(session);
      StringBuilder statement = new StringBuilder();
      while (frameworkRunning()) {
        String line;
        try {
          line = lines.next();
        } catch (InterruptedException e) {
          statement.setLength(0);
          continue;
        }
        String text = statement.append(line == null ? "" : line).toString().strip();
        if (line == null || text.equals("exit") || text.equals("quit")) {
          if (mayEnd(lines)) {
            break;
          }
          statement.setLength(0);
        } else if (execute(session, text, out, err)) {
          statement.setLength(0);
        } else {
          statement.append('\n');
          lines.more();
        }
      }
      if (statement.indexOf("\n") >= 0) {
        err.println(
            "stroma: the last statement is not whole: " + statement.toString().strip());
      }
    } catch (IOException e) {
      LOG.error("the console cannot be read", e);
    }
  }

  /** The launcher's standard error: file descriptor 2 may be the log. */
  private PrintStream errorStream() {
    try {
      return context.getServiceReferences(PrintStream.class, "(stroma.stream=err)").stream()
          .findFirst()
          .map(context::getService)
          .orElseGet(() -> new PrintStream(new FileOutputStream(FileDescriptor.err), true));
    } catch (InvalidSyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void tell(LineSource lines, Job job) {
    // stopped by the user, who knows
    if (job.getState() != Job.State.STOPPED) {
      lines.tell(job.notice());
    }
  }

  /** Whether the console may end: no experiment is running, or the user agrees to stop them. */
  private boolean mayEnd(LineSource lines) {
    List<Job> unfinished =
        jobs.list().stream().filter(job -> !job.getState().ended()).toList();
    if (unfinished.isEmpty()) {
      return true;
    }
    String which = unfinished.stream()
        .map(job -> job.getId() + " (" + job.getName() + ", " + job.getState().word() + ")")
        .collect(Collectors.joining(", "));
    return lines.agreed(
        (unfinished.size() == 1 ? "experiment " + which + " has" : "experiments " + which + " have")
            + " not ended; stop " + (unfinished.size() == 1 ? "it" : "them") + " and exit? [y/N] ");
  }

  private boolean frameworkRunning() {
    int state = context.getBundle(0).getState();
    return (state == Bundle.ACTIVE || state == Bundle.STARTING)
        && !Thread.currentThread().isInterrupted();
  }

  /** Executes a statement; returns false if it is incomplete. */
  private static boolean execute(
      CommandSession session, String statement, Results out, PrintStream err) {
    Redirect redirect = Redirect.of(statement);
    if (redirect == null) {
      return executeUnredirected(session, statement, out, err);
    }
    if (!redirect.before().isEmpty()
        && !executeUnredirected(session, redirect.before(), out, err)) {
      return false;
    }
    Path file = null;
    try {
      file = redirect.target();
      out.begin();
      boolean whole = true;
      boolean done = false;
      try {
        whole = show(session, redirect.statement(), out);
        done = whole;
      } finally {
        byte[] result = out.end();
        if (done) {
          redirect.write(result);
        }
      }
      return whole;
    } catch (IOException e) {
      err.println("stroma: " + file + " cannot be written: " + e.getMessage());
    } catch (Exception | LinkageError | StackOverflowError e) {
      report(session, e, err);
    }
    return true;
  }

  private static boolean executeUnredirected(
      CommandSession session, String statement, Results out, PrintStream err) {
    try {
      return statement.isEmpty() || show(session, statement, out);
    } catch (Exception | LinkageError | StackOverflowError e) {
      report(session, e, err);
      return true;
    }
  }

  private static boolean show(CommandSession session, String statement, Results out)
      throws Exception {
    try {
      Object result = session.execute(statement);
      session.put("_", result);
      // grep at the end gives a boolean, and has printed its matches
      boolean alreadyPrinted = result == null
          || result instanceof Boolean && ENDS_WITH_GREP.matcher(statement).matches();
      String shown = alreadyPrinted
          ? ""
          : session.format(result, Converter.INSPECT).toString().stripTrailing();
      if (!shown.isEmpty()) {
        out.stream().println(shown);
      }
      return true;
    } catch (EOFException e) {
      if (e.getCause() != null) {
        // Gogo's sign of an incomplete statement; nothing of it has been executed
        return false;
      }
      throw e;
    }
  }

  private static void report(CommandSession session, Throwable e, PrintStream err) {
    session.put("exception", e);
    if (e instanceof CommandFailure) {
      return;
    }
    if (e instanceof InterruptedException) {
      err.println("stroma: interrupted");
      return;
    }
    LOG.info("a statement failed", e);
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    Matcher unknown = UNKNOWN.matcher(message);
    if (unknown.matches() && session.get(".commands") instanceof Collection<?> names) {
      message += Closest.question(
          unknown.group(1),
          names.stream()
              .map(name -> name.toString().replaceFirst("^.*:", ""))
              .distinct()
              .toList());
    }
    err.println("stroma: " + message);
  }

  private LineSource lines(InputStream in, PrintStream err, CommandSession session) {
    if (System.console() != null) {
      try {
        LineSource terminal =
            TerminalLines.open(completion, session, context.getProperty("stroma.log"));
        if (terminal != null) {
          return terminal;
        }
      } catch (IOException | RuntimeException | LinkageError e) {
        LOG.warn("lines cannot be edited on this terminal", e);
      }
    }
    return new LineSource() {
      @Override
      public String next() throws IOException, InterruptedException {
        return readInterruptibly(in);
      }

      @Override
      public void tell(String sentence) {
        err.println(sentence);
      }
    };
  }

  /** Reads in a thread of its own, since a blocking read cannot be interrupted. */
  private static String readInterruptibly(InputStream in) throws IOException, InterruptedException {
    FutureTask<String> line = new FutureTask<>(() -> read(in));
    Thread reader = new Thread(line, "stroma-console");
    reader.setDaemon(true);
    reader.start();
    try {
      return line.get();
    } catch (InterruptedException e) {
      // interrupts the console as a whole, not only this line
      Thread.currentThread().interrupt();
      throw e;
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    }
  }

  /** Reads byte by byte: a buffer would take input that the command itself may read. */
  private static String read(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        return line.size() == 0 ? null : line.toString(Charset.defaultCharset());
      }
      line.write(b);
    }
    return line.toString(Charset.defaultCharset());
  }
}
