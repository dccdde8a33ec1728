/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.fuzz;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** Changes of zip archives: entries that are called otherwise, stand twice, are changed, or are very large when they are unpacked. */
final class Zips {
  /** An entry. */
  record Entry(String name, byte[] bytes) {}

  /** More than a small heap holds, and some 60 kB when it is packed. */
  private static final int BOMB = 60 << 20;

  private Zips() {}

  /** A changed copy, or null for what is no archive. */
  static byte[] changed(byte[] bytes, Random random) {
    List<Entry> entries = read(bytes);
    if (entries == null || entries.isEmpty()) {
      return null;
    }
    int at = random.nextInt(entries.size());
    Entry entry = entries.get(at);
    switch (random.nextInt(8)) {
      case 0 -> entries.remove(at);
      case 1 -> entries.set(at, new Entry(Numbers.text(random), entry.bytes()));
      case 2 -> entries.add(new Entry(
          List.of(
                  "../../evil.class",
                  "/evil.class",
                  "META-INF/MANIFEST.MF/",
                  "a\\..\\b",
                  "OSGI-INF/x.xml")
              .get(random.nextInt(5)),
          entry.bytes()));
      case 3 -> {
        if (random.nextInt(20) == 0) {
          entries.set(at, new Entry(entry.name(), new byte[BOMB]));
        }
      }
      case 4 -> {
        int many = 1 << random.nextInt(11);
        for (int i = 0; i < many; i++) {
          entries.add(new Entry("many/" + i + ".class", new byte[0]));
        }
      }
      default -> entries.set(
          at,
          new Entry(
              entry.name(),
              entry.name().endsWith(".MF") || entry.name().endsWith(".xml") && random.nextInt(4) > 0
                  ? Texts.changed(entry.bytes(), random)
                  : Bytes.changed(entry.bytes(), entry.bytes(), random)));
    }
    return write(entries);
  }

  private static List<Entry> read(byte[] bytes) {
    List<Entry> entries = new ArrayList<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(bytes))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        entries.add(new Entry(entry.getName(), in.readNBytes(1 << 20)));
      }
    } catch (IOException | IllegalArgumentException e) {
      return null;
    }
    return entries;
  }

  static byte[] write(List<Entry> entries) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Entry entry : entries) {
        zip.putNextEntry(new ZipEntry(entry.name()));
        zip.write(entry.bytes());
        zip.closeEntry();
      }
    } catch (IOException | IllegalArgumentException e) {
      return null; // a name that stands twice, or is too long
    }
    return out.toByteArray();
  }
}
