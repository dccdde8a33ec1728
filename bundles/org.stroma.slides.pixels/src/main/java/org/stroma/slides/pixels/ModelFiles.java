/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.pixels;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.stroma.api.data.DataException;

/** Identifies models for provenance. */
public final class ModelFiles {
  private ModelFiles() {}

  /**
   * The name of a file or folder with the SHA-256 of its content; for a folder, of the names and
   * contents of its files.
   *
   * @throws DataException if it cannot be read
   */
  public static String identity(Path model) {
    try (var all = Files.walk(model)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      boolean folder = Files.isDirectory(model);
      List<Path> files = all.filter(Files::isRegularFile).sorted().toList();
      for (Path file : files) {
        if (folder) {
          // hash lengths too, so that content cannot move between files unnoticed
          String head = model.relativize(file) + "\n" + Files.size(file) + "\n";
          digest.update(head.getBytes(StandardCharsets.UTF_8));
        }
        add(digest, file);
      }
      return model.getFileName() + " sha256:" + HexFormat.of().formatHex(digest.digest());
    } catch (IOException | UncheckedIOException e) {
      throw new DataException(model + " cannot be read: " + e.getMessage(), e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The identity of a model in several files: its own and those of external weights.
   *
   * @throws DataException if a file cannot be read
   */
  public static String identity(Path model, List<Path> weights) {
    StringBuilder identity = new StringBuilder(identity(model));
    for (Path file : weights) {
      identity.append(" with ").append(identity(file));
    }
    return identity.toString();
  }

  private static void add(MessageDigest digest, Path file) throws IOException {
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
  }
}
