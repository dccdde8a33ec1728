/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.stroma.files.FileProblem;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;
import org.stroma.parts.Json;

/** The directory of a run. A file is written beside its place and moved there, so that it is whole or absent. */
public final class RunDirectory {
  /** Writes to a stream. */
  public interface Writer {
    void write(OutputStream out) throws IOException;
  }

  private final Path path;
  private final boolean ours;

  public RunDirectory(Path path) {
    this.path = path;
    this.ours = !Files.exists(path);
  }

  /**
   * Makes the directory, so that no other run takes it.
   *
   * @throws FaultsException when another one has done so since this looked
   */
  public void claim() {
    String obstacle = ours ? FileProblem.obstacle(path) : null;
    // where another run is, that is what is told
    if (obstacle != null) {
      throw new FaultsException(
          List.of(new Fault("", obstacle + "; name another place with --out")), false);
    }
    try {
      if (path.getParent() != null) {
        Files.createDirectories(path.getParent());
      }
      Files.createDirectory(path);
    } catch (FileAlreadyExistsException e) {
      if (ours) {
        throw taken();
      }
    } catch (IOException e) {
      throw FileProblem.written(path, e);
    }
    try {
      // of two that found it empty, one makes the file
      Files.createFile(path.resolve(RunLog.FILE));
    } catch (FileAlreadyExistsException e) {
      throw taken();
    } catch (IOException e) {
      throw FileProblem.written(path, e);
    }
  }

  private FaultsException taken() {
    return new FaultsException(
        List.of(new Fault(
            "", path + " has been taken by another run meanwhile; name another place with --out")),
        false);
  }

  /** Takes away a directory that this made, with all that is in it. */
  public void discard() {
    if (!ours || !Files.exists(path)) {
      return;
    }
    try {
      remove(path);
    } catch (IOException e) {
      throw new UncheckedIOException(
          path + " cannot be taken away: " + FileProblem.reason(path, e), e);
    }
  }

  public Path path() {
    return path;
  }

  public void write(String name, Writer writer) {
    Path file = path.resolve(name);
    try {
      Files.createDirectories(file.getParent());
      // not a temporary file of the system's, which others could not read
      Path partial =
          file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID() + ".partial");
      try {
        try (OutputStream out = Files.newOutputStream(partial)) {
          writer.write(out);
        }
        Files.move(
            partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(partial);
      }
    } catch (IOException e) {
      throw FileProblem.written(file, e);
    }
  }

  /** Writes to a folder. */
  public interface FolderWriter {
    void write(Path folder) throws IOException;
  }

  /** A folder that is whole or absent. */
  public void writeFolder(String name, FolderWriter writer) {
    Path folder = path.resolve(name);
    Path partial =
        folder.resolveSibling("." + folder.getFileName() + "." + UUID.randomUUID() + ".partial");
    try {
      Files.createDirectories(partial);
      try {
        writer.write(partial);
        Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        remove(partial);
      }
    } catch (IOException e) {
      throw FileProblem.written(folder, e);
    }
  }

  private static void remove(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(each);
        }
      }
    }
  }

  public void write(String name, String text) {
    write(name, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  public void write(String name, JsonNode json) {
    write(name, out -> out.write(pretty(json)));
  }

  private static byte[] pretty(JsonNode json) throws IOException {
    String text =
        Json.MAPPER.writer().with(SerializationFeature.INDENT_OUTPUT).writeValueAsString(json);
    return (text + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
