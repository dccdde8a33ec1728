/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.onnx;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Function;
import org.osgi.framework.BundleContext;
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
import org.stroma.settings.SettingKeys;
import org.stroma.slides.pixels.ModelFiles;
import org.stroma.slides.pixels.ModelFormat;
import org.stroma.slides.pixels.ModelSettings;
import org.stroma.slides.pixels.ModelUse;

/**
 * A pretrained image model in an ONNX file, such as a ResNet-50, UNI or CONCH that was exported. It
 * takes one input of 32-bit or 16-bit floats, [B, 3, h, w] or [B, h, w, 3], and gives features [B,
 * D], [B, D, 1, 1], with {@code pool} a map [B, D, h, w], or with {@code tokens} [B, T, d]. A {@code name} tells all of
 * that for a published model. It computes on the CPU; on a GPU where the runtime was built for CUDA.
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
    @AttributeDefinition(
        description =
            "name of a model that is known (uni, conch, virchow, gigapath, ...: stroma extract --list-extractors), or that a file NAME.json describes; tells what is not set here")
    String name() default "";

    @AttributeDefinition(
        description =
            "the ONNX file; if empty, NAME.onnx or NAME/model.onnx in the folder of models (stroma.models)")
    String model() default "";

    @AttributeDefinition(
        description =
            "pixels on a side that patches are resized to; 0: what the model takes, or where it takes any, as the named model's, or as given",
        min = "0",
        max = "4096")
    int inputSize() default 0;

    @AttributeDefinition(
        description =
            "pixels on a side that patches are resized to before inputSize is cut from their centre; 0: as the named model's, or inputSize",
        min = "0",
        max = "4096")
    int resize() default 0;

    @AttributeDefinition(
        description =
            "how patches are resized, as torchvision does on images; auto: as the named model's, or bilinear",
        options = {
          @Option(label = "auto", value = "auto"),
          @Option(label = "bilinear", value = "bilinear"),
          @Option(label = "bicubic", value = "bicubic")
        })
    String interpolation() default "auto";

    @AttributeDefinition(
        description =
            "mean of red, green and blue, of 0 to 1, that is taken off (default: the named model's, or ImageNet's)")
    double[] mean() default {};

    @AttributeDefinition(
        description =
            "what red, green and blue are then divided by (default: the named model's, or ImageNet's)")
    double[] deviation() default {};

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
        description =
            "what is taken where the output is tokens, [B, T, d]; auto: as the named model's, or none, which refuses them",
        options = {
          @Option(label = "auto", value = "auto"),
          @Option(label = "none", value = "none"),
          @Option(label = "class", value = "class"),
          @Option(label = "mean", value = "mean"),
          @Option(label = "class+mean", value = "class+mean")
        })
    String tokens() default "auto";

    @AttributeDefinition(
        description =
            "tokens between the class token and those of the patch's places; -1: as the named model's, or none",
        min = "-1",
        max = "4096")
    int registers() default -1;

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

    @AttributeDefinition(
        description =
            "auto (a GPU where there is one), cpu, gpu (refuses without one) or gpu:1 (that one); if empty, as stroma.device")
    String device() default "";
  }

  private final Settings settings;
  private final ModelSettings model;
  private final String device;
  private final Path models;

  @Activate
  public OnnxExtractor(Settings settings, BundleContext context) {
    this(settings, context::getProperty);
  }

  OnnxExtractor(Settings settings) {
    this(settings, key -> null);
  }

  /** @param properties of the installation, by name */
  OnnxExtractor(Settings settings, Function<String, String> properties) {
    this.settings = settings;
    model = new ModelSettings(
        settings.name(),
        settings.model(),
        settings.inputSize(),
        settings.resize(),
        settings.interpolation(),
        settings.mean(),
        settings.deviation(),
        settings.layout(),
        settings.tokens(),
        settings.registers(),
        settings.pool(),
        settings.batch());
    device = SettingKeys.DEVICE.of(
        key -> settings.device().isBlank() ? properties.apply(key) : settings.device());
    models = SettingKeys.MODELS.given(properties).orElse(null);
  }

  @Override
  public Model open(Path directory) {
    ModelUse use = ModelUse.find(model, ModelFormat.ONNX, directory, models);
    OnnxNetwork network =
        OnnxNetwork.open(use.file(), settings.output(), settings.threads(), device);
    return use.open(network, identity(use.file()));
  }

  private static String identity(Path file) {
    try {
      return ModelFiles.identity(file, OnnxModels.data(file));
    } catch (IOException e) {
      throw new DataException(e.getMessage(), e);
    }
  }
}
