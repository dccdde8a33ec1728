/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.extension;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.stroma.api.data.DataException;
import org.stroma.command.UsageException;
import org.stroma.extensions.Extensions;

class ExtensionFolderTest {
  @TempDir
  private Path base;

  private Path made;
  private ExtensionFolder folder;

  @BeforeEach
  void start() throws IOException {
    made = Files.createDirectories(base.resolve("made"));
    folder = new ExtensionFolder(
        base.resolve("extensions"), base.resolve("conf/list"), jar -> Optional.empty());
  }

  private Path jar(String file, String bundle, String version) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    if (!bundle.isEmpty()) {
      manifest.getMainAttributes().putValue("Bundle-SymbolicName", bundle + ";singleton:=true");
    }
    manifest.getMainAttributes().putValue("Bundle-Version", version);
    Path jar = made.resolve(file);
    new JarOutputStream(Files.newOutputStream(jar), manifest).close();
    return jar;
  }

  private List<String> there() throws IOException {
    try (var files = Files.list(base.resolve("extensions"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static String refusal(org.junit.jupiter.api.function.Executable call) {
    return assertThrows(UsageException.class, call).getMessage();
  }

  @Test
  void aNewVersionTakesThePlaceOfTheOldOne() throws IOException {
    folder.install(jar("a-1.jar", "org.a", "1"));
    folder.install(jar("b.jar", "org.b", "1"));
    Path second = jar("a-2.jar", "org.a", "2");
    assertEquals(base.resolve("extensions/a-2.jar"), folder.install(second));
    assertEquals(List.of("a-2.jar", "b.jar"), there(), "nothing half written is left");
    assertArrayEquals(
        Files.readAllBytes(second), Files.readAllBytes(base.resolve("extensions/a-2.jar")));
    folder.install(second);
    assertEquals(List.of("a-2.jar", "b.jar"), there());
    Path other = jar("b.jar", "org.c", "1");
    assertTrue(refusal(() -> folder.install(other)).contains("is another extension, org.b"));
  }

  @Test
  void anExtensionGoesByTheNameOfItsFileOrBundle() throws IOException {
    folder.install(jar("a-1.jar", "org.a", "1"));
    folder.install(jar("b.jar", "org.b", "1"));
    assertEquals(
        "there is no extension c in " + base.resolve("extensions") + "; there are a-1.jar, b.jar",
        refusal(() -> folder.remove("c")));
    assertTrue(refusal(() -> folder.remove("../made/b.jar")).contains("there is no extension"));
    assertEquals(List.of(base.resolve("extensions/a-1.jar")), folder.remove("org.a"));
    assertEquals(List.of(base.resolve("extensions/b.jar")), folder.remove("b.jar"));
    assertEquals(List.of(), there());
    assertTrue(refusal(() -> folder.remove("b.jar")).endsWith("which holds none"));
  }

  @Test
  void whatIsNoBundleOrNotTrustedStaysOutside() throws IOException {
    assertTrue(refusal(() -> folder.install(base.resolve("x.jar"))).startsWith("there is no file"));
    assertTrue(refusal(() -> folder.install(jar("x.jar", "", "1")))
        .contains("its manifest has no Bundle-SymbolicName"));
    Path text = Files.writeString(made.resolve("t.jar"), "no jar");
    assertTrue(refusal(() -> folder.install(text)).contains("is no jar, or was not copied"));
    Path named = Files.writeString(made.resolve("t.txt"), "no jar");
    assertTrue(refusal(() -> folder.install(named)).contains("is no jar by its name"));
    ExtensionFolder strict = new ExtensionFolder(
        folder.folder(), folder.list(), jar -> Optional.of("its SHA-256 is not on the list"));
    Path good = jar("a.jar", "org.a", "1");
    assertEquals(
        good + " is not trusted: its SHA-256 is not on the list",
        refusal(() -> strict.install(good)));
    assertFalse(Files.exists(folder.folder()));
  }

  @Test
  void trustAddsALineAndLeavesTheOthersAsTheyAre() throws IOException {
    Path jar = jar("a.jar", "org.a", "1");
    String sum = Extensions.sha256(jar);
    byte[] before = "# ours, L\u00FCbeck\n# ".concat(sum).getBytes(StandardCharsets.ISO_8859_1);
    Files.createDirectories(folder.list().getParent());
    Files.write(folder.list(), before);
    assertEquals(Optional.of(sum), folder.trust(jar), "a comment trusts nobody");
    byte[] after = Files.readAllBytes(folder.list());
    assertArrayEquals(before, java.util.Arrays.copyOf(after, before.length));
    assertEquals(
        "\n" + sum + "  a.jar\n",
        new String(after, StandardCharsets.ISO_8859_1).substring(before.length));
    assertEquals(Optional.empty(), folder.trust(jar));
    assertArrayEquals(after, Files.readAllBytes(folder.list()));
  }

  @Test
  void anIndexNamesJarsAndWhatTheyHaveToBe() throws IOException {
    Path jar = jar("a.jar", "org.a", "1");
    Path index = made.resolve("index.json");
    String entry =
        "{\"extensions\": [{\"name\": \"a\", \"version\": \"1\", \"file\": \"a.jar\", \"sha256\": \"%s\"}]}";
    Files.writeString(index, entry.formatted(Extensions.sha256(jar)));
    assertEquals(jar, ExtensionIndex.read(index).jar("a"));
    assertEquals(index + " has no extension b; it has a", refusal(() -> ExtensionIndex.read(index)
        .jar("b")));
    jar("a.jar", "org.a", "2");
    assertTrue(refusal(() -> ExtensionIndex.read(index).jar("a")).contains("is not the file that"));
    Files.delete(jar);
    assertTrue(
        refusal(() -> ExtensionIndex.read(index).jar("a")).endsWith("there is no such file"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | /extensions has to be a list",
        "{\"extensions\": [{}]} | /extensions/0/name is not there",
        "{\"extensions\": [{\"name\": \"a\", \"file\": \"../a.jar\"}]} | /extensions/0/file is \"../a.jar\"; it has to be the jar's path",
        "{\"extensions\": [{\"name\": \"a\", \"file\": \"/a.jar\"}]} | /extensions/0/file is",
        "{\"extensions\": [{\"name\": \"a\", \"file\": \"a.jar\", \"sha256\": \"12\"}]} | /extensions/0/sha256 is \"12\"; it has to be the SHA-256",
        "[ | index.json"
      })
  void anIndexThatIsNoneIsTold(String json, String sentence) throws IOException {
    Path index = Files.writeString(made.resolve("index.json"), json);
    String message =
        assertThrows(DataException.class, () -> ExtensionIndex.read(index)).getMessage();
    assertTrue(message.contains(sentence), message);
  }
}
