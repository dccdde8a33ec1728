/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.extract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.command.UsageException;

class SlideFilesTest {
  @TempDir
  private Path folder;

  private final Notes notes = new Notes();

  private Path file(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, name);
  }

  /** All files called .raw are read by a format. */
  private Map<String, Path> find(Path... given) {
    return SlideFiles.find(List.of(given), f -> f.toString().endsWith(".raw"), notes);
  }

  @Test
  void whatIsCalledAsSlidesAreOrCanBeReadIsFound() throws IOException {
    for (String name : List.of(
        "a.svs",
        "b b [1] (2).TIF",
        "Schnitt Größe 切片.ndpi",
        "deep/er/c.ome.tiff",
        "d.raw",
        "TCGA-01-DX1.0f3a.svs")) {
      file(name);
    }
    for (String name :
        List.of("notes.txt", "m/Data0000.dat", "._a.svs", ".DS_Store", "d.raw.md5")) {
      file(name);
    }
    assertEquals(
        Set.of("a", "b b [1] (2)", "Schnitt Größe 切片", "c", "d", "TCGA-01-DX1.0f3a"),
        find(folder).keySet());
    assertEquals(List.of(), notes.said);
  }

  @Test
  void slidesOfOneNameAreAllNamedBeforeAnythingStarts() throws IOException {
    for (int i = 0; i < 25; i++) {
      file("a/s" + i + ".svs");
      file("b/s" + i + ".svs");
    }
    file("a/s3.tif");
    UsageException e = assertThrows(UsageException.class, () -> find(folder));
    assertEquals(21, e.sentences().size());
    String first = e.sentences().get(0).toString();
    assertTrue(
        first.contains("a/s0.svs and ")
            && first.contains("b/s0.svs would all become s0.h5; rename them"),
        first);
    assertTrue(
        e.getMessage().contains("a/s3.svs and ") && e.getMessage().contains("a/s3.tif and "),
        e.getMessage());
    assertTrue(
        e.sentences().get(20).toString().contains("and 5 names more like these"), e.getMessage());
  }

  @Test
  void aSlideThatIsGivenTwiceIsOne() throws IOException {
    Path slide = file("a.svs");
    assertEquals(1, find(folder, slide, folder.resolve("x/../a.svs")).size());
  }

  @Test
  void foldersThatAreLinkedAreLookedIntoAndLoopsEnd() throws IOException {
    file("real/a.svs");
    Files.createDirectory(folder.resolve("slides"));
    Files.createSymbolicLink(folder.resolve("slides/linked"), folder.resolve("real"));
    Files.createSymbolicLink(folder.resolve("slides/loop"), folder.resolve("slides"));
    Files.createSymbolicLink(folder.resolve("slides/nowhere.svs"), folder.resolve("none"));
    assertEquals(Set.of("a", "nowhere"), find(folder.resolve("slides")).keySet());
    assertTrue(notes.said.get(0).contains("loop cannot be looked at"), "" + notes.said);
  }

  @Test
  void aFolderWithoutSlidesIsASentence() throws IOException {
    file("empty/notes.txt");
    String message =
        assertThrows(UsageException.class, () -> find(folder.resolve("empty"))).getMessage();
    assertTrue(
        message.contains("empty holds no slide: no file in it is called as slides are (.svs,"),
        message);
  }

  @Test
  void thousandsOfSlidesAreFoundAtOnce() throws IOException {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      names.add("s" + i);
      file("many/" + i % 7 + "/s" + i + ".svs");
    }
    assertEquals(Set.copyOf(names), find(folder.resolve("many")).keySet());
  }
}
