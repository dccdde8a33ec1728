/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.stroma.api.data.DataException;
import org.stroma.onnxruntime.OnnxModels;

/**
 * A text model in an ONNX file. Inputs are token ids [1, T] as {@code input_ids} and, if the model
 * has them, {@code attention_mask} and {@code token_type_ids}; the output is a vector per token [1,
 * T, D] or per text [1, D]. Thread-safe.
 */
final class TextModel implements AutoCloseable {
  private static final String IDS = "input_ids";
  private static final String MASK = "attention_mask";
  private static final String TYPES = "token_type_ids";

  private final Path file;
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final Set<String> inputs;
  private final String output;
  private final boolean first;

  private TextModel(Path file, OrtSession session, String wanted, boolean first)
      throws OrtException, IOException {
    this.file = file;
    this.session = session;
    this.first = first;
    environment = OnnxModels.environment();
    inputs = session.getInputNames();
    boolean longs = session.getInputInfo().values().stream()
        .allMatch(
            i -> i.getInfo() instanceof TensorInfo tensor && tensor.type == OnnxJavaType.INT64);
    if (!inputs.contains(IDS) || !List.of(IDS, MASK, TYPES).containsAll(inputs) || !longs) {
      throw new DataException(file + " takes " + String.join(", ", inputs) + "; a text model takes "
          + IDS + ", and may take " + MASK + " and " + TYPES + ", as 64-bit whole numbers");
    }
    Map<String, NodeInfo> outputs = session.getOutputInfo();
    output = wanted.isEmpty() ? outputs.keySet().iterator().next() : wanted;
    if (!outputs.containsKey(output)) {
      throw new DataException(file + " has no output \"" + output + "\"; its outputs are "
          + String.join(", ", outputs.keySet()));
    }
    if (!(outputs.get(output).getInfo() instanceof TensorInfo tensor
        && (tensor.type == OnnxJavaType.FLOAT || tensor.type == OnnxJavaType.FLOAT16))) {
      throw new DataException(
          file + " gives " + output + " that are no floats of 32 or 16 bits; its outputs are "
              + String.join(", ", outputs.keySet()));
    }
  }

  /**
   * Opens a model.
   *
   * @param output name of the output; empty for the first one
   * @param first whether to use the first token's vector instead of the mean
   * @param device as the setting {@code stroma.device} has it
   */
  static TextModel open(Path file, String output, boolean first, String device) {
    OrtSession session;
    try {
      session = OnnxModels.open(file, 1, device); // texts are processed in parallel instead
    } catch (IOException e) {
      throw new DataException(e.getMessage(), e);
    }
    try {
      return new TextModel(file, session, output, first);
    } catch (DataException e) {
      close(session);
      throw e;
    } catch (OrtException | IOException e) {
      close(session);
      throw new DataException(file + " cannot be used: " + e.getMessage(), e);
    }
  }

  /** Computes the vector of one text. */
  float[] vector(long[] ids, long[] types) {
    long[] ones = new long[ids.length];
    Arrays.fill(ones, 1);
    Map<String, OnnxTensor> tensors = new HashMap<>();
    try {
      for (String input : inputs) {
        long[] values = input.equals(IDS) ? ids : input.equals(MASK) ? ones : types;
        tensors.put(
            input,
            OnnxTensor.createTensor(
                environment, LongBuffer.wrap(values), new long[] {1, ids.length}));
      }
      try (OrtSession.Result result = session.run(tensors, Set.of(output))) {
        OnnxTensor tensor = (OnnxTensor) result.get(0);
        return pooled(tensor.getFloatBuffer(), tensor.getInfo().getShape(), ids.length);
      }
    } catch (OrtException e) {
      throw new DataException(
          file + " cannot compute a text of " + ids.length
              + " tokens (is maxTokens more than the model takes, or the tokenizer another model's?): "
              + OnnxModels.sentence(e),
          e);
    } finally {
      tensors.values().forEach(OnnxTensor::close);
    }
  }

  private float[] pooled(FloatBuffer numbers, long[] shape, int tokens) {
    boolean one = shape.length == 2 && shape[0] == 1;
    boolean each = shape.length == 3 && shape[0] == 1 && shape[1] == tokens;
    if (!one && !each) {
      throw new DataException(file + " gives " + Arrays.toString(shape) + " for a text of " + tokens
          + " tokens; a text model gives a vector a token [1, T, D] or a text [1, D]; its outputs are "
          + String.join(", ", session.getOutputNames()));
    }
    int width = Math.toIntExact(shape[shape.length - 1]);
    if (width == 0) {
      throw new DataException(file + " gives vectors without a number in its output " + output);
    }
    int rows = each && !first ? tokens : 1;
    float[] vector = new float[width];
    for (int i = 0; i < width; i++) {
      double sum = 0;
      for (int row = 0; row < rows; row++) {
        sum += numbers.get(row * width + i);
      }
      vector[i] = (float) (sum / rows);
    }
    return vector;
  }

  @Override
  public void close() {
    close(session);
  }

  private static void close(OrtSession session) {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }
}
