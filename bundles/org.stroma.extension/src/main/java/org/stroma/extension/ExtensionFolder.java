/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.extension;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.zip.ZipException;
import org.osgi.framework.Constants;
import org.stroma.command.UsageException;
import org.stroma.extensions.Extensions;
import org.stroma.files.AtomicFiles;
import org.stroma.files.FileProblem;

/**
 * Changes of the folder of extensions: jars come and go whole. What runs there hears of it by itself.
 *
 * @param folder of extensions
 * @param list of SHA-256 sums that are trusted
 * @param refusal why a jar is not trusted
 */
record ExtensionFolder(Path folder, Path list, Function<Path, Optional<String>> refusal) {
  private static final String JAR = ".jar";

  /**
   * Puts a jar there, in place of others with the same bundle.
   *
   * @return its place
   * @throws UsageException where it is no bundle, or is not trusted
   */
  Path install(Path jar) {
    String bundle = bundle(jar);
    refusal.apply(jar).ifPresent(reason -> {
      throw new UsageException(jar + " is not trusted: " + reason);
    });
    Path target = folder.resolve(jar.getFileName().toString());
    try {
      for (Path other : jars()) {
        if (other.equals(target) && !bundle.equals(name(other))) {
          throw new UsageException(target + " is another extension, " + name(other)
              + "; call this file otherwise, or remove that one");
        }
      }
      Files.createDirectories(folder);
      AtomicFiles.replace(
          target, partial -> Files.copy(jar, partial, StandardCopyOption.REPLACE_EXISTING));
      for (Path other : jars()) {
        if (!other.equals(target) && bundle.equals(name(other))) {
          Files.delete(other);
        }
      }
      return target;
    } catch (IOException e) {
      throw FileProblem.written(target, e);
    }
  }

  /**
   * Takes an extension away.
   *
   * @param name of its file or its bundle
   * @return what was taken away
   */
  List<Path> remove(String name) {
    try {
      List<Path> named = jars().stream()
          .filter(jar -> jar.getFileName().toString().equals(name) || name.equals(name(jar)))
          .toList();
      if (named.isEmpty()) {
        throw new UsageException("there is no extension " + name + " in " + folder
            + (jars().isEmpty()
                ? ", which holds none"
                : "; there are "
                    + jars().stream()
                        .map(jar -> jar.getFileName().toString())
                        .collect(Collectors.joining(", "))));
      }
      for (Path jar : named) {
        Files.delete(jar);
      }
      return named;
    } catch (IOException e) {
      throw FileProblem.written(folder, e);
    }
  }

  /**
   * Puts the SHA-256 of a jar onto the list of those that are trusted.
   *
   * @return the sum; empty where it is on the list already
   */
  Optional<String> trust(Path jar) {
    bundle(jar);
    try {
      String sum = Extensions.sha256(jar);
      byte[] before = Files.isRegularFile(list) ? Files.readAllBytes(list) : new byte[0];
      if (before.length > 0 && Extensions.listed(list, sum)) {
        return Optional.empty();
      }
      boolean ended = before.length == 0 || before[before.length - 1] == '\n';
      String line = (ended ? "" : "\n") + sum + "  " + jar.getFileName() + "\n";
      Files.createDirectories(list.toAbsolutePath().getParent());
      AtomicFiles.replace(list, partial -> {
        try (OutputStream out = Files.newOutputStream(partial)) {
          out.write(before);
          out.write(line.getBytes(StandardCharsets.UTF_8));
        }
      });
      return Optional.of(sum);
    } catch (IOException e) {
      throw FileProblem.written(list, e);
    }
  }

  private List<Path> jars() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<Path> jars = new ArrayList<>();
    try (var files = Files.list(folder)) {
      files
          .filter(file ->
              file.toString().toLowerCase(Locale.ROOT).endsWith(JAR) && Files.isRegularFile(file))
          .sorted()
          .forEach(jars::add);
    }
    return jars;
  }

  /** The symbolic name of a jar; empty where it has none. */
  private static String name(Path jar) {
    try (JarFile file = new JarFile(jar.toFile(), false)) {
      Manifest manifest = file.getManifest();
      String name = manifest == null
          ? null
          : manifest.getMainAttributes().getValue(Constants.BUNDLE_SYMBOLICNAME);
      return name == null ? "" : name.replaceFirst(";(?s:.*)", "").strip();
    } catch (IOException e) {
      return "";
    }
  }

  private static String bundle(Path jar) {
    if (!Files.isRegularFile(jar)) {
      throw new UsageException(Files.exists(jar) ? jar + " is no file" : "there is no file " + jar);
    }
    if (!jar.toString().toLowerCase(Locale.ROOT).endsWith(JAR)) {
      throw new UsageException(jar + " is no jar by its name; an extension ends with " + JAR);
    }
    try (JarFile file = new JarFile(jar.toFile(), false)) {
      file.getManifest();
    } catch (ZipException e) {
      throw new UsageException(jar + " is no jar, or was not copied to its end");
    } catch (IOException e) {
      throw FileProblem.read(jar, e);
    }
    String name = name(jar);
    if (name.isEmpty()) {
      throw new UsageException(
          jar
              + " is no bundle: its manifest has no Bundle-SymbolicName; build it with bnd-maven-plugin");
    }
    return name;
  }
}
