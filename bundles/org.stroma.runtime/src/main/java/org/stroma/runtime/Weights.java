/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.runtime;

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
import java.util.Map;
import org.stroma.api.data.DataException;
import org.stroma.nn.Variable;

/**
 * Weights in the safetensors format: the length of a JSON header (little endian, 8 bytes), the header with name, type,
 * shape and place of every tensor, and the numbers.
 */
final class Weights {
  private Weights() {}

  /** Writes the variables that values has; the slots of optimizers are among them when they were read. */
  static void write(OutputStream out, Collection<Variable> variables, Map<String, float[]> values) throws IOException {
    ObjectNode header = ExperimentFile.MAPPER.createObjectNode();
    long at = 0;
    for (Variable v : variables) {
      ObjectNode tensor = header.putObject(v.name());
      tensor.put("dtype", "F32");
      var shape = tensor.putArray("shape");
      for (long size : v.shape().asArray()) {
        shape.add(size);
      }
      tensor.putArray("data_offsets").add(at).add(at += 4 * v.shape().size());
    }
    StringBuilder json = new StringBuilder(ExperimentFile.MAPPER.writeValueAsString(header));
    while (json.length() % 8 != 0) {
      json.append(' ');
    }
    byte[] bytes = json.toString().getBytes(StandardCharsets.UTF_8);
    out.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(bytes.length).array());
    out.write(bytes);
    for (Variable v : variables) {
      float[] value = values.get(v.name());
      ByteBuffer buffer = ByteBuffer.allocate(4 * value.length).order(ByteOrder.LITTLE_ENDIAN);
      buffer.asFloatBuffer().put(value);
      out.write(buffer.array());
    }
  }

  static Map<String, float[]> read(Path file) throws IOException {
    try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      long length = Long.reverseBytes(in.readLong());
      if (length < 2 || length > Files.size(file) - 8) {
        throw new DataException(file + " is no safetensors file, or it is cut off");
      }
      JsonNode header = ExperimentFile.MAPPER.readTree(in.readNBytes((int) length));
      byte[] data = in.readAllBytes();
      Map<String, float[]> values = new LinkedHashMap<>();
      for (Iterator<Map.Entry<String, JsonNode>> it = header.fields(); it.hasNext(); ) {
        Map.Entry<String, JsonNode> tensor = it.next();
        if (tensor.getKey().equals("__metadata__")) {
          continue;
        }
        int from = tensor.getValue().path("data_offsets").path(0).intValue();
        int to = tensor.getValue().path("data_offsets").path(1).intValue();
        if (from < 0 || to < from || to > data.length) {
          throw new DataException(file + " is cut off: tensor " + tensor.getKey() + " is not there whole");
        }
        float[] value = new float[(to - from) / 4];
        ByteBuffer.wrap(data, from, to - from).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(value);
        values.put(tensor.getKey(), value);
      }
      return values;
    }
  }
}
