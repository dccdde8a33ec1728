/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.onnxruntime;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Files with external weights of an ONNX model. The model names them, so each is checked to lie in
 * the model's folder and to be long enough; otherwise a malicious model could have any file read.
 * The model is parsed as protobuf (onnx.proto, ONNX 1.17) without loading its weights.
 */
final class ExternalData {
  private static final int DEEPEST = 100;

  /** Types of messages that contain tensors. */
  private enum Kind {
    MODEL,
    TRAINING,
    GRAPH,
    NODE,
    ATTRIBUTE,
    SPARSE,
    FUNCTION,
    TENSOR,
    OTHER
  }

  /** Message type of fields by field number. */
  private static final Map<Kind, Map<Integer, Kind>> FIELDS = Map.of(
      Kind.MODEL, Map.of(7, Kind.GRAPH, 20, Kind.TRAINING, 25, Kind.FUNCTION),
      Kind.TRAINING, Map.of(1, Kind.GRAPH, 2, Kind.GRAPH),
      Kind.GRAPH, Map.of(1, Kind.NODE, 5, Kind.TENSOR, 15, Kind.SPARSE),
      Kind.NODE, Map.of(5, Kind.ATTRIBUTE),
      Kind.ATTRIBUTE,
          Map.of(
              5,
              Kind.TENSOR,
              6,
              Kind.GRAPH,
              10,
              Kind.TENSOR,
              11,
              Kind.GRAPH,
              22,
              Kind.SPARSE,
              23,
              Kind.SPARSE),
      Kind.SPARSE, Map.of(1, Kind.TENSOR, 2, Kind.TENSOR),
      Kind.FUNCTION, Map.of(7, Kind.NODE, 11, Kind.ATTRIBUTE));

  /** Bits per element by ONNX data type; 0 for types that cannot be external. */
  private static final int[] BITS = {
    0, 32, 8, 8, 16, 16, 32, 64, 0, 8, 16, 64, 32, 64, 64, 128, 16, 8, 8, 8, 8, 4, 4, 4
  };

  private final Path file;
  private final ByteBuffer bytes;
  private final Set<Path> files = new LinkedHashSet<>();

  private ExternalData(Path file, ByteBuffer bytes) {
    this.file = file;
    this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Finds the files.
   *
   * @return each file once, in the order of the model
   * @throws IOException if a file leads out of the model's folder, does not exist or is too
   *     short, or if the file is not an ONNX model; the message is one sentence for the user
   */
  static List<Path> of(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      long size = channel.size();
      if (size > Integer.MAX_VALUE) {
        throw new IOException(file + " is no ONNX model that can be used: it has " + size
            + " bytes, and an ONNX file at most 2 GB; "
            + "larger models keep their weights in files beside it");
      }
      ExternalData data =
          new ExternalData(file, channel.map(FileChannel.MapMode.READ_ONLY, 0, size));
      data.message(Kind.MODEL, 0, (int) size, 0);
      return new ArrayList<>(data.files);
    }
  }

  private IOException damaged() {
    return new IOException(
        file + " is no ONNX model that can be used: it is damaged, or something else");
  }

  /** Parses a message: its length-delimited fields, and the properties of a tensor. */
  private void message(Kind kind, int from, int to, int depth) throws IOException {
    if (depth > DEEPEST) {
      throw damaged();
    }
    Tensor tensor = new Tensor();
    int[] at = {from};
    while (at[0] < to) {
      long tag = varint(at, to);
      int field = (int) (tag >>> 3);
      switch ((int) (tag & 7)) {
        case 0 -> tensor.number(field, varint(at, to));
        case 1 -> at[0] += 8;
        case 5 -> at[0] += 4;
        case 2 -> {
          long length = varint(at, to);
          if (length < 0 || length > to - at[0]) {
            throw damaged();
          }
          int end = at[0] + (int) length;
          Kind inner = FIELDS.getOrDefault(kind, Map.of()).getOrDefault(field, Kind.OTHER);
          if (kind == Kind.TENSOR) {
            part(tensor, field, at[0], end);
          } else if (inner != Kind.OTHER) {
            message(inner, at[0], end, depth + 1);
          }
          at[0] = end;
        }
        default -> throw damaged();
      }
      if (at[0] > to) {
        throw damaged();
      }
    }
    if (kind == Kind.TENSOR && (tensor.outside || !tensor.entries.isEmpty())) {
      check(tensor);
    }
  }

