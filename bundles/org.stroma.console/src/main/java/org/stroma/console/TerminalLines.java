/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.console;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Job;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/**
 * Terminal lines with editing, completion and history. Only this class uses JLine, which may be
 * absent.
 */
final class TerminalLines implements Shell.LineSource {
  private static final String PROMPT = "stroma> ";
  private static final String MORE = "      > ";

  private final Terminal terminal;
  private final LineReader reader;
  private String prompt = PROMPT;

  private TerminalLines(Terminal terminal, LineReader reader) {
    this.terminal = terminal;
    this.reader = reader;
  }

  /**
   * Opens the terminal; null if it cannot edit lines.
   *
   * @param log the log file, beside which the history is kept; null for no history
   */
  static TerminalLines open(Completion completion, CommandSession session, String log)
      throws IOException {
    Terminal terminal = terminal();
    if (terminal.getType().startsWith(Terminal.TYPE_DUMB)) {
      terminal.close();
      return null;
    }
    Completer completer = (reader, line, candidates) -> {
      List<String> words = new ArrayList<>(line.words().subList(0, line.wordIndex()));
      words.add(line.word().substring(0, line.wordCursor()));
      completion
          .of(words, names(session))
          .forEach(choice -> candidates.add(new Candidate(
              choice.text(),
              choice.text(),
              null,
              choice.description(),
              null,
              null,
              choice.whole())));
    };
    DefaultParser parser = new DefaultParser();
    LineReader reader = LineReaderBuilder.builder()
        .terminal(terminal)
        .appName("stroma")
        .completer(completer)
        .parser(parser)
        .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
        .option(LineReader.Option.AUTO_FRESH_LINE, true)
        .build();
    if (log != null) {
      reader.setVariable(LineReader.HISTORY_FILE, Path.of(log).resolveSibling("console-history"));
    }
    return new TerminalLines(terminal, reader);
  }

  /** Creates the terminal. JLine loads its classes through the context class loader. */
  private static Terminal terminal() throws IOException {
    Thread thread = Thread.currentThread();
    ClassLoader original = thread.getContextClassLoader();
    thread.setContextClassLoader(TerminalBuilder.class.getClassLoader());
    try {
      // do not unpack JLine's native library; use stty, or JNA if installed
      return TerminalBuilder.builder()
          .name("stroma")
          .system(true)
          .dumb(true)
          .jni(false)
          .jansi(false)
          .ffm(false)
          .build();
    } finally {
      thread.setContextClassLoader(original);
    }
  }

  @SuppressWarnings("unchecked")
  private static Collection<String> names(CommandSession session) {
    return session.get(".commands") instanceof Collection<?> names
        ? (Collection<String>) names
        : List.of();
  }

  @Override
  public void interrupts(CommandSession session) {
    terminal.handle(Terminal.Signal.INT, signal -> {
      Job job = session.foregroundJob();
      if (job != null) {
        job.interrupt();
      }
    });
  }

  @Override
  public String next() throws InterruptedException {
    try {
      return reader.readLine(prompt);
    } catch (UserInterruptException e) {
      throw new InterruptedException();
    } catch (EndOfFileException e) {
      return null;
    } finally {
      prompt = PROMPT;
    }
  }

  @Override
  public void tell(String sentence) {
    reader.printAbove(sentence);
  }

  @Override
  public boolean agreed(String question) {
    try {
      return reader.readLine(question).strip().matches("(?i)y|yes");
    } catch (UserInterruptException e) {
      return false;
    } catch (EndOfFileException e) {
      // end of input counts as yes
      return true;
    }
  }

  @Override
  public void more() {
    prompt = MORE;
  }

  @Override
  public void close() throws IOException {
    terminal.close();
  }
}
