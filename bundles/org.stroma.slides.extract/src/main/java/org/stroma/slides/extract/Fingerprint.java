/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.extract;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * By what a slide is known again: its size, its time of modification, the SHA-256 of all its bytes, and that of a sample of
 * them, which is quick enough to be looked at each time. A slide of MIRAX is its file and the folder of the same name.
 */
final class Fingerprint {
  /** Slides up to this are their own sample. */
  private static final long SMALL = 8 << 20;

  /** Of larger ones the sample is this much of the start and of the end, where the tables of tiles are ... */
  private static final int ENDS = 1 << 20;

  /** ... and so many blocks of this size at even distances between. */
  private static final int BLOCKS = 32;

  private static final int BLOCK = 1 << 16;

  private final List<Path> files;
  private final long bytes;
  private final String modified;
  private String sample;
  private String whole;

  private Fingerprint(Path slide) throws IOException {
    files = files(slide);
    long sum = 0;
    var latest = Files.getLastModifiedTime(slide);
    for (Path file : files) {
      sum += Files.size(file);
      var time = Files.getLastModifiedTime(file);
      latest = time.compareTo(latest) > 0 ? time : latest;
    }
    bytes = sum;
    modified = latest.toString();
  }

  /** Looks at a slide's size and time; digests are made when they are asked for. */
  static Fingerprint of(Path slide) throws IOException {
    return new Fingerprint(slide);
  }

  private static List<Path> files(Path slide) throws IOException {
    List<Path> files = new ArrayList<>(List.of(slide));
    String name = slide.getFileName().toString();
    if (name.toLowerCase(Locale.ROOT).endsWith(".mrxs")) {
      Path data = slide.resolveSibling(name.substring(0, name.length() - ".mrxs".length()));
      if (Files.isDirectory(data)) {
        try (var all = Files.list(data)) {
          all.filter(Files::isRegularFile).sorted().forEach(files::add);
        }
      }
    }
    return files;
  }

  /** Whether size and time are still the same. */
  boolean still(Path slide) throws IOException {
    Fingerprint now = of(slide);
    return now.bytes == bytes && now.modified.equals(modified);
  }

  /**
   * Whether features were made of this slide. Where size, time and sample are the same, it is; where the time alone is another,
   * as after a copy, all bytes are compared.
   *
   * @param kept as {@link #write} wrote it
   */
  boolean is(ObjectNode kept) throws IOException {
    if (kept.path("bytes").asLong(-1) != bytes
        || !kept.path("sampleSha256").asText().equals(sample())) {
      return false;
    }
    return kept.path("modified").asText().equals(modified)
        || kept.path("sha256").asText().equals(whole());
  }

  /** Writes it down with all digests. */
  void write(ObjectNode to) throws IOException {
    to.put("bytes", bytes)
        .put("modified", modified)
        .put("sha256", whole())
        .put("sampleSha256", sample());
  }

  /** In words, for people who wonder what is another. */
  static String words(ObjectNode kept) {
    return kept.path("bytes").asLong() + " bytes of "
        + kept.path("modified").asText().replaceFirst("\\.\\d+Z$", "Z");
  }

  String words() {
    return bytes + " bytes of " + modified.replaceFirst("\\.\\d+Z$", "Z");
  }

  private String sample() throws IOException {
    if (sample == null) {
      sample = digest(false);
    }
    return sample;
  }

  private String whole() throws IOException {
    if (whole == null) {
      whole = bytes <= SMALL ? sample() : digest(true);
    }
    return whole;
  }

  private String digest(boolean all) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
    for (Path file : files) {
      long size = Files.size(file);
      if (files.size() > 1) {
        digest.update((file.getFileName() + "\n" + size + "\n").getBytes(StandardCharsets.UTF_8));
      }
      try (FileChannel channel = FileChannel.open(file)) {
        if (all || bytes <= SMALL) {
          add(digest, channel, 0, size);
          continue;
        }
        add(digest, channel, 0, ENDS);
        for (int i = 1; i <= BLOCKS; i++) {
          add(digest, channel, size / (BLOCKS + 1) * i, BLOCK);
        }
        add(digest, channel, Math.max(0, size - ENDS), ENDS);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void add(MessageDigest digest, FileChannel channel, long from, long count)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(count, ENDS));
    for (long at = from; at < from + count; ) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), from + count - at));
      int read = channel.read(buffer, at);
      if (read < 0) {
        return;
      }
      digest.update(buffer.flip());
      at += read;
    }
  }
}
