/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.stroma.files.AtomicFiles;
import org.stroma.files.FileProblem;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;
import org.stroma.parts.Json;

/** The directory of a run; each of its files is whole or absent. */
public final class RunDirectory {
  private final Path path;
  private final boolean ours;

  /**
   * A place for the directory of a run that is there neither on disk nor in somebody's plans: {@code FOLDER/NAME}, with a number
   * when that is taken.
   *
   * @param planned whether somebody is going to write to a place
   */
  public static Path free(Path folder, String name, Predicate<Path> planned) {
    Path path = folder.resolve(name);
    for (int i = 2; Files.exists(path) || planned.test(path); i++) {
      path = folder.resolve(name + "-" + i);
    }
    return path;
  }

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
      AtomicFiles.delete(path);
    } catch (IOException e) {
      throw new UncheckedIOException(
          path + " cannot be taken away: " + FileProblem.reason(path, e), e);
    }
  }

  public Path path() {
    return path;
  }

  public void write(String name, AtomicFiles.Writer writer) {
    AtomicFiles.write(path.resolve(name), writer);
  }

  /** A folder that is whole or absent. */
  public void writeFolder(String name, AtomicFiles.FolderWriter writer) {
    AtomicFiles.writeFolder(path.resolve(name), writer);
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
