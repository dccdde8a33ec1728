/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.pixels;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.stroma.api.data.DataException;

/**
 * How a published model, or one of a laboratory's own, is used: what its authors' code does to patches, and what it takes
 * of the output.
 *
 * @param name by which it is asked for, in small letters
 * @param aliases other names
 * @param width features a patch
 * @param inputSize pixels on a side that it takes
 * @param resize pixels on a side that patches are resized to, before the centre is cut; as inputSize if nothing is cut
 * @param interpolation bilinear or bicubic
 * @param mean of red, green and blue, of 0 to 1
 * @param deviation of red, green and blue, above 0
 * @param tokens what is taken where it gives tokens: none, class, mean or class+mean
 * @param registers tokens between the class token and those of places
 * @param tokenSize pixels on a side that a token stands for; 0 if that is not told
 * @param pool whether a map is averaged over its places
 * @param magnification of the patches that it is used on; 0 if that is not told
 * @param patchSize pixels on a side of those patches, at that magnification; 0 if that is not told
 * @param where its weights can be asked for; empty if that is not told
 * @param source code that the entry was taken from; empty if that is not told
 * @param origin the file of the entry; empty for one of Stroma's own
 */
public record ModelEntry(
    String name,
    List<String> aliases,
    String title,
    int width,
    int inputSize,
    int resize,
    String interpolation,
    List<Double> mean,
    List<Double> deviation,
    String tokens,
    int registers,
    int tokenSize,
    boolean pool,
    double magnification,
    int patchSize,
    String where,
    String source,
    String origin) {
  private static final int LARGEST = 4096;
  private static final Set<String> KEYS = new TreeSet<>(Set.of(
      "name",
      "aliases",
      "title",
      "width",
      "inputSize",
      "resize",
      "interpolation",
      "mean",
      "deviation",
      "tokens",
      "registers",
      "tokenSize",
      "pool",
      "magnification",
      "patchSize",
      "where",
      "source"));

  /** All its names. */
  List<String> names() {
    List<String> names = new ArrayList<>(List.of(name));
    names.addAll(aliases);
    return names;
  }

  double[] means() {
    return mean.stream().mapToDouble(x -> x).toArray();
  }

  double[] deviations() {
    return deviation.stream().mapToDouble(x -> x).toArray();
  }

  /**
   * Reads an entry.
   *
   * @param file for messages
   * @param origin what {@link #origin} is
   * @throws DataException if it is none
   */
  static ModelEntry of(JsonNode json, String file, String origin) {
    Place place = new Place(json, file);
    if (!json.isObject() || !json.has("name")) {
      throw place.refuse("is no entry of a model: it does not tell name");
    }
    json.fieldNames().forEachRemaining(key -> {
      if (!KEYS.contains(key)) {
        throw place.refuse("has the key " + key + ", which there is not; the keys are " + KEYS);
      }
    });
    String name = place.text("name", null);
    if (!name.matches("[a-z0-9][a-z0-9._-]*")) {
      throw place.refuse(
          "names its model \"" + name + "\"; a name is of small letters, digits, dots, - and _");
    }
    int inputSize = place.whole("inputSize", -1, 1, LARGEST);
    ModelEntry entry = new ModelEntry(
        name,
        place.texts("aliases"),
        place.text("title", name),
        place.whole("width", -1, 1, 1 << 20),
        inputSize,
        place.whole("resize", inputSize, 1, LARGEST),
        place.text("interpolation", "bilinear"),
        place.three("mean"),
        place.three("deviation"),
        place.text("tokens", Tokens.NONE.label()),
        place.whole("registers", 0, 0, LARGEST),
        place.whole("tokenSize", 0, 0, LARGEST),
        place.flag("pool"),
        place.number("magnification"),
        place.whole("patchSize", 0, 0, LARGEST),
        place.text("where", ""),
        place.text("source", ""),
        origin);
    try {
      entry.preprocessing();
      Tokens.of(entry.tokens);
    } catch (IllegalArgumentException e) {
      throw new DataException(file + ": " + e.getMessage(), e);
    }
    return entry;
  }

  private Preprocessing preprocessing() {
    return new Preprocessing(inputSize, resize, interpolation, means(), deviations());
  }

  /** The input in words: size, interpolation and normalisation. */
  public String input() {
    return preprocessing().words();
  }

  /** The patches that it is used on, such as "256 pixels at 20x"; empty if the entry does not tell. */
  public String patches() {
    return patchSize == 0 || magnification == 0
        ? ""
        : patchSize + " pixels at " + times(magnification);
  }

  static String times(double magnification) {
    return (magnification == Math.rint(magnification)
            ? "" + (long) magnification
            : String.format(java.util.Locale.ROOT, "%.3g", magnification))
        + "x";
  }

  /** The keys of an entry. */
  private record Place(JsonNode json, String file) {
    DataException refuse(String why) {
      return new DataException(file + " " + why);
    }

    private DataException refuse(String key, String wanted) {
      return json.has(key)
          ? refuse("has " + json.get(key) + " for " + key + "; it has to be " + wanted)
          : refuse("does not tell " + key + ", " + wanted);
    }

    String text(String key, String preset) {
      if (!json.has(key) && preset != null) {
        return preset;
      }
      if (!json.path(key).isTextual()) {
        throw refuse(key, "a text");
      }
      return json.get(key).asText();
    }

    List<String> texts(String key) {
      List<String> texts = new ArrayList<>();
      for (JsonNode each : json.path(key)) {
        if (!each.isTextual() || !each.asText().matches("[a-z0-9][a-z0-9._-]*")) {
          throw refuse(key, "a list of names, of small letters, digits, dots, - and _");
        }
        texts.add(each.asText());
      }
      if (json.has(key) && !json.get(key).isArray()) {
        throw refuse(key, "a list of names");
      }
      return List.copyOf(texts);
    }

    int whole(String key, int preset, int least, int most) {
      if (!json.has(key) && preset >= 0) {
        return preset;
      }
      JsonNode number = json.path(key);
      if (!number.canConvertToInt()
          || !number.isIntegralNumber()
          || number.intValue() < least
          || number.intValue() > most) {
        throw refuse(key, "a whole number from " + least + " to " + most);
      }
      return number.intValue();
    }

    double number(String key) {
      JsonNode number = json.path(key);
      if (!json.has(key)) {
        return 0;
      }
      if (!number.isNumber() || !(number.doubleValue() > 0 && number.doubleValue() <= 1000)) {
        throw refuse(key, "a number above 0, and 1000 at most");
      }
      return number.doubleValue();
    }

    boolean flag(String key) {
      if (json.has(key) && !json.get(key).isBoolean()) {
        throw refuse(key, "true or false");
      }
      return json.path(key).asBoolean();
    }

    List<Double> three(String key) {
      List<Double> three = new ArrayList<>();
      for (JsonNode each : json.path(key)) {
        if (each.isNumber()) {
          three.add(each.doubleValue());
        }
      }
      if (!json.path(key).isArray() || three.size() != 3 || json.get(key).size() != 3) {
        throw refuse(key, "three numbers: of red, green and blue");
      }
      return List.copyOf(three);
    }
  }
}
