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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The console: lines are statements of Gogo. On a terminal they are edited, completed and remembered; elsewhere they are read as
 * they come, without a prompt.
 */
final class Shell {
  private static final Logger LOG = LoggerFactory.getLogger(Shell.class);

  /** Where lines come from. */
  interface Lines extends AutoCloseable {
    /** The next line; null at the end. Interrupted where the user takes back what was begun. */
    String next() throws IOException, InterruptedException;

    /** Tells that the statement so far is not whole. */
    default void more() {}

    /** Whose commands are to be interrupted. */
    default void interrupts(CommandSession session) {}

    @Override
    default void close() throws IOException {}
  }

  private final BundleContext context;
  private final CommandProcessor processor;
  private final Completion completion;

  Shell(BundleContext context, CommandProcessor processor, Completion completion) {
    this.context = context;
    this.processor = processor;
    this.completion = completion;
  }

  /** Until the end of input, or exit. */
  void run() {
    // the process's own streams: Gogo has put its own into System
    InputStream in = new FileInputStream(FileDescriptor.in);
    PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true);
    PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true);
    try (CommandSession session = processor.createSession(in, out, err);
        Lines lines = lines(in, session)) {
      // start and stop are ours here, those of bundles are felix:start and felix:stop
      session.put("SCOPE", "stroma:gogo:felix:*");
      lines.interrupts(session);
      StringBuilder statement = new StringBuilder();
      while (up()) {
        String line;
        try {
          line = lines.next();
        } catch (InterruptedException e) {
          statement.setLength(0);
          continue;
        }
        String text = statement.append(line == null ? "" : line).toString().strip();
        if (line == null || text.equals("exit") || text.equals("quit")) {
          break;
        }
        if (execute(session, text, out, err)) {
          statement.setLength(0);
        } else {
          statement.append('\n');
          lines.more();
        }
      }
      if (statement.indexOf("\n") >= 0) {
        err.println("stroma: the last statement is not whole: " + statement.toString().strip());
      }
    } catch (IOException e) {
      LOG.error("the console cannot be read", e);
    }
  }

  private boolean up() {
    int state = context.getBundle(0).getState();
    return (state == Bundle.ACTIVE || state == Bundle.STARTING) && !Thread.currentThread().isInterrupted();
  }

  /** Returns whether the statement was whole. */
  private static boolean execute(CommandSession session, String statement, PrintStream out, PrintStream err) {
    if (statement.isEmpty()) {
      return true;
    }
    try {
      Object result = session.execute(statement);
      session.put("_", result);
      String shown = result == null ? "" : session.format(result, Converter.INSPECT).toString().stripTrailing();
      if (!shown.isEmpty()) {
        out.println(shown);
      }
    } catch (EOFException e) {
      if (e.getCause() != null) {
        // Gogo says so of a statement that is not whole, and has done nothing yet
        return false;
      }
      failed(session, e, err);
    } catch (Exception | LinkageError | StackOverflowError e) {
      failed(session, e, err);
    }
    return true;
  }

  private static void failed(CommandSession session, Throwable e, PrintStream err) {
    session.put("exception", e);
    if (e instanceof CommandFailure) {
      return;
    }
    if (e instanceof InterruptedException) {
      err.println("stroma: interrupted");
      return;
    }
    LOG.info("a statement failed", e);
    err.println("stroma: " + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()));
  }

  private Lines lines(InputStream in, CommandSession session) {
    if (System.console() != null) {
      try {
        Lines terminal = TerminalLines.open(completion, session);
        if (terminal != null) {
          return terminal;
        }
      } catch (IOException | RuntimeException | LinkageError e) {
        LOG.warn("lines cannot be edited on this terminal", e);
      }
    }
    return () -> await(in);
  }

  /** Reading cannot be interrupted, waiting for a reader can. */
  private static String await(InputStream in) throws IOException, InterruptedException {
    FutureTask<String> line = new FutureTask<>(() -> read(in));
    Thread reader = new Thread(line, "stroma-console");
    reader.setDaemon(true);
    reader.start();
    try {
      return line.get();
    } catch (InterruptedException e) {
      // not the line but the console is to end
      Thread.currentThread().interrupt();
      throw e;
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    }
  }

  /** Byte by byte: what follows the line may be for the command. */
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
