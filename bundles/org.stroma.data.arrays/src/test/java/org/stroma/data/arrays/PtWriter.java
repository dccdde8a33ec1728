/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes files as torch.save does, instruction by instruction, right ones and wrong ones. */
final class PtWriter {
  private final ByteArrayOutputStream pickle = new ByteArrayOutputStream();
  private final Map<String, byte[]> entries = new LinkedHashMap<>();
  private boolean packed;

  PtWriter() {
    op(0x80).op(2);
  }

  PtWriter op(int instruction) {
    pickle.write(instruction);
    return this;
  }

  PtWriter raw(byte... bytes) {
    pickle.writeBytes(bytes);
    return this;
  }

  PtWriter text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return op('X').raw(little(4).putInt(bytes.length).array()).raw(bytes);
  }

  /** A whole number of any length, as LONG1. */
  PtWriter number(long number) {
    return op(0x8a).op(8).raw(little(8).putLong(number).array());
  }

  PtWriter global(String module, String name) {
    return op('c').raw((module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** A tensor that is all of a storage, row by row. */
  PtWriter tensor(String type, String key, byte[] numbers, int bytes, long... shape) {
    long[] strides = new long[shape.length];
    long stride = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= shape[i];
    }
    entries.put("data/" + key, numbers);
    return view(type, key, numbers.length / bytes, 0, shape, strides);
  }

  PtWriter view(String type, String key, long size, long offset, long[] shape, long[] strides) {
    String module = type.startsWith("cuda.") ? "torch.cuda" : "torch";
    global("torch._utils", "_rebuild_tensor_v2").op('(');
    op('(').text("storage").global(module, type.replace("cuda.", "")).text(key);
    text("cuda:0").number(size).op('t').op('Q');
    number(offset).tuple(shape).tuple(strides).op(0x89);
    return global("collections", "OrderedDict").op(')').op('R').op('t').op('R');
  }

  private PtWriter tuple(long... numbers) {
    op('(');
    for (long number : numbers) {
      number(number);
    }
    return op('t');
  }

  PtWriter entry(String name, byte[] bytes) {
    entries.put(name, bytes);
    return this;
  }

  PtWriter entry(String name, String text) {
    return entry(name, text.getBytes(StandardCharsets.UTF_8));
  }

  /** As an archive is that another program made: PyTorch does not pack. */
  PtWriter packed() {
    packed = true;
    return this;
  }

  /** The file, whose pickle ends here. */
  byte[] file() {
    op('.');
    Map<String, byte[]> all = new LinkedHashMap<>(Map.of("data.pkl", pickle.toByteArray()));
    all.putAll(entries);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> entry : all.entrySet()) {
        ZipEntry stored = new ZipEntry("slide/" + entry.getKey());
        if (!packed) {
          CRC32 sum = new CRC32();
          sum.update(entry.getValue());
          stored.setMethod(ZipEntry.STORED);
          stored.setSize(entry.getValue().length);
          stored.setCrc(sum.getValue());
        }
        zip.putNextEntry(stored);
        zip.write(entry.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  static byte[] floats(float... numbers) {
    ByteBuffer bytes = little(4 * numbers.length);
    bytes.asFloatBuffer().put(numbers);
    return bytes.array();
  }

  static byte[] shorts(int... numbers) {
    ByteBuffer bytes = little(2 * numbers.length);
    for (int number : numbers) {
      bytes.putShort((short) number);
    }
    return bytes.array();
  }

  static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
