/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.files;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.UUID;
import java.util.stream.Stream;

/** Files and folders that are whole or absent: they are written beside their place and moved there. */
public final class AtomicFiles {
  /** Writes to a stream. */
  public interface Writer {
    void write(OutputStream out) throws IOException;
  }

  /** Writes to a path: for libraries that take no stream. */
  public interface FileWriter {
    void write(Path partial) throws IOException;
  }

  /** Writes to a folder. */
  public interface FolderWriter {
    void write(Path folder) throws IOException;
  }

  private AtomicFiles() {}

  /**
   * Writes a file, over what is there; its folder is made where it is not there.
   *
   * @throws java.io.UncheckedIOException with a sentence that names the file
   */
  public static void write(Path file, Writer writer) {
    try {
      replace(file, partial -> {
        try (OutputStream out = Files.newOutputStream(partial)) {
          writer.write(out);
        }
      });
    } catch (IOException e) {
      throw FileProblem.written(file, e);
    }
  }

  /** Writes a file, over what is there, by its path; its folder is made where it is not there. */
  public static void replace(Path file, FileWriter writer) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    // not a temporary file of the system's, which others could not read
    Path partial = folder.resolve(partial());
    try {
      writer.write(partial);
      Files.move(
          partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  /** Writes a text in UTF-8. */
  public static void write(Path file, String text) {
    write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Writes a folder that is not there yet.
   *
   * @throws java.io.UncheckedIOException with a sentence that names the folder
   */
  public static void writeFolder(Path folder, FolderWriter writer) {
    Path partial = folder.resolveSibling(partial());
    try {
      Files.createDirectories(partial);
      try {
        writer.write(partial);
        Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        delete(partial);
      }
    } catch (IOException e) {
      throw FileProblem.written(folder, e);
    }
  }

  /**
   * Works in a folder beside a file that is being made, which is deleted afterwards; the file's folder is made where it is not there.
   *
   * @throws java.io.UncheckedIOException with a sentence that names the file
   */
  public static void inFolderBeside(Path file, FolderWriter work) {
    Path folder = file.resolveSibling(partial());
    try {
      Files.createDirectories(folder);
      try {
        work.write(folder);
      } finally {
        delete(folder);
      }
    } catch (IOException e) {
      throw FileProblem.written(file, e);
    }
  }

  /** A name of its own: that of the file may be as long as a name can be. */
  private static String partial() {
    return "." + UUID.randomUUID() + ".partial";
  }

  /** Deletes a folder with all that is in it; nothing where it is not there. */
  public static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(each);
        }
      }
    }
  }
}
