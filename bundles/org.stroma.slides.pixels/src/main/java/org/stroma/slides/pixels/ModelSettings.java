/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.pixels;

/**
 * What can be set of an extractor with a pretrained model. Of what is not given, the entry of the model's name tells.
 *
 * @param name of the model in the registry; empty for none
 * @param model its file or folder; empty to find it by its name
 * @param inputSize pixels on a side that the model takes; 0 if not given
 * @param resize pixels on a side before the centre is cut; 0 if not given
 * @param interpolation bilinear, bicubic, or auto if not given
 * @param mean of red, green and blue; empty if not given
 * @param deviation of red, green and blue; empty if not given
 * @param layout auto, nchw or nhwc
 * @param tokens none, class, mean, class+mean, or auto if not given
 * @param registers tokens between the class token and those of places; -1 if not given
 * @param pool whether maps are averaged over their places
 * @param batch patches that go through the model at once
 */
public record ModelSettings(
    String name,
    String model,
    int inputSize,
    int resize,
    String interpolation,
    double[] mean,
    double[] deviation,
    String layout,
    String tokens,
    int registers,
    boolean pool,
    int batch) {
  static final String AUTO = "auto";

  private static final String INTERPOLATION = "bilinear";
  private static final double[] MEAN = {0.485, 0.456, 0.406};
  private static final double[] DEVIATION = {0.229, 0.224, 0.225};

  /**
   * Checks what can be checked before the model is looked for.
   *
   * @throws IllegalArgumentException for what cannot be; the message is for the user
   */
  public ModelSettings {
    if (name.isBlank() && model.isBlank()) {
      throw new IllegalArgumentException(
          "model is not given, nor a name; model is a file on this machine, and name one of those that "
              + "stroma extract --list-extractors shows");
    }
    if (!tokens.equals(AUTO)) {
      Tokens.of(tokens);
    }
    if (name.isBlank() || resize > 0 && inputSize > 0) {
      alone(inputSize, resize, interpolation, mean, deviation);
    } else {
      alone(0, 0, interpolation, mean, deviation);
    }
  }

  /** The preprocessing without an entry. */
  private static Preprocessing alone(
      int inputSize, int resize, String interpolation, double[] mean, double[] deviation) {
    return new Preprocessing(
        inputSize,
        resize,
        interpolation.equals(AUTO) ? INTERPOLATION : interpolation,
        mean.length == 0 ? MEAN : mean,
        deviation.length == 0 ? DEVIATION : deviation);
  }

  Preprocessing preprocessing() {
    return alone(inputSize, resize, interpolation, mean, deviation);
  }

  FeatureRule rule() {
    Tokens taken = tokens.equals(AUTO) ? Tokens.NONE : Tokens.of(tokens);
    return new FeatureRule(pool, taken, Math.max(0, registers), 0);
  }
}
