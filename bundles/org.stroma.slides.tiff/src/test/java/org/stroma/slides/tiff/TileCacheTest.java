/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.tiff;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.awt.Rectangle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TileCacheTest {
  @TempDir
  Path folder;

  private static TileCache.Tile tile(int pixels) {
    return new TileCache.Tile(new Rectangle(0, 0, pixels, 1), new int[pixels]);
  }

  @Test
  void theTilesThatWereUsedLastStay() {
    TileCache cache = new TileCache(2500);
    cache.put(0, 1, 0, tile(1000));
    cache.put(0, 2, 0, tile(1000));
    cache.get(0, 1, 0);
    cache.put(0, 3, 0, tile(1000));
    assertNotNull(cache.get(0, 1, 0));
    assertNull(cache.get(0, 2, 0));
    assertNotNull(cache.get(0, 3, 0));
    cache.put(0, 3, 0, tile(1500)); // in place of the one before
    assertNotNull(cache.get(0, 1, 0));
    cache.put(1, 1, 0, tile(9000)); // larger than the room there is
    assertNotNull(cache.get(1, 1, 0));
    assertNull(cache.get(0, 1, 0));
  }

  @Test
  void roomIsMadeForRowsOfTiles() {
    TileCache cache = new TileCache(100);
    cache.atLeast(3000);
    for (int x = 0; x < 3; x++) {
      cache.put(0, x, 0, tile(1000));
    }
    assertNotNull(cache.get(0, 0, 0));
  }

  @Test
  void slidesOfOneFileShareACacheUntilTheLastIsClosed() throws IOException {
    Path file = Files.writeString(folder.resolve("a.tif"), "a");
    TileCaches caches = new TileCaches();
    TileCaches.Lease first = caches.open(file);
    TileCaches.Lease second = caches.open(file);
    assertSame(first.cache(), second.cache());
    first.close();
    first.close();
    assertSame(second.cache(), caches.open(file).cache());
    TileCaches.Lease other = caches.open(Files.writeString(folder.resolve("b.tif"), "a"));
    assertNotSame(second.cache(), other.cache());
    other.close();
    assertNotSame(other.cache(), caches.open(folder.resolve("b.tif")).cache());
  }

  @Test
  void aFileThatWasReplacedHasACacheOfItsOwn() throws IOException {
    Path file = Files.writeString(folder.resolve("a.tif"), "a");
    TileCaches caches = new TileCaches();
    TileCaches.Lease before = caches.open(file);
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_000));
    assertNotSame(before.cache(), caches.open(file).cache());
  }
}
