/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.tiff;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.Map;

/** The caches of the files that are open. Thread-safe. */
final class TileCaches {
  /** A file as long as nobody writes to it. */
  private record Content(Path file, long size, FileTime modified) {}

  /** A cache and how many slides use it. */
  private static final class Shared {
    private final TileCache cache = new TileCache();
    private int users;
  }

  /** The part of a slide in the cache of its file, until it is closed. */
  final class Lease {
    private final Content content;
    private final Shared shared;
    private boolean closed;

    private Lease(Content content, Shared shared) {
      this.content = content;
      this.shared = shared;
    }

    TileCache cache() {
      return shared.cache;
    }

    void close() {
      synchronized (caches) {
        if (!closed && --shared.users == 0) {
          caches.remove(content);
        }
        closed = true;
      }
    }
  }

  private final Map<Content, Shared> caches = new HashMap<>();

  /** The cache of a file, which is that of the others who have it open. */
  Lease open(Path file) throws IOException {
    BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
    Content content = new Content(file.toAbsolutePath(), now.size(), now.lastModifiedTime());
    synchronized (caches) {
      Shared shared = caches.computeIfAbsent(content, c -> new Shared());
      shared.users++;
      return new Lease(content, shared);
    }
  }
}
