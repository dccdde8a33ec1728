/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.stroma.command.WorkingFolder;

/**
 * A statement with redirected result: {@code STATEMENT > FILE} writes a new file, {@code >>}
 * appends, {@code >|} replaces. Gogo's own {@code >} ignores results that are values, and truncates
 * existing files.
 *
 * @param before statements to execute first, unredirected; empty if there are none
 * @param statement the statement whose result is written
 * @param operator {@code >}, {@code >>} or {@code >|}
 * @param file the file name as typed
 */
record Redirect(String before, String statement, String operator, String file) {
  /** Parses a redirection at the end of a line; null if there is none or the line is incomplete. */
  static Redirect of(String text) {
    int depth = 0;
    int begin = 0;
    int arrow = -1;
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        i++;
      } else if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '\'' || c == '"') {
        quote = c;
      } else if ("({[".indexOf(c) >= 0) {
        depth++;
      } else if (")}]".indexOf(c) >= 0) {
        depth--;
      } else if (depth == 0 && (c == ';' || c == '\n')) {
        begin = i + 1;
        arrow = -1;
      } else if (depth == 0 && c == '>' && i >= begin) {
        arrow = i;
        // skip the second character of the operator
        i += i + 1 < text.length() && ">|".indexOf(text.charAt(i + 1)) >= 0 ? 1 : 0;
      }
    }
    if (quote != 0 || depth != 0 || arrow < 0) {
      return null;
    }
    // 2> and &> redirect other streams; Gogo handles them
    if (arrow > 0 && text.substring(begin, arrow).matches("(?s).*(\\s\\d|&|<)")) {
      return null;
    }
    String rest = text.substring(arrow + 1);
    String operator = rest.startsWith(">") ? ">>" : rest.startsWith("|") ? ">|" : ">";
    String file = rest.substring(operator.length() - 1).strip();
    boolean quoted = file.matches("(?s)'[^']*'|\"[^\"]*\"");
    if (!quoted
        && (file.isEmpty() || file.matches("(?s).*(?<!\\\\)\\s.*") || file.startsWith("&"))) {
      return null;
    }
    String name = quoted ? file.substring(1, file.length() - 1) : file.replaceAll("\\\\(.)", "$1");
    return new Redirect(
        text.substring(0, begin).strip().replaceFirst(";$", ""),
        text.substring(begin, arrow).strip(),
        operator,
        name);
  }

  /**
   * The file to write.
   *
   * @throws IllegalArgumentException if the file must not be written
   */
  Path target() {
    try {
      Path path = WorkingFolder.resolve(Path.of(
          file.replaceFirst("^~(?=/)", System.getProperty("user.home").replace("\\", "/"))));
      if (Files.isDirectory(path)) {
        throw new IllegalArgumentException(path + " is a folder; it has to be a file");
      }
      if (operator.equals(">") && Files.exists(path)) {
        throw new IllegalArgumentException(
            path + " exists already; >> appends to it, and >| replaces it");
      }
      return path;
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(FailureReport.invalidPath(e), e);
    }
  }

  /** Writes the result; a new file appears only when complete. */
  void write(byte[] result) throws IOException {
    Path path = target().toAbsolutePath();
    if (operator.equals(">>")) {
      Files.write(path, result, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      return;
    }
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      // such as /dev/null
      Files.write(path, result);
      return;
    }
    Path partial =
        path.resolveSibling("." + path.getFileName() + "." + UUID.randomUUID() + ".partial");
    try {
      Files.write(partial, result);
      Files.move(
          partial, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(partial);
    }
  }
}
