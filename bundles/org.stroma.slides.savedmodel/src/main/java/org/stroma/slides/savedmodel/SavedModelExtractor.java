/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.savedmodel;

import java.nio.file.Path;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;
import org.stroma.api.slides.ExtractorPart;
import org.stroma.api.slides.FeatureExtractor;
import org.stroma.settings.SettingKeys;
import org.stroma.slides.pixels.ModelFiles;
import org.stroma.slides.pixels.PatchModel;
import org.stroma.slides.pixels.Preprocessing;

/**
 * A pretrained image model in a SavedModel folder, as Keras and TensorFlow Hub give them. The
 * signature takes one input of 32-bit floats, [B, h, w, 3] or [B, 3, h, w], and gives features [B,
 * D], [B, 1, 1, D], or with {@code pool} a map [B, h, w, D]. It computes on the device that
 * {@code stroma.device} names.
 */
@Component(
    configurationPid = SavedModelExtractor.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = SavedModelExtractor.Settings.class, factory = true)
@ExtractorPart("savedmodel")
public final class SavedModelExtractor implements FeatureExtractor {
  static final String PID = "org.stroma.slides.savedmodel";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "SavedModel extractor",
      description =
          "Features of a pretrained image model in a TensorFlow SavedModel folder. A graph "
              + "with operations that touch files, processes or Python is refused unless it is trusted")
  public @interface Settings {
    @AttributeDefinition(description = "the folder with saved_model.pb")
    String model();

    @AttributeDefinition(description = "the signature that is called")
    String signature() default "serving_default";

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

    @AttributeDefinition(
        description = "name of the signature's output with the features; if empty, its only one")
    String output() default "";

    @AttributeDefinition(description = "whether a map of features is averaged over its places")
    boolean pool() default false;

    @AttributeDefinition(
        description = "patches that go through the model at once",
        min = "1",
        max = "4096")
    int batch() default 32;

    @AttributeDefinition(
        description =
            "whether its graph may read and write files, run programs or Python (ReadFile, WriteFile, SaveV2, PyFunc and "
                + "others that an image model has no use for): for models of a source that you trust")
    boolean trusted() default false;
  }

  private final Settings settings;
  private final String device;
  private final Preprocessing preprocessing;

  @Activate
  public SavedModelExtractor(Settings settings, BundleContext context) {
    this(settings, SettingKeys.DEVICE.of(context::getProperty));
  }

  /** @param device value of {@code stroma.device}; null for auto */
  SavedModelExtractor(Settings settings, String device) {
    this.settings = settings;
    this.device = device == null ? "auto" : device;
    preprocessing = new Preprocessing(
        settings.inputSize(), settings.interpolation(), settings.mean(), settings.deviation());
  }

  @Override
  public Model open(Path directory) {
    Path folder = directory.resolve(settings.model());
    return new PatchModel(
        SavedModelNetwork.open(
            folder, settings.signature(), settings.output(), device, settings.trusted()),
        preprocessing,
        ModelFiles.identity(folder),
        settings.layout(),
        settings.pool(),
        settings.batch());
  }
}
