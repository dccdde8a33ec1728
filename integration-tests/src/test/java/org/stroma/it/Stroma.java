/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Runs the distribution's commands as a user does. */
final class Stroma {
  /** The distribution as it was built, on Felix; with it.framework=equinox the same bundles on Equinox. */
  static final Path DISTRIBUTION = distribution();

  static final String FRAMEWORK = "equinox".equals(System.getProperty("it.framework"))
      ? "org.eclipse.osgi"
      : "org.apache.felix.framework";
  static final Path SAMPLES = Path.of(System.getProperty("it.samples")).normalize();
  static final Path FEATURES = SAMPLES.resolveSibling("features");
  private static final long PATIENCE_MINUTES = 5;

  private Stroma() {}

  private static Path distribution() {
    Path built = Path.of(System.getProperty("it.distribution")).toAbsolutePath().normalize();
    try {
      return "equinox".equals(System.getProperty("it.framework"))
          ? onEquinox(built, scratch())
          : built;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A folder for links into the distribution, which goes when all tests have ended. */
  static Path scratch() throws IOException {
    Path folder = Files.createTempDirectory("stroma-it");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
      try (var files = Files.walk(folder)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      } catch (IOException e) {
        // temporary files stay
      }
    }));
    return folder;
  }

  /** A distribution with another framework, in an empty folder: links to all the rest. */
  static Path onEquinox(Path distribution, Path home) throws IOException {
    try (var parts = Files.list(distribution)) {
      for (Path part : parts
          .filter(p -> !Set.of("bin", "framework").contains(p.getFileName().toString()))
          .toList()) {
        Files.createSymbolicLink(home.resolve(part.getFileName()), part.toRealPath());
      }
    }
    Files.createSymbolicLink(
        home.resolve("framework"), Path.of(System.getProperty("it.equinox")).toRealPath());
    // the script follows links to find its home
    Files.createDirectory(home.resolve("bin"));
    Files.copy(
        distribution.resolve("bin/stroma"),
        home.resolve("bin/stroma"),
        StandardCopyOption.COPY_ATTRIBUTES);
    return home;
  }

  /** How a command ended. */
  record Result(int code, String out, String err) {
    /** The command's own sentences, without the notes of native libraries. */
    List<String> complaints() {
      return err.lines().filter(line -> line.startsWith("stroma: ")).toList();
    }
  }

  /** A command with options for the virtual machine, such as -Dstroma.extensions=DIR. */
  static Result runWith(Path folder, List<String> options, String... arguments)
      throws IOException, InterruptedException {
    ProcessBuilder builder = command(folder, arguments);
    builder
        .environment()
        .merge("STROMA_JAVA_OPTS", String.join(" ", options), (a, b) -> a + " " + b);
    return run(folder, builder);
  }

  static ProcessBuilder command(Path folder, String... arguments) {
    List<String> line =
        new ArrayList<>(List.of(DISTRIBUTION.resolve("bin/stroma").toString()));
    line.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(line).directory(folder.toFile());
    // it.agent measures what the tests run through
    builder
        .environment()
        .put(
            "STROMA_JAVA_OPTS",
            "-Xmx1g -XX:TieredStopAtLevel=1 " + System.getProperty("it.agent", ""));
    return builder;
  }

  static Result run(Path folder, String... arguments) throws IOException, InterruptedException {
    return run(folder, command(folder, arguments));
  }

  static Result run(Path folder, ProcessBuilder builder) throws IOException, InterruptedException {
    return run(builder, PATIENCE_MINUTES);
  }

  /** A command that may take longer than others. */
  static Result run(ProcessBuilder builder, long minutes) throws IOException, InterruptedException {
    Path out = Files.createTempFile("stroma-it", ".out");
    Path err = Files.createTempFile("stroma-it", ".err");
    try {
      Process process =
          builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
      if (!process.waitFor(minutes, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new IllegalStateException(
            "no end after " + minutes + " minutes: " + builder.command());
      }
      return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }

  static JsonNode json(Path file) throws IOException {
    return new ObjectMapper().readTree(file.toFile());
  }

  /** The rows of a file without quoted commas, by column. */
  static List<Map<String, String>> csv(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    String[] header = lines.get(0).split(",");
    List<Map<String, String>> rows = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split(",", -1);
      if (cells.length != header.length) {
        throw new IllegalStateException(file + ": " + line);
      }
      Map<String, String> row = new HashMap<>();
      for (int i = 0; i < header.length; i++) {
        row.put(header[i], cells[i]);
      }
      rows.add(row);
    }
    return rows;
  }
}
