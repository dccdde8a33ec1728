/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.extract;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.stroma.files.AtomicFiles;

/**
 * A matrix as {@code torch.save} writes a contiguous tensor of float32 on the CPU: an archive that packs nothing, of a pickle that builds the tensor
 * and of its numbers. The same numbers give the same bytes.
 *
 * @see <a href="https://docs.pytorch.org/docs/stable/notes/serialization.html">PyTorch, Serialization semantics</a>
 */
final class TorchFile {
  private static final String FOLDER = "archive/";
  /** The first hour of the format would be told twice, the second time in bytes that move the numbers. */
  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 12, 0);
  /** PyTorch lays numbers at multiples of it, so that they may be mapped. */
  private static final int ALIGNMENT = 64;

  private static final int LOCAL_HEADER = 30;
  private static final int EXTRA_HEADER = 4;

  private TorchFile() {}

  /** Writes a file whole, over what is there; numbers are [N, D]. */
  static void write(Path file, float[][] numbers) {
    int width = numbers.length == 0 ? 0 : numbers[0].length;
    AtomicFiles.write(file, out -> {
      try (ZipOutputStream zip = new ZipOutputStream(out)) {
        byte[] pickle = pickle(numbers.length, width);
        byte[] order = "little".getBytes(StandardCharsets.US_ASCII);
        long at = small(zip, "data.pkl", pickle) + small(zip, "byteorder", order);
        matrix(zip, numbers, width, at);
        small(zip, "version", "3\n".getBytes(StandardCharsets.US_ASCII));
      }
    });
  }

  /** An entry, and how many bytes it and its header took. */
  private static long small(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    CRC32 sum = new CRC32();
    sum.update(bytes);
    zip.putNextEntry(stored(name, bytes.length, sum));
    zip.write(bytes);
    zip.closeEntry();
    return (long) LOCAL_HEADER + FOLDER.length() + name.length() + bytes.length;
  }

  private static ZipEntry stored(String name, long size, CRC32 sum) {
    ZipEntry entry = new ZipEntry(FOLDER + name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(size);
    entry.setCrc(sum.getValue());
    entry.setTimeLocal(NO_TIME);
    return entry;
  }

  private static void matrix(ZipOutputStream zip, float[][] numbers, int width, long at)
      throws IOException {
    CRC32 sum = new CRC32();
    rows(numbers, width, sum::update);
    String name = "data/0";
    ZipEntry entry = stored(name, 4L * width * numbers.length, sum);
    long start = at + LOCAL_HEADER + FOLDER.length() + name.length() + EXTRA_HEADER;
    int padding = (int) (-start & (ALIGNMENT - 1));
    entry.setExtra(ByteBuffer.allocate(EXTRA_HEADER + padding)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put((byte) 'F')
        .put((byte) 'B')
        .putShort((short) padding)
        .array());
    zip.putNextEntry(entry);
    rows(numbers, width, zip::write);
    zip.closeEntry();
  }

  /** Takes one row of bytes. */
  private interface Row {
    void take(byte[] bytes) throws IOException;
  }

  private static void rows(float[][] numbers, int width, Row row) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(4 * width).order(ByteOrder.LITTLE_ENDIAN);
    for (float[] each : numbers) {
      bytes.asFloatBuffer().put(each);
      row.take(bytes.array());
    }
  }

  /** The instructions that build the tensor of the storage called 0. */
  private static byte[] pickle(int rows, int columns) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0x80); // protocol 2
    out.write(2);
    global(out, "torch._utils", "_rebuild_tensor_v2");
    out.write('(');
    out.write('(');
    text(out, "storage");
    global(out, "torch", "FloatStorage");
    text(out, "0");
    text(out, "cpu");
    number(out, (long) rows * columns);
    out.write('t');
    out.write('Q'); // the storage so named
    number(out, 0); // where the tensor begins in it
    number(out, rows);
    number(out, columns);
    out.write(0x86); // the shape
    number(out, columns);
    number(out, 1);
    out.write(0x86); // the strides
    out.write(0x89); // no gradient
    global(out, "collections", "OrderedDict");
    out.write(')');
    out.write('R');
    out.write('t');
    out.write('R');
    out.write('.');
    return out.toByteArray();
  }

  private static void global(OutputStream out, String module, String name) throws IOException {
    out.write('c');
    out.write((module + "\n" + name + "\n").getBytes(StandardCharsets.US_ASCII));
  }

  private static void text(OutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    out.write('X');
    little(out, bytes.length, 4);
    out.write(bytes);
  }

  /** Whole numbers of 31 bits, and larger ones at their length, as PyTorch's careful reader knows both. */
  private static void number(OutputStream out, long number) throws IOException {
    if (number == (int) number) {
      out.write('J');
      little(out, number, 4);
    } else {
      out.write(0x8a);
      out.write(8);
      little(out, number, 8);
    }
  }

  private static void little(OutputStream out, long number, int bytes) throws IOException {
    for (int i = 0; i < bytes; i++) {
      out.write((int) (number >> 8 * i));
    }
  }
}
