/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.extensions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JarFolderTest {
  @TempDir
  private Path folder;

  @Test
  void jarsAreFilesThatAreCalledSo() throws Exception {
    Files.writeString(folder.resolve("a.jar"), "a");
    Files.writeString(folder.resolve("B.JAR"), "b");
    Files.writeString(folder.resolve("README.txt"), "no jar");
    Files.createDirectory(folder.resolve("folder.jar"));
    assertEquals(Set.of("a.jar", "B.JAR"), new JarFolder(folder).scan().files().keySet());
    assertEquals(
        Set.of(), new JarFolder(folder.resolve("nowhere")).scan().files().keySet());
  }

  @Test
  void aFileThatGrowsOrIsReplacedHasNotSettled() throws Exception {
    Path jar = Files.writeString(folder.resolve("a.jar"), "a");
    Files.setLastModifiedTime(jar, FileTime.fromMillis(1000));
    JarFolder jars = new JarFolder(folder);
    assertFalse(jars.scan().settled("a.jar"), "it was not there before");
    assertTrue(jars.scan().settled("a.jar"));
    Files.writeString(jar, "ab");
    Files.setLastModifiedTime(jar, FileTime.fromMillis(1000));
    assertFalse(jars.scan().settled("a.jar"), "it is longer");
    Files.setLastModifiedTime(jar, FileTime.fromMillis(2000));
    assertFalse(jars.scan().settled("a.jar"), "it was written again");
    assertTrue(jars.scan().settled("a.jar"));
    Files.delete(jar);
    assertEquals(Set.of(), jars.scan().files().keySet());
  }
}
