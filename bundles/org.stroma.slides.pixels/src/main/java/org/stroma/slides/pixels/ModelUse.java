/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.pixels;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.stroma.api.data.DataException;

/** A model that has been found, and how it is used: as its entry tells, but for what the user has set. */
public final class ModelUse {
  private final ModelSettings settings;
  private final @Nullable ModelEntry entry;
  private final Path file;
  private final Preprocessing preprocessing;
  private final FeatureRule rule;
  private final List<String> notes = new ArrayList<>();

  private ModelUse(ModelSettings settings, @Nullable ModelEntry entry, Path file) {
    this.settings = settings;
    this.entry = entry;
    this.file = file;
    if (entry == null) {
      preprocessing = settings.preprocessing();
      rule = settings.rule();
      return;
    }
    if (!entry.origin().isEmpty()) {
      notes.add("the model " + entry.name() + " is used as " + entry.origin() + " tells");
    }
    int inputSize = chosen("inputSize", entry, settings.inputSize(), 0, entry.inputSize());
    // what is cut belongs to the size that it is cut to
    int own = inputSize == entry.inputSize() ? entry.resize() : 0;
    int resize = chosen("resize", entry, settings.resize(), 0, own);
    String interpolation = chosen(
        "interpolation",
        entry,
        settings.interpolation(),
        ModelSettings.AUTO,
        entry.interpolation());
    String tokens = chosen("tokens", entry, settings.tokens(), ModelSettings.AUTO, entry.tokens());
    int registers = chosen("registers", entry, settings.registers(), -1, entry.registers());
    try {
      preprocessing = new Preprocessing(
          inputSize,
          resize,
          interpolation,
          chosen("mean", entry, settings.mean(), entry.means()),
          chosen("deviation", entry, settings.deviation(), entry.deviations()));
    } catch (IllegalArgumentException e) {
      throw new DataException(entry.name() + ": " + e.getMessage(), e);
    }
    rule = new FeatureRule(
        settings.pool() || entry.pool(), Tokens.of(tokens), registers, entry.tokenSize());
  }

  private <T> T chosen(String setting, ModelEntry entry, T given, T absent, T own) {
    if (given.equals(absent)) {
      return own;
    }
    if (!given.equals(own)) {
      wins(setting, entry, given, own);
    }
    return given;
  }

  private double[] chosen(String setting, ModelEntry entry, double[] given, double[] own) {
    if (given.length == 0) {
      return own;
    }
    if (!Arrays.equals(given, own)) {
      wins(setting, entry, Arrays.toString(given), Arrays.toString(own));
    }
    return given;
  }

  private void wins(String setting, ModelEntry entry, Object given, Object own) {
    notes.add(setting + " is " + given + ", as it was set; " + entry.name() + " is published with "
        + own);
  }

  /**
   * Finds a model.
   *
   * @param directory base of relative paths
   * @param folder the folder of models; null if none is set
   * @throws DataException if there is no such name, or no such model here
   */
  public static ModelUse find(
      ModelSettings settings, ModelFormat format, Path directory, @Nullable Path folder) {
    Path named = settings.model().isBlank() ? null : directory.resolve(settings.model());
    if (settings.name().isBlank()) {
      return new ModelUse(settings, null, Objects.requireNonNull(named));
    }
    ModelRegistry registry = new ModelRegistry(folder == null ? null : directory.resolve(folder));
    ModelEntry entry = registry.entry(settings.name().strip(), named);
    return new ModelUse(settings, entry, named == null ? registry.file(entry, format) : named);
  }

  /** The file or folder of the model. */
  public Path file() {
    return file;
  }

  /**
   * Takes ownership of the network and tries it; closes it on failure.
   *
   * @param identity of the model's files
   * @throws DataException if the network is not what its entry says, or gives no row of features a patch
   */
  public PatchModel open(ImageNetwork network, String identity) {
    ModelEntry known = entry;
    if (known == null) {
      return new PatchModel(
          network,
          preprocessing,
          identity,
          settings.layout(),
          rule,
          settings.batch(),
          (size, magnification) -> List.of());
    }
    checkSize(network, known);
    PatchModel model = new PatchModel(
        network,
        preprocessing,
        identity + words(known),
        settings.layout(),
        rule,
        settings.batch(),
        this::notes);
    int wanted = width(known);
    if (wanted > 0 && model.width() != wanted) {
      String outputs = network.outputs().size() > 1
          ? "; its outputs are " + String.join(", ", network.outputs())
          : "";
      model.close();
      throw new DataException(network.name() + " gives " + model.width() + " features a patch, and "
          + known.name() + " has " + wanted
          + (rule.tokens() == Tokens.NONE ? "" : " (tokens: " + rule.tokens().label() + ")")
          + "; it is another model, or was exported with another output" + outputs);
    }
    return model;
  }

  /** Features that the entry has where so much is taken of tokens; 0 if it does not tell. */
  private int width(ModelEntry known) {
    int own = Tokens.of(known.tokens()).features(1);
    int taken = rule.tokens().features(1);
    if (own == taken) {
      return known.width();
    }
    return own == 0 ? 0 : known.width() / own * taken;
  }

  /** A size that is fixed in the model, and another than the entry's. */
  private void checkSize(ImageNetwork network, ModelEntry known) {
    long[] shape = network.inputShape();
    if (settings.inputSize() > 0 || shape == null || shape.length != 4) {
      return;
    }
    long side = shape[1] == 3 ? shape[2] : shape[1];
    if (side > 0 && side != known.inputSize()) {
      network.close();
      throw new DataException(network.name() + " takes " + side + " pixels on a side, and "
          + known.name() + " takes " + known.inputSize()
          + "; it is another model, or was exported for another size (inputSize=" + side
          + " uses it so)");
    }
  }

  /** For provenance: who compares two extractions sees by it whether they did the same to patches. */
  private String words(ModelEntry known) {
    return " as " + known.name() + ": " + preprocessing.words() + ", tokens "
        + rule.tokens().label()
        + (rule.registers() > 0 ? " after " + rule.registers() + " registers" : "")
        + (rule.pool() ? ", maps averaged" : "");
  }

  private List<String> notes(int patchSize, double magnification) {
    List<String> all = new ArrayList<>(notes);
    ModelEntry known = Objects.requireNonNull(entry);
    boolean size = known.patchSize() > 0 && known.patchSize() != patchSize;
    boolean times =
        known.magnification() > 0 && Math.abs(known.magnification() / magnification - 1) > 0.01;
    if (size || times) {
      all.add(known.name() + " is used on patches of "
          + (known.patchSize() > 0 ? known.patchSize() + " pixels" : "any size")
          + (known.magnification() > 0 ? " at " + ModelEntry.times(known.magnification()) : "")
          + ", and these are of " + patchSize + " pixels at " + ModelEntry.times(magnification));
    }
    return all;
  }
}
