/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.run;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.stroma.api.data.DataException;
import org.stroma.api.data.Problems;
import org.stroma.files.FileProblem;

/** The SHA-256 of every file of a folder in {@code SHA256SUMS}, as the program sha256sum writes and checks them. */
public final class Checksums {
  public static final String FILE = "SHA256SUMS";

  private Checksums() {}

  /** Writes the sum of a file beside those of the folder's others; these, such as large weights, are not read again. */
  static void add(RunDirectory run, String folder, String name) {
    Path place = run.path().resolve(folder);
    Map<String, String> sums =
        Files.exists(place.resolve(FILE)) ? read(place.resolve(FILE)) : new TreeMap<>();
    sums.put(name, sum(place.resolve(name)));
    StringBuilder text = new StringBuilder();
    sums.forEach((file, sum) -> text.append(sum).append("  ").append(file).append('\n'));
    run.write(folder + FILE, text.toString());
  }

  private static Map<String, String> read(Path list) {
    Map<String, String> sums = new TreeMap<>();
    try {
      Files.readAllLines(list).forEach(line -> {
        if (line.length() > 66) {
          sums.put(line.substring(66), line.substring(0, 64));
        }
      });
    } catch (IOException e) {
      throw FileProblem.read(list, e);
    }
    return sums;
  }

  /**
   * Compares the files of a folder with their sums.
   *
   * @throws DataException with every file that is not what was written, or whose sum is not there
   */
  public static void check(Path folder) {
    Path list = folder.resolve(FILE);
    if (!Files.isRegularFile(list)) {
      throw new DataException(
          (Files.exists(list) ? list + " is no file" : "there is no file " + list)
              + ", by which the models are checked before they are used");
    }
    Map<String, String> sums = read(list);
    Problems problems = new Problems();
    sums.keySet().stream()
        .filter(name -> !Files.isRegularFile(folder.resolve(name)))
        .forEach(name -> problems.add(
            Files.exists(folder.resolve(name))
                ? folder.resolve(name)
                    + " is not the file that the run wrote but a folder or a device"
                : "there is no file " + folder.resolve(name) + ", which the run wrote"));
    for (Path file : files(folder)) {
      String wanted = sums.get(file.getFileName().toString());
      if (wanted == null) {
        problems.add(file + " is not in " + FILE + ": the run did not write it");
      } else if (!wanted.equals(sum(file))) {
        problems.add(file + " is not what the run wrote: its SHA-256 differs from that in " + FILE
            + "; copy the run directory again, or train anew");
      }
    }
    problems.throwIfAny();
  }

  private static List<Path> files(Path folder) {
    try (var entries = Files.list(folder)) {
      return entries
          .filter(Files::isRegularFile)
          .filter(file -> !file.getFileName().toString().startsWith(".")
              && !file.getFileName().toString().equals(FILE))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw FileProblem.read(folder, e);
    }
  }

  /** The SHA-256 of a file's bytes, in hexadecimal digits. */
  static String sum(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return sum(in);
    } catch (IOException e) {
      throw FileProblem.read(file, e);
    }
  }

  /** The SHA-256 of a text in UTF-8. */
  public static String sum(String text) {
    try {
      return sum(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The SHA-256 of all that is still to be read. */
  public static String sum(InputStream in) throws IOException {
    try {
      DigestInputStream digested = new DigestInputStream(in, MessageDigest.getInstance("SHA-256"));
      digested.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(digested.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
