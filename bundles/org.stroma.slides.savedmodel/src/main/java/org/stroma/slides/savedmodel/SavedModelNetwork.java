/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.savedmodel;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.stroma.api.data.DataException;
import org.stroma.nn.graph.TensorFloat32;
import org.stroma.slides.pixels.ImageNetwork;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Signature;
import org.tensorflow.Signature.TensorDescription;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.types.TFloat32;

/** A signature of a SavedModel with one input, and one selected output. */
final class SavedModelNetwork implements ImageNetwork {
  private static final int LONGEST_MESSAGE = 400;
  private static final int MOST_TOLD = 20;

  private final Path folder;
  private final SavedModelBundle bundle;
  private final Signature signature;
  private final TensorDescription input;
  private final TensorDescription output;
  private final TensorFloat32.Hold precision;

  private SavedModelNetwork(
      Path folder,
      SavedModelBundle bundle,
      String key,
      String wanted,
      TensorFloat32.Hold precision) {
    this.folder = folder;
    this.bundle = bundle;
    this.precision = precision;
    Set<String> keys = new TreeSet<>();
    bundle.signatures().forEach(s -> keys.add(s.key()));
    signature = bundle.signatures().stream()
        .filter(s -> s.key().equals(key))
        .findFirst()
        .orElseThrow(() -> new DataException(folder + " has no signature \"" + key
            + "\"; its signatures are " + String.join(", ", keys)));
    if (signature.inputNames().size() != 1) {
      throw new DataException(
          folder + " takes " + String.join(", ", new TreeSet<>(signature.inputNames()))
              + " by its signature " + key + "; an image model takes one input, the pixels");
    }
    input = floats(signature.getInputs().values().iterator().next(), "takes");
    if (wanted.isEmpty() && signature.outputNames().size() != 1) {
      // outputs are unordered, so there is no first one
      throw new DataException(
          folder + " has the outputs " + String.join(", ", outputs()) + "; name one by output");
    }
    String name = wanted.isEmpty() ? outputs().get(0) : wanted;
    if (!signature.outputNames().contains(name)) {
      throw new DataException(folder + " has no output \"" + name + "\"; its outputs are "
          + String.join(", ", outputs()));
    }
    output = floats(signature.getOutputs().get(name), "gives");
  }

  static SavedModelNetwork open(
      Path folder, String signature, String output, String device, boolean trusted) {
    if (!Files.isRegularFile(folder.resolve("saved_model.pb"))) {
      throw new DataException(
          Files.exists(folder)
              ? folder + " is no SavedModel: it has to be a folder with a file saved_model.pb"
              : "there is no folder " + folder);
    }
    check(folder, trusted);
    ConfigProto config = Devices.config(device, true);
    if (!Devices.there(device)) {
      throw new DataException(
          folder + " cannot be computed on a GPU (the device is " + device
              + "), as TensorFlow sees none of that name; set the device to auto or cpu, or install the GPU build");
    }
    TensorFloat32.Hold precision = float32(folder);
    SavedModelBundle bundle;
    try {
      bundle = SavedModelBundle.loader(folder.toString())
          .withTags(SavedModelBundle.DEFAULT_TAG)
          .withConfigProto(config)
          .load();
    } catch (RuntimeException e) { // TensorFlow's own have no common class
      precision.close();
      throw new DataException(folder + " is no SavedModel that can be used: " + sentence(e), e);
    }
    try {
      return new SavedModelNetwork(folder, bundle, signature, output, precision);
    } catch (RuntimeException e) {
      bundle.close();
      precision.close();
      throw e;
    }
  }

  /** Features are the same on a GPU as on the CPU. */
  private static TensorFloat32.Hold float32(Path folder) {
    try {
      return TensorFloat32.hold(false);
    } catch (IllegalStateException e) {
      throw new DataException(folder + " cannot be used now: " + e.getMessage(), e);
    }
  }

