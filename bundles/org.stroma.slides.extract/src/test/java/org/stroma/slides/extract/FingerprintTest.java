/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.extract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FingerprintTest {
  private static final FileTime THEN = FileTime.fromMillis(1_700_000_000_000L);
  private static final FileTime LATER = FileTime.fromMillis(1_700_000_009_000L);

  @TempDir
  private Path folder;

  private Path file(String name, int size) throws IOException {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    Path file = Files.write(folder.resolve(name), bytes);
    Files.setLastModifiedTime(file, THEN);
    return file;
  }

  private static ObjectNode kept(Path slide) throws IOException {
    ObjectNode kept = new ObjectMapper().createObjectNode();
    Fingerprint.of(slide).write(kept);
    return kept;
  }

  private static void change(Path file, long at, FileTime time) throws IOException {
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      out.seek(at);
      int old = out.read();
      out.seek(at);
      out.write(old ^ 1);
    }
    Files.setLastModifiedTime(file, time);
  }

  @Test
  void aSlideIsKnownAgainAfterACopyAndAnotherOneIsNot() throws IOException {
    Path slide = file("s.svs", 100_000);
    ObjectNode kept = kept(slide);
    assertEquals(100_000, kept.path("bytes").asLong());
    assertTrue(kept.path("sha256").asText().matches("[0-9a-f]{64}"));
    assertTrue(Fingerprint.of(slide).is(kept));
    Files.setLastModifiedTime(slide, LATER);
    assertTrue(Fingerprint.of(slide).is(kept), "a time alone makes no other slide");
    change(slide, 50_000, THEN);
    assertFalse(
        Fingerprint.of(slide).is(kept), "one byte does, in a file of the same size and time");
    assertFalse(
        Fingerprint.of(slide).is(new ObjectMapper().createObjectNode()),
        "nothing is known of files of another program");
  }

  /** Large slides are looked at by a sample; all of their bytes are compared when the time is another. */
  @Test
  void largeSlidesAreComparedByASampleAndByAllTheirBytesWhereTheTimeDiffers() throws IOException {
    int size = 20 << 20;
    Path slide = file("large.svs", size);
    ObjectNode kept = kept(slide);
    assertNotEquals(kept.path("sha256").asText(), kept.path("sampleSha256").asText());
    for (long at : new long[] {0, 1_000_000, size - 1, (long) size / 33 * 16 + 5}) {
      change(slide, at, THEN);
      assertFalse(Fingerprint.of(slide).is(kept), "byte " + at + " is in the sample");
      change(slide, at, THEN);
      assertTrue(Fingerprint.of(slide).is(kept));
    }
    long between = (long) size / 33 * 16 - 5;
    change(slide, between, LATER);
    assertFalse(Fingerprint.of(slide).is(kept), "a byte that is in no sample, and another time");
    change(slide, between, LATER);
    assertTrue(Fingerprint.of(slide).is(kept));
  }

  /** Its file is a stub that stays the same. */
  @Test
  void theFolderOfAMiraxSlideBelongsToIt() throws IOException {
    Path slide = file("m.mrxs", 10);
    Files.createDirectory(folder.resolve("m"));
    Path data = file("m/Data0000.dat", 5000);
    ObjectNode kept = kept(slide);
    assertEquals(5010, kept.path("bytes").asLong());
    assertTrue(Fingerprint.of(slide).is(kept));
    change(data, 2000, THEN);
    assertFalse(Fingerprint.of(slide).is(kept));
  }

  @Test
  void aFileThatChangesMeanwhileIsNoticed() throws IOException {
    Path slide = file("s.svs", 100);
    Fingerprint before = Fingerprint.of(slide);
    assertTrue(before.still(slide));
    Files.setLastModifiedTime(slide, LATER);
    assertFalse(before.still(slide));
  }
}
