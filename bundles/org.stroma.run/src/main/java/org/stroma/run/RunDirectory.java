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
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.stroma.files.AtomicFiles;
import org.stroma.files.FileProblem;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;
import org.stroma.parts.Json;

/** The directory of a run; each of its files is whole or absent. */
public final class RunDirectory {
  private final Path path;
  private final boolean ours;
  private final boolean resumed;
  private @Nullable UnfinishedRun unfinished;

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
    this(path, !Files.exists(path), false);
  }

  private RunDirectory(Path path, boolean ours, boolean resumed) {
    this.path = path;
    this.ours = ours;
    this.resumed = resumed;
  }

  /** The directory of a run that has begun and is not done. */
  public static RunDirectory resumed(Path path) {
    return new RunDirectory(path, false, true);
  }

  /** Whether a run that has begun goes on here. */
  public boolean resumed() {
    return resumed;
  }

  /**
   * Makes the directory, so that no other run takes it, or takes that of a run which goes on.
   *
   * @throws FaultsException when another one has done so since this looked
   */
  public void claim() {
    if (resumed) {
      unfinished = UnfinishedRun.resume(path);
      return;
    }
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
      UnfinishedRun begun = UnfinishedRun.begin(path);
      unfinished = begun;
      if (Files.exists(path.resolve(RunLog.FILE))) {
        // a run began and ended here since this found the directory empty
        begun.done();
        throw taken();
      }
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

  /** What is kept until the run is done; null before the directory is claimed. */
  public @Nullable UnfinishedRun unfinished() {
    return unfinished;
  }

  /** The run is done: it cannot be resumed any more. */
  public void done() {
    if (unfinished != null) {
      unfinished.done();
    }
  }

  /** Others may work here now. */
  public void release() {
    if (unfinished != null) {
      unfinished.close();
    }
  }

  /** Adds text to the end of a file, at once: what a killed run leaves of it is written anew when it goes on. */
  public void append(String name, String text) {
    Path file = path.resolve(name);
    try {
      Files.writeString(file, text, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw FileProblem.written(file, e);
    }
  }

  /** Takes away a directory that this made, with all that is in it. */
  public void discard() {
    if (!ours || !Files.exists(path)) {
      return;
    }
    release();
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