  /**
   * Rejects graphs before TensorFlow loads them: those that would end the process, and, unless their
   * source is trusted, unsafe ones.
   */
  private static void check(Path folder, boolean trusted) {
    boolean pieces = Files.exists(folder.resolve("saved_model.cpb"));
    if (pieces && trusted) {
      return;
    }
    if (pieces) {
      throw new DataException(folder
          + " holds its graph in pieces (saved_model.cpb), in which operations are not looked for; save it "
          + "as saved_model.pb alone, or set trusted to true if you know where it comes from");
    }
    Map<String, String> refused = new TreeMap<>();
    try (InputStream in =
        new BufferedInputStream(Files.newInputStream(folder.resolve("saved_model.pb")))) {
      for (MetaGraphDef graph : SavedModel.parseFrom(in).getMetaGraphsList()) {
        Optional<String> flaw = Inputs.flaw(graph, Operations.register());
        if (flaw.isPresent()) {
          throw new DataException(folder
              + " is no SavedModel that can be used: its saved_model.pb is damaged: "
              + flaw.get());
        }
        if (!trusted) {
          refused.putAll(Operations.refused(graph));
        }
      }
    } catch (IOException
        | IllegalStateException e) { // the parser of Protocol Buffers has a fault of its own
      throw new DataException(
          folder + " is no SavedModel that can be used: its saved_model.pb is damaged, or no model",
          e);
    } catch (OutOfMemoryError e) {
      throw new DataException(
          folder
              + " needs more memory than Java has here to be looked through; STROMA_JAVA_OPTS=-Xmx gives it more",
          e);
    }
    if (!refused.isEmpty()) {
      List<String> told = refused.entrySet().stream()
          .limit(MOST_TOLD)
          .map(e -> e.getKey() + " (" + e.getValue() + ")")
          .toList();
      throw new DataException(folder
          + " is refused: its graph has operations that reach beyond the model, to files, processes or Python, "
          + "or that Stroma does not know to be harmless: " + String.join(", ", told)
          + (refused.size() > told.size() ? " and " + (refused.size() - told.size()) + " more" : "")
          + "; set trusted to true if you know where it comes from");
    }
  }

  private static String sentence(RuntimeException e) {
    String message = ("" + e.getMessage()).strip().replaceAll("\\s+", " ");
    return message.length() > LONGEST_MESSAGE
        ? message.substring(0, LONGEST_MESSAGE) + " ..."
        : message;
  }

  private TensorDescription floats(TensorDescription tensor, String does) {
    if (tensor.dataType != DataType.DT_FLOAT) {
      throw new DataException(folder + " " + does + " " + tensor.name + " of type "
          + tensor.dataType + "; an image model takes and gives floats of 32 bits");
    }
    return tensor;
  }

  @Override
  public String name() {
    return folder.toString();
  }

  @Override
  public long[] inputShape() {
    return input.shape.isUnknown() ? null : input.shape.asArray();
  }

  @Override
  public List<String> outputs() {
    return List.copyOf(new TreeSet<>(signature.outputNames()));
  }

  @Override
  public Output run(float[] pixels, long[] shape) {
    try (TFloat32 tensor = TFloat32.tensorOf(Shape.of(shape), DataBuffers.of(pixels, true, false));
        Result result = bundle
            .session()
            .runner()
            .feed(input.name, tensor)
            .fetch(output.name)
            .run()) {
      TFloat32 features = (TFloat32) result.get(0);
      float[] values = new float[Math.toIntExact(features.size())];
      features.asRawTensor().data().asFloats().read(values);
      return new Output(values, features.shape().asArray());
    } catch (RuntimeException e) { // TensorFlow's own have no common class
      throw new DataException(
          folder + " cannot compute patches of " + shape[2] + " pixels: " + sentence(e), e);
    }
  }

  @Override
  public void close() {
    bundle.close();
    precision.close();
  }
}
