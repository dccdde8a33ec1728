/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.extract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files in the resources are those that PyTorch read as wanted: see pytorch.py beside them. */
class TorchFileTest {
  private static final Path READ = Path.of("src", "test", "resources", "torch");

  @TempDir
  private Path folder;

  @Test
  void filesAreThoseThatPyTorchHasRead() throws IOException {
    float[][] numbers = {{0, 1, 2, 3}, {10, 11, 12, 13}, {-20, 0.5f, Float.MIN_VALUE, 23}};
    Path file = folder.resolve("pt_files/matrix.pt");
    TorchFile.write(file, numbers);
    assertArrayEquals(
        Files.readAllBytes(READ.resolve("matrix.pt")), Files.readAllBytes(file), "the bytes");
    TorchFile.write(file, new float[0][]);
    assertArrayEquals(Files.readAllBytes(READ.resolve("none.pt")), Files.readAllBytes(file));
  }

  @Test
  void numbersMayBeMapped() throws IOException {
    Path file = folder.resolve("m.pt");
    for (int columns = 1; columns < 40; columns++) {
      TorchFile.write(file, new float[][] {new float[columns], new float[columns]});
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
      assertEquals(0, startOf(bytes, "archive/data/0") % 64);
    }
    try (ZipFile zip = new ZipFile(file.toFile())) {
      assertEquals(2 * 39 * 4, zip.getEntry("archive/data/0").getSize());
    }
  }

  /** Where the bytes of an entry begin, by the local headers. */
  private static int startOf(ByteBuffer zip, String wanted) {
    int at = 0;
    while (zip.getInt(at) == 0x04034b50) {
      byte[] name = new byte[zip.getShort(at + 26)];
      zip.get(at + 30, name);
      int start = at + 30 + name.length + zip.getShort(at + 28);
      if (new String(name, java.nio.charset.StandardCharsets.US_ASCII).equals(wanted)) {
        return start;
      }
      at = start + zip.getInt(at + 18);
    }
    throw new AssertionError("no entry " + wanted);
  }
}
