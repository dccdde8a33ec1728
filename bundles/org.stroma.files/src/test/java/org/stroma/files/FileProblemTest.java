/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.files;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileProblemTest {
  @Test
  void reasonsAreToldInWords(@TempDir Path folder) {
    Path file = folder.resolve("notes.txt");
    assertEquals(
        "permission denied",
        FileProblem.reason(file, new java.nio.file.AccessDeniedException(file.toString())));
    assertEquals(
        "permission denied (" + folder + ")",
        FileProblem.reason(file, new java.nio.file.AccessDeniedException(folder.toString())));
    assertEquals(
        "read-only file system",
        FileProblem.reason(
            file,
            new java.nio.file.FileSystemException(file.toString(), null, "Read-only file system")));
    assertEquals(
        "no space left on device",
        FileProblem.reason(file, new IOException("No space left on device")));
    assertEquals(
        "it is a folder",
        FileProblem.reason(file, new java.io.FileNotFoundException(file + " (Is a directory)")));
    assertEquals(
        "it is no text in UTF-8",
        FileProblem.reason(file, new java.nio.charset.MalformedInputException(1)));
  }
}
