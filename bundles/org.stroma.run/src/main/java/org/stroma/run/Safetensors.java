/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.stroma.api.data.DataException;
import org.stroma.nn.Variable;
import org.stroma.parts.Json;
import org.tensorflow.ndarray.Shape;

/**
 * Weights in the safetensors format: the length of a JSON header (little endian, 8 bytes), the header with name, type,
 * shape and place of every tensor, and the numbers.
 *
 * <p>Tensors are named as the model's variables are, {@code modalities/wsi/projection/kernel} with shape [in, out], or as
 * the field does, {@code modalities.wsi.projection.weight} with shape [out, in] ({@link #standardName}).
 */
public final class Safetensors {
  /** The format's own limit. */
  private static final long LARGEST_HEADER = 100_000_000;

  /** What an array holds. */
  private static final long LARGEST_DATA = Integer.MAX_VALUE - 8;

  private static final String METADATA = "__metadata__";
  private static final String STATE = "state";

  private Safetensors() {}

  /** A tensor of a file. */
  record Stored(long[] shape, float[] values) {}

  /** Writes the variables that values has; the slots of optimizers are among them when they were read. */
  static void write(OutputStream out, Collection<Variable> variables, Map<String, float[]> values)
      throws IOException {
    Map<String, Stored> tensors = new LinkedHashMap<>();
    variables.forEach(
        v -> tensors.put(v.name(), new Stored(v.shape().asArray(), values.get(v.name()))));
    write(out, tensors, Map.of());
  }

  /** Writes where a training stands: tensors, and what else is to be known as text beside them. */
  static void write(OutputStream out, UnfinishedRun.State state) throws IOException {
    Map<String, Stored> tensors = new LinkedHashMap<>();
    state
        .numbers()
        .forEach((name, values) -> tensors.put(
            name,
            new Stored(state.shapes().getOrDefault(name, new long[] {values.length}), values)));
    write(out, tensors, Map.of(STATE, Json.MAPPER.writeValueAsString(state.told())));
  }

