/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedirectTest {
  @TempDir
  private Path folder;

  private static void redirects(
      String text, String before, String statement, String operator, String file) {
    assertEquals(new Redirect(before, statement, operator, file), Redirect.of(text), text);
  }

  @Test
  void theEndOfAStatementNamesAFile() {
    redirects("parts > a.txt", "", "parts", ">", "a.txt");
    redirects("parts>a.txt", "", "parts", ">", "a.txt");
    redirects(
        "parts fusion | grep 'a > b' >> out/a.txt",
        "",
        "parts fusion | grep 'a > b'",
        ">>",
        "out/a.txt");
    redirects("(parts fusion) size >| n", "", "(parts fusion) size", ">|", "n");
    redirects("x = 1; schema > 'a b.json'", "x = 1", "schema", ">", "a b.json");
    redirects("each (parts) { $it type } > \"a b\"", "", "each (parts) { $it type }", ">", "a b");
    redirects("schema > a\\ b", "", "schema", ">", "a b");
  }

  @Test
  void whatRedirectsNothingOrIsNotWholeIsGogos() {
    for (String text : List.of(
        "parts",
        "echo 'a > b'",
        "echo \"a > b\"",
        "each (parts) { echo > x }",
        "echo a \\> b",
        "parts 2> err",
        "parts &> all",
        "parts > a; list",
        "parts >",
        "parts > a b",
        "echo 'a > b",
        "each (parts) { $it > b",
        "a > b\nc",
        "parts >&2")) {
      assertNull(Redirect.of(text), text);
    }
  }

  @Test
  void nothingIsOverwrittenUnlessSomebodySaysSo() throws Exception {
    Path file = folder.resolve("a.txt");
    byte[] text = "result\n".getBytes(StandardCharsets.UTF_8);
    Redirect.of("parts > '" + file + "'").write(text);
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Redirect.of("parts > '" + file + "'")
            .target());
    assertTrue(
        e.getMessage().contains("exists already; >> appends to it, and >| replaces it"),
        e.getMessage());
    Redirect.of("parts >> '" + file + "'").write(text);
    assertEquals("result\nresult\n", Files.readString(file));
    Redirect.of("parts >| '" + file + "'").write(text);
    assertEquals("result\n", Files.readString(file));
    assertThrows(IllegalArgumentException.class, () -> Redirect.of("parts > '" + folder + "'")
        .target());
    try (var files = Files.list(folder)) {
      assertEquals(1, files.count(), "nothing half written");
    }
  }
}
