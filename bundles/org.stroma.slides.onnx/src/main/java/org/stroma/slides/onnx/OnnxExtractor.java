/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.onnx;

import java.io.IOException;
import java.nio.file.Path;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;
import org.stroma.api.data.DataException;
import org.stroma.api.slides.ExtractorPart;
import org.stroma.api.slides.FeatureExtractor;
import org.stroma.onnxruntime.OnnxModels;
import org.stroma.slides.pixels.ModelFiles;
import org.stroma.slides.pixels.PatchModel;
import org.stroma.slides.pixels.Preprocessing;

/**
 * A pretrained image model in an ONNX file, such as a ResNet-50, UNI or CONCH that was exported. It
 * takes one input of 32-bit or 16-bit floats, [B, 3, h, w] or [B, h, w, 3], and gives features [B,
 * D], [B, D, 1, 1], or with {@code pool} a map [B, D, h, w]. It computes on the CPU.
 */
@Component(configurationPid = OnnxExtractor.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = OnnxExtractor.Settings.class, factory = true)
@ExtractorPart("onnx")
public final class OnnxExtractor implements FeatureExtractor {
  static final String PID = "org.stroma.slides.onnx";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "ONNX extractor",
      description = "Features of a pretrained image model in an ONNX file; files "
          + "with its weights have to lie in its folder")
  public @interface Settings {
    @AttributeDefinition(description = "the ONNX file")
    String model();

    @AttributeDefinition(
        description =
            "pixels on a side that patches are resized to; 0: what the model takes, or where it takes any, as given",
        min = "0",
        max = "4096")
    int inputSize() default 0;

    @AttributeDefinition(
        description = "how patches are resized, as torchvision does on images",
        options = {
          @Option(label = "bilinear", value = "bilinear"),
          @Option(label = "bicubic", value = "bicubic")
        })
    String interpolation() default "bilinear";

    @AttributeDefinition(
        description =
            "mean of red, green and blue, of 0 to 1, that is taken off (default: ImageNet's)")
    double[] mean() default {0.485, 0.456, 0.406};

    @AttributeDefinition(
        description = "what red, green and blue are then divided by (default: ImageNet's)")
    double[] deviation() default {0.229, 0.224, 0.225};

    @AttributeDefinition(
        description = "where the colours stand in the model's input; auto: as its shape tells",
        options = {
          @Option(label = "auto", value = "auto"),
          @Option(label = "nchw", value = "nchw"),
          @Option(label = "nhwc", value = "nhwc")
        })
    String layout() default "auto";

    @AttributeDefinition(description = "name of the output with the features; if empty, the first")
    String output() default "";

    @AttributeDefinition(description = "whether a map of features is averaged over its places")
    boolean pool() default false;

    @AttributeDefinition(
        description = "patches that go through the model at once",
        min = "1",
        max = "4096")
    int batch() default 32;

    @AttributeDefinition(
        description = "threads that compute one batch; 0 for as many as there are cores",
        min = "0",
        max = "1024")
    int threads() default 0;
  }

  private final Settings settings;
  private final Preprocessing preprocessing;

  @Activate
  public OnnxExtractor(Settings settings) {
    this.settings = settings;
    preprocessing = new Preprocessing(
        settings.inputSize(), settings.interpolation(), settings.mean(), settings.deviation());
  }

  @Override
  public Model open(Path directory) {
    Path file = directory.resolve(settings.model());
    OnnxNetwork network = OnnxNetwork.open(file, settings.output(), settings.threads());
    return new PatchModel(
        network,
        preprocessing,
        identity(file),
        settings.layout(),
        settings.pool(),
        settings.batch());
  }

  private static String identity(Path file) {
    try {
      return ModelFiles.identity(file, OnnxModels.data(file));
    } catch (IOException e) {
      throw new DataException(e.getMessage(), e);
    }
  }
}
