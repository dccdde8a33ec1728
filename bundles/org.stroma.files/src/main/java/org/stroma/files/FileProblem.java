/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.files;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Locale;
import org.stroma.api.data.DataException;

/** Says why a file cannot be read or written: Java's own message is often the file's name alone. */
public final class FileProblem {
  private FileProblem() {}

  /** For what a user wanted to be written. */
  public static UncheckedIOException written(Path file, IOException e) {
    return new UncheckedIOException(file + " cannot be written: " + reason(file, e), e);
  }

  /** For data that a user names. */
  public static DataException read(Path file, IOException e) {
    return new DataException(file + " cannot be read: " + reason(file, e), e);
  }

  /**
   * The reason in words.
   *
   * @param file whose name the sentence says already
   */
  public static String reason(Path file, IOException e) {
    String words = words(e);
    if (e instanceof FileSystemException of && of.getFile() != null) {
      Path other = Path.of(of.getFile());
      if (!other.equals(file) && file.startsWith(other)) {
        return words + " (" + other + ")";
      }
    }
    return words;
  }

  private static String words(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    } else if (e instanceof NoSuchFileException) {
      return "there is no such file or folder";
    } else if (e instanceof NotDirectoryException) {
      return "it is no folder";
    } else if (e instanceof DirectoryNotEmptyException) {
      return "the folder is not empty";
    } else if (e instanceof FileAlreadyExistsException) {
      return "it exists already";
    } else if (e instanceof FileSystemLoopException) {
      return "its folders lead in a circle";
    } else if (e instanceof CharacterCodingException) {
      return "it is no text in UTF-8";
    } else if (e instanceof EOFException) {
      return "it ends too early";
    }
    String message = e instanceof FileSystemException of ? of.getReason() : e.getMessage();
    if (message != null && e instanceof FileNotFoundException) {
      message = message.replaceFirst("(?s).*\\((.*)\\)$", "$1");
    }
    if (message == null || message.isBlank()) {
      return "the system gives no reason";
    }
    return switch (message) {
      case "Is a directory" -> "it is a folder";
      case "Not a directory" -> "a part of its path is no folder";
      case "Permission denied", "Operation not permitted" -> "permission denied";
      case "No such file or directory" -> "there is no such file or folder";
      default -> message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
    };
  }

  /**
   * What keeps a folder from being made at a place where nothing is.
   *
   * @return a sentence; null for nothing that can be seen
   */
  public static String obstacle(Path folder) {
    for (Path above = folder; above != null; above = above.getParent()) {
      if (Files.isSymbolicLink(above) && !Files.exists(above)) {
        return folder + " cannot be made: " + above + " is a link to something that is not there";
      }
      if (Files.exists(above)) {
        return Files.isDirectory(above)
            ? null
            : folder + " cannot be made: " + above + " is no folder"
                + (Files.isRegularFile(above) ? " but a file" : "");
      }
    }
    return null;
  }
}
