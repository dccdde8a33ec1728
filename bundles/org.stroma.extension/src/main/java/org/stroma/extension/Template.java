/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.extension;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.SourceVersion;
import org.stroma.command.UsageException;
import org.stroma.parts.PartKind;

/**
 * The template of a project.
 *
 * @param type the part's type in experiments, such as radiomics-mlp
 * @param kind the kind of part, or command
 * @param javaPackage the package, which names the bundle too
 */
record Template(String type, String kind, String javaPackage) {
  /** The kinds that there are templates for: of parts, and commands. */
  static final List<String> KINDS = Stream.concat(
          Arrays.stream(PartKind.values()).map(PartKind::label), Stream.of("command"))
      .filter(kind -> Template.class.getResource(kind + "/Part.java.txt") != null)
      .toList();

  /** One that can be written, of what a user gave; the package may be null. */
  static Template of(String type, String kind, String javaPackage) {
    if (!KINDS.contains(kind)) {
      throw new UsageException(
          "--kind is \"" + kind + "\"; it has to be one of " + String.join(", ", KINDS));
    }
    if (!type.matches("[a-z][a-z0-9]*(-[a-z0-9]+)*") || type.length() > 40) {
      throw new UsageException(
          "the name is \"" + type
              + "\"; it has to be lower-case words of letters and digits with dashes between, such as radiomics-mlp, 40 characters at most");
    }
    String name = javaPackage == null ? "org.example." + type.replace("-", "") : javaPackage;
    if (!name.matches("[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)+") || !SourceVersion.isName(name)) {
      throw new UsageException(
          (javaPackage == null ? "the package would be \"" : "--package is \"") + name
              + "\"; it has to be a Java package in lower case with a dot in it, such as --package org.example.radiomics");
    }
    if (name.matches("(java|org\\.stroma|org\\.osgi|org\\.tensorflow)(\\..*)?")) {
      throw new UsageException("--package is \"" + name
          + "\"; it has to be one of your own, such as org.example.radiomics");
    }
    return new Template(type, kind, name);
  }

  /**
   * The part's class: RadiomicsMlpEncoder for the encoder radiomics-mlp, FocalLoss for the loss
   * focal-loss.
   */
  String className() {
    String words =
        Arrays.stream(type.split("-")).map(Template::capital).collect(Collectors.joining());
    String end = capital(kind);
    return words.endsWith(end) && !words.equals(end) ? words : words + end;
  }

  private static String capital(String word) {
    return Character.toUpperCase(word.charAt(0)) + word.substring(1);
  }

  /** Display name of the part. */
  private String title() {
    return capital(type.replace('-', ' '));
  }

  /** Writes the project to a temporary folder and moves it, so that it is complete or absent. */
  void write(Path target, Sdk sdk) {
    String java = javaPackage.replace('.', '/') + "/" + className();
    Map<String, String> files = Map.of(
        "pom.xml.txt",
        "pom.xml",
        file("README.md.txt"),
        "README.md",
        "gitignore.txt",
        ".gitignore",
        kind + "/Part.java.txt",
        "src/main/java/" + java + ".java",
        kind + "/Test.java.txt",
        "src/test/java/" + java + "Test.java");
    Path partial =
        target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".partial");
    try {
      if (Files.exists(target)) {
        try (Stream<Path> entries =
            Files.isDirectory(target) ? Files.list(target) : Stream.of(target)) {
          if (entries.findAny().isPresent()) {
            throw new UsageException(target
                + " is there already and not an empty folder; name another place with --out");
          }
        }
        Files.delete(target);
      }
      try {
        for (Map.Entry<String, String> file : files.entrySet()) {
          Path path = partial.resolve(file.getValue());
          Files.createDirectories(path.getParent());
          Files.writeString(
              path, fill(resource(file.getKey()), sdk, file.getValue().endsWith(".xml")));
        }
        Files.move(partial, target);
      } finally {
        delete(partial);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(target + " cannot be written: " + e.getMessage(), e);
    }
  }

  private String fill(String text, Sdk sdk, boolean xml) {
    String home = sdk.home().toString();
    return text.replace(
            "__DEPENDENCIES__", has("dependencies.txt") ? resource(file("dependencies.txt")) : "")
        .replace("__TYPE__", type)
        .replace("__KIND__", kind)
        .replace("__TITLE__", title())
        .replace("__PACKAGE__", javaPackage)
        .replace("__CLASS__", className())
        .replace("__VERSION__", sdk.version())
        .replace("__HOME__", xml ? home.replace("&", "&amp;").replace("<", "&lt;") : home);
  }

  private boolean has(String name) {
    return Template.class.getResource(kind + "/" + name) != null;
  }

  /** The kind's own file, or that of all. */
  private String file(String name) {
    return has(name) ? kind + "/" + name : name;
  }

  private static String resource(String name) {
    try (InputStream in = Template.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(each);
        }
      }
    }
  }
}
