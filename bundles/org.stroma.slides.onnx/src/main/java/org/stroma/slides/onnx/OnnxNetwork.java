/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.platform.Fp16Conversions;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.stroma.api.data.DataException;
import org.stroma.onnxruntime.OnnxModels;
import org.stroma.slides.pixels.ImageNetwork;

/** An ONNX model with one input and one selected output. */
final class OnnxNetwork implements ImageNetwork {
  private final Path file;
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final String input;
  private final TensorInfo shape;
  private final String output;

  private OnnxNetwork(Path file, OrtSession session, String wanted)
      throws OrtException, IOException {
    this.file = file;
    this.session = session;
    environment = OnnxModels.environment();
    Map<String, NodeInfo> inputs = session.getInputInfo();
    if (inputs.size() != 1) {
      throw new DataException(file + " takes " + String.join(", ", inputs.keySet())
          + "; an image model takes one input, the pixels");
    }
    input = inputs.keySet().iterator().next();
    shape = floats(inputs.get(input), "takes");
    Map<String, NodeInfo> outputs = session.getOutputInfo();
    output = wanted.isEmpty() ? outputs.keySet().iterator().next() : wanted;
    if (!outputs.containsKey(output)) {
      throw new DataException(file + " has no output \"" + output + "\"; its outputs are "
          + String.join(", ", outputs.keySet()));
    }
    floats(outputs.get(output), "gives");
  }

  static OnnxNetwork open(Path file, String output, int threads, String device) {
    OrtSession session;
    try {
      session = OnnxModels.open(file, threads, device);
    } catch (IOException e) {
      throw new DataException(e.getMessage(), e);
    }
    try {
      return new OnnxNetwork(file, session, output);
    } catch (DataException e) {
      close(session);
      throw e;
    } catch (OrtException | IOException e) {
      close(session);
      throw new DataException(file + " cannot be used: " + e.getMessage(), e);
    }
  }

  private TensorInfo floats(NodeInfo node, String does) {
    if (node.getInfo() instanceof TensorInfo tensor
        && (tensor.type == OnnxJavaType.FLOAT || tensor.type == OnnxJavaType.FLOAT16)) {
      return tensor;
    }
    throw new DataException(file + " " + does + " " + node.getName() + " of type "
        + (node.getInfo() instanceof TensorInfo tensor ? tensor.type : "" + node.getInfo())
        + "; an image model takes and gives floats of 32 or 16 bits");
  }

  @Override
  public String name() {
    return file.toString();
  }

  @Override
  public long[] inputShape() {
    return shape.getShape();
  }

  @Override
  public List<String> outputs() {
    return List.copyOf(session.getOutputNames());
  }

  @Override
  public Output run(float[] pixels, long[] size) {
    FloatBuffer buffer = FloatBuffer.wrap(pixels);
    try (OnnxTensor tensor = shape.type == OnnxJavaType.FLOAT
            ? OnnxTensor.createTensor(environment, buffer, size)
            : OnnxTensor.createTensor(
                environment,
                Fp16Conversions.convertFloatBufferToFp16Buffer(buffer),
                size,
                OnnxJavaType.FLOAT16);
        OrtSession.Result result = session.run(Map.of(input, tensor), Set.of(output))) {
      OnnxTensor features = (OnnxTensor) result.get(0);
      FloatBuffer numbers = features.getFloatBuffer(); // widens float16
      float[] values = new float[numbers.remaining()];
      numbers.get(values);
      return new Output(values, features.getInfo().getShape());
    } catch (OrtException e) {
      throw new DataException(
          file + " cannot compute patches of " + size[2] + " pixels: " + OnnxModels.sentence(e), e);
    }
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