  /** The properties of a tensor. */
  private static final class Tensor {
    final List<Long> dims = new ArrayList<>();
    final Map<String, String> entries = new HashMap<>();
    String name = "";
    int type;
    boolean outside;

    void number(int field, long value) {
      if (field == 1) {
        dims.add(value);
      } else if (field == 2) {
        type = (int) value;
      } else if (field == 14) {
        outside = value == 1;
      }
    }
  }

  private void part(Tensor tensor, int field, int from, int to) throws IOException {
    int[] at = {from};
    if (field == 1) {
      while (at[0] < to) {
        tensor.dims.add(varint(at, to)); // packed
      }
    } else if (field == 8) {
      tensor.name = text(from, to);
    } else if (field == 13) {
      String key = "";
      String value = "";
      while (at[0] < to) {
        long tag = varint(at, to);
        long length = (tag & 7) == 2 ? varint(at, to) : -1;
        if (length < 0 || length > to - at[0]) {
          throw damaged();
        }
        String text = text(at[0], at[0] + (int) length);
        at[0] += (int) length;
        key = tag >>> 3 == 1 ? text : key;
        value = tag >>> 3 == 2 ? text : value;
      }
      tensor.entries.put(key, value);
    }
  }

  private String text(int from, int to) {
    byte[] text = new byte[to - from];
    bytes.get(from, text);
    return new String(text, StandardCharsets.UTF_8);
  }

  private long varint(int[] at, int to) throws IOException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (at[0] >= to) {
        throw damaged();
      }
      byte b = bytes.get(at[0]++);
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw damaged();
  }

  private void check(Tensor tensor) throws IOException {
    String location = tensor.entries.getOrDefault("location", "");
    String what = file + " keeps its tensor \"" + tensor.name + "\" in \"" + location + "\"";
    Path data = inside(location, what);
    long size = Files.size(data);
    long offset = number(tensor, "offset", 0, what);
    long length = number(tensor, "length", size - offset, what);
    if (offset > size || length > size - offset) {
      throw new IOException(what + ", " + length + " bytes from byte " + offset
          + " on, and that file has " + size + " bytes");
    }
    long wanted = wanted(tensor, what);
    if (tensor.entries.containsKey("length") ? length != wanted : length < wanted) {
      throw new IOException(what + ", where it has " + length + " bytes, and its shape "
          + tensor.dims + " asks for " + wanted);
    }
    files.add(data);
  }

  /**
   * Resolves a file in the model's folder. If model and file are both links, as in download caches,
   * their targets have to be siblings.
   */
  private Path inside(String location, String what) throws IOException {
    try {
      Path named = Path.of(location);
      Path data = file.resolveSibling(named);
      Path folder = file.toAbsolutePath().getParent().normalize();
      if (location.isEmpty()
          || named.isAbsolute()
          || !data.toAbsolutePath().normalize().startsWith(folder)) {
        throw new IOException(
            what + ", which leads out of the model's folder; weights lie beside their model");
      }
      if (!Files.isRegularFile(data)) {
        throw new IOException(what + ", and there is no such file beside the model");
      }
      Path real = data.toRealPath();
      if (!real.startsWith(folder.toRealPath())
          && !real.startsWith(file.toRealPath().getParent())) {
        throw new IOException(what + ", a link that leads out of the model's folder to " + real
            + "; weights lie beside their model");
      }
      return data;
    } catch (InvalidPathException e) {
      throw new IOException(what + ", which is no name of a file", e);
    }
  }

  private static long number(Tensor tensor, String key, long otherwise, String what)
      throws IOException {
    String text = tensor.entries.get(key);
    if (text == null) {
      return otherwise;
    }
    try {
      long number = Long.parseLong(text);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // reported below
    }
    throw new IOException(what + " with an " + key + " of \"" + text
        + "\"; it has to be a whole number of 0 or more");
  }

  private static long wanted(Tensor tensor, String what) throws IOException {
    int bits = tensor.type >= 0 && tensor.type < BITS.length ? BITS[tensor.type] : 0;
    if (bits == 0) {
      throw new IOException(
          what + " as numbers of type " + tensor.type + ", which are not kept in other files");
    }
    try {
      long count = 1;
      for (long dim : tensor.dims) {
        if (dim < 0) {
          throw new ArithmeticException();
        }
        count = Math.multiplyExact(count, dim);
      }
      return Math.addExact(Math.multiplyExact(count, bits), 7) / 8;
    } catch (ArithmeticException e) {
      throw new IOException(what + ", and its shape " + tensor.dims + " is none that can be", e);
    }
  }
}
