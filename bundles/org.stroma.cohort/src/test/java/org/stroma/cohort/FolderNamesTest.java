/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.cohort;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderNamesTest {
  @TempDir
  Path folder;

  private List<String> names(FolderNames folders, String pattern) {
    return folders.matches(folder, pattern).stream()
        .map(path -> path.getFileName().toString())
        .toList();
  }

  @Test
  void patternsTakeWhatTheSystemsOwnListingTakes() throws IOException {
    Random random = new Random(2);
    String letters = "ab1_.-";
    for (int i = 0; i < 200; i++) {
      Files.writeString(folder.resolve("n" + word(random, letters)), "");
    }
    FolderNames folders = new FolderNames();
    for (int i = 0; i < 200; i++) {
      String pattern = (random.nextBoolean() ? "n" : "") + word(random, letters) + "*"
          + (random.nextBoolean() ? word(random, letters) : "")
          + (random.nextInt(4) == 0 ? "*" : "");
      List<String> listed = new ArrayList<>();
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, pattern)) {
        entries.forEach(entry -> listed.add(entry.getFileName().toString()));
      }
      assertEquals(listed.stream().sorted().toList(), names(folders, pattern), pattern);
    }
  }

  private static String word(Random random, String letters) {
    StringBuilder word = new StringBuilder();
    for (int i = random.nextInt(4); i > 0; i--) {
      word.append(letters.charAt(random.nextInt(letters.length())));
    }
    return word.toString();
  }

  @Test
  void allCharactersButTheStarStandForThemselves() throws IOException {
    for (String name : List.of("a[1]x", "a1x", "a{b,c}x", "abx", "a?x", "a\\x")) {
      Files.writeString(folder.resolve(name), "");
    }
    FolderNames folders = new FolderNames();
    assertEquals(List.of("a[1]x"), names(folders, "a[1]*"));
    assertEquals(List.of("a{b,c}x"), names(folders, "*{b,c}x"));
    assertEquals(List.of("a?x"), names(folders, "a?*"));
    assertEquals(List.of("a\\x"), names(folders, "a\\*"));
  }

  @Test
  void aFolderThatIsNotThereHoldsNothing() {
    assertEquals(List.of(), new FolderNames().matches(folder.resolve("none"), "a*"));
  }
}