  /** What was written as a state. */
  static UnfinishedRun.State state(Path file) throws IOException {
    String told;
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      told = header(file, in).path(METADATA).path(STATE).asText("");
    }
    Map<String, float[]> numbers = new LinkedHashMap<>();
    readAll(file).forEach((name, tensor) -> numbers.put(name, tensor.values()));
    return new UnfinishedRun.State(Json.MAPPER.readTree(told), numbers, Map.of());
  }

  /** Writes the tensors of a checkpoint under the names that PyTorch users expect, matrices transposed to [out, in]. */
  public static void writeStandard(OutputStream out, Path checkpoint) throws IOException {
    Map<String, Stored> tensors = new LinkedHashMap<>();
    readAll(checkpoint).forEach((name, tensor) -> {
      long[] shape = tensor.shape();
      tensors.put(
          standardName(name),
          turned(name, shape)
              ? new Stored(
                  new long[] {shape[1], shape[0]}, transposed(tensor.values(), (int) shape[0]))
              : tensor);
    });
    write(out, tensors, Map.of());
  }

  /** The names and shapes of what {@link #writeStandard} makes of a checkpoint. */
  public static Map<String, long[]> standardShapes(Path checkpoint) throws IOException {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    readAll(checkpoint).forEach((name, tensor) -> {
      long[] shape = tensor.shape();
      shapes.put(standardName(name), turned(name, shape) ? new long[] {shape[1], shape[0]} : shape);
    });
    return shapes;
  }

  private static void write(
      OutputStream out, Map<String, Stored> tensors, Map<String, String> besides)
      throws IOException {
    ObjectNode header = Json.MAPPER.createObjectNode();
    ObjectNode metadata = header.putObject(METADATA).put("format", "pt");
    besides.forEach(metadata::put);
    long at = 0;
    for (Map.Entry<String, Stored> entry : tensors.entrySet()) {
      ObjectNode tensor = header.putObject(entry.getKey());
      tensor.put("dtype", "F32");
      var shape = tensor.putArray("shape");
      for (long size : entry.getValue().shape()) {
        shape.add(size);
      }
      tensor.putArray("data_offsets").add(at).add(at += 4L * entry.getValue().values().length);
    }
    StringBuilder json = new StringBuilder(Json.MAPPER.writeValueAsString(header));
    while (json.length() % 8 != 0) {
      json.append(' ');
    }
    byte[] bytes = json.toString().getBytes(StandardCharsets.UTF_8);
    out.write(ByteBuffer.allocate(8)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(bytes.length)
        .array());
    out.write(bytes);
    for (Stored tensor : tensors.values()) {
      ByteBuffer buffer =
          ByteBuffer.allocate(4 * tensor.values().length).order(ByteOrder.LITTLE_ENDIAN);
      buffer.asFloatBuffer().put(tensor.values());
      out.write(buffer.array());
    }
  }

  /** The numbers of every tensor, by name. */
  static Map<String, float[]> read(Path file) throws IOException {
    Map<String, float[]> values = new LinkedHashMap<>();
    readAll(file).forEach((name, tensor) -> values.put(name, finite(file, name, tensor.values())));
    return values;
  }

  /** Every tensor, by name; 16-bit and 64-bit numbers are turned into 32-bit ones. */
  static Map<String, Stored> readAll(Path file) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      JsonNode header = header(file, in);
      byte[] data = in.readAllBytes();
      long used = 0;
      Map<String, Stored> tensors = new LinkedHashMap<>();
      for (Iterator<Map.Entry<String, JsonNode>> it = header.fields(); it.hasNext(); ) {
        Map.Entry<String, JsonNode> entry = it.next();
        if (!entry.getKey().equals(METADATA)) {
          used += length(entry.getValue());
          if (used > data.length) {
            // many tensors in the same bytes would take much more memory than the file
            throw new DataException(file + " is damaged, or cut off: its tensors have " + used
                + " bytes and more, and " + data.length + " follow its header");
          }
          tensors.put(entry.getKey(), tensor(file, entry.getKey(), entry.getValue(), data));
        }
      }
      return tensors;
    }
  }

  private static JsonNode header(Path file, DataInputStream in) throws IOException {
    long size = Files.size(file);
    long length = size < 8 ? -1 : Long.reverseBytes(in.readLong());
    if (length < 2 || length > Math.min(size - 8, LARGEST_HEADER)) {
      throw new DataException(file + " is no safetensors file, or it is cut off");
    }
    if (size - 8 - length > LARGEST_DATA) {
      throw new DataException(file + " has " + size + " bytes; weights of " + (LARGEST_DATA >> 20)
          + " MiB at most are read");
    }
    byte[] bytes = in.readNBytes((int) length);
    JsonNode header;
    try {
      header = Json.MAPPER.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw new DataException(
          file + " is no safetensors file: its header is no JSON: " + Json.reason(e), e);
    }
    if (!header.isObject() || header.size() == (header.has(METADATA) ? 1 : 0)) {
      throw new DataException(file + " holds no tensors: its header names none");
    }
    return header;
  }

  private static float[] finite(Path file, String name, float[] values) {
    for (float number : values) {
      if (!Float.isFinite(number)) {
        throw new DataException(
            file + ": tensor " + name + " holds " + number + "; weights have to be finite");
      }
    }
    return values;
  }

  /** The bytes of a tensor, 0 where the header does not say; {@link #tensor} refuses that. */
  private static long length(JsonNode entry) {
    JsonNode offsets = entry.path("data_offsets");
    long from = offsets.path(0).asLong(-1);
    long to = offsets.path(1).asLong(-1);
    return from < 0 || to < from ? 0 : Math.min(to - from, LARGEST_DATA);
  }

  /** The numbers that a shape asks for; -1 for what is no shape. */
  private static long count(JsonNode shape) {
    long count = 1;
    for (JsonNode size : shape) {
      if (!size.isIntegralNumber() || !size.canConvertToInt() || size.intValue() < 0) {
        return -1;
      }
      count *= size.intValue();
      if (count > LARGEST_DATA) {
        return -1;
      }
    }
    return count;
  }

  private static Stored tensor(Path file, String name, JsonNode entry, byte[] data) {
    long from = entry.path("data_offsets").path(0).asLong(-1);
    long to = entry.path("data_offsets").path(1).asLong(-1);
    if (from < 0 || to < from || !entry.path("shape").isArray()) {
      throw new DataException(
          file + ": its header does not say where tensor " + name + " lies, or what shape it has");
    }
    if (count(entry.path("shape")) < 0) {
      throw new DataException(file + ": tensor " + name + " has the shape " + entry.path("shape")
          + ", which none can have");
    }
    if (to > data.length) {
      throw new DataException(file + " is cut off: tensor " + name + " is not there whole");
    }
    ByteBuffer bytes =
        ByteBuffer.wrap(data, (int) from, (int) (to - from)).slice().order(ByteOrder.LITTLE_ENDIAN);
    String type = entry.path("dtype").asText();
    int width =
        switch (type) {
          case "F64", "I64" -> 8;
          case "F32" -> 4;
          case "F16", "BF16" -> 2;
          default -> throw new DataException(file + ": tensor " + name + " is of type " + type
              + "; it has to be F32, F64, F16, BF16 or I64");
        };
    if (bytes.remaining() % width != 0) {
      throw new DataException(file + ": tensor " + name + " has " + bytes.remaining()
          + " bytes, which are no whole numbers of " + type);
    }
    float[] values = new float[bytes.remaining() / width];
    for (int i = 0; i < values.length; i++) {
      values[i] = switch (type) {
        case "F64" -> (float) bytes.getDouble();
        case "I64" -> bytes.getLong();
        case "F32" -> bytes.getFloat();
        case "BF16" -> Float.intBitsToFloat(bytes.getShort() << 16);
        default -> half(bytes.getShort());
      };
    }
    long[] shape = new long[entry.path("shape").size()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = entry.path("shape").path(i).asLong();
    }
    if (count(entry.path("shape")) != values.length) {
      throw new DataException(file + ": tensor " + name + " holds " + values.length
          + " numbers, and its shape is " + Shape.of(shape));
    }
    return new Stored(shape, values);
  }

  /** IEEE 754 binary16. */
  private static float half(short bits) {
    int exponent = bits >> 10 & 0x1f;
    int fraction = bits & 0x3ff;
    float magnitude = exponent == 0x1f
        ? (fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN)
        : exponent == 0
            ? fraction * 0x1p-24f
            : (float) Math.scalb(1 + fraction / 1024.0, exponent - 15);
    return bits < 0 ? -magnitude : magnitude;
  }

  /** The name that PyTorch users expect: dots, {@code weight}, {@code bias}, {@code running_mean}, {@code running_var}. */
  static String standardName(String variable) {
    int slash = variable.lastIndexOf('/');
    String last =
        switch (variable.substring(slash + 1)) {
          case "kernel", "gamma", "embeddings" -> "weight";
          case "beta" -> "bias";
          case "moving_mean" -> "running_mean";
          case "moving_variance" -> "running_var";
          default -> variable.substring(slash + 1);
        };
    return (variable.substring(0, slash + 1) + last).replace('/', '.');
  }

  /** Kernels of linear layers are [in, out] here and [out, in] there. */
  private static boolean turned(String variable, long[] shape) {
    return variable.endsWith("/kernel") && shape.length == 2;
  }

  private static float[] transposed(float[] values, int rows) {
    int columns = rows == 0 ? 0 : values.length / rows;
    float[] turned = new float[values.length];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        turned[c * rows + r] = values[r * columns + c];
      }
    }
    return turned;
  }

  /**
   * The values of a file for some variables, by the variables' names, whichever of the two ways the file names them.
   *
   * @throws DataException when one is not there, or has another shape
   */
  public static Map<String, float[]> match(Path file, Collection<Variable> variables)
      throws IOException {
    Map<String, Stored> stored = readAll(file);
    Map<String, float[]> values = new LinkedHashMap<>();
    for (Variable v : variables) {
      long[] shape = v.shape().asArray();
      Stored own = stored.get(v.name());
      Stored standard = stored.get(standardName(v.name()));
      boolean turn = own == null && standard != null && turned(v.name(), shape);
      Stored found = own == null ? standard : own;
      if (found == null) {
        throw new DataException(file + " has no tensor " + standardName(v.name()) + " (or "
            + v.name() + "); it has " + some(List.copyOf(stored.keySet())));
      }
      Shape wanted = turn ? Shape.of(shape[1], shape[0]) : v.shape();
      if (!wanted.equals(Shape.of(found.shape()))) {
        throw new DataException(file + ": tensor "
            + (own == null ? standardName(v.name()) : v.name()) + " has the shape "
            + Shape.of(found.shape()) + "; the experiment's encoder needs " + wanted);
      }
      finite(file, own == null ? standardName(v.name()) : v.name(), found.values());
      values.put(v.name(), turn ? transposed(found.values(), (int) shape[1]) : found.values());
    }
    return values;
  }

  private static String some(List<String> names) {
    return String.join(", ", names.subList(0, Math.min(8, names.size())))
        + (names.size() > 8 ? ", ..." : "");
  }
}
