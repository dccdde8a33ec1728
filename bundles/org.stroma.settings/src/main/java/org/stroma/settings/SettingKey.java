/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.settings;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A setting of an installation. White space around values is ignored, and a blank value counts as
 * not set.
 *
 * @param <T> type of the value
 */
public final class SettingKey<T> {
  /** Suffix of the framework property with the origin of a value. */
  private static final String ORIGIN = ".origin";

  private final String name;
  private final @Nullable String preset;
  private final String wanted;
  private final String meaning;
  private final Function<String, @Nullable T> reader;

  private SettingKey(
      String name,
      @Nullable String preset,
      String wanted,
      String meaning,
      Function<String, @Nullable T> reader) {
    this.name = name;
    this.preset = preset;
    this.wanted = wanted;
    this.meaning = meaning;
    this.reader = reader;
  }

  /** An integer within inclusive bounds. */
  static SettingKey<Integer> whole(
      String name, @Nullable String preset, int least, int most, String wanted, String meaning) {
    return new SettingKey<>(name, preset, wanted, meaning, text -> {
      // only ASCII digits: Integer.parseInt also accepts signs and digits of other scripts
      Integer value = text.matches("[0-9]{1,9}") ? Integer.valueOf(text) : null;
      return value == null || value < least || value > most ? null : value;
    });
  }

  /** A boolean, ignoring case. */
  static SettingKey<Boolean> bool(String name, boolean preset, String meaning) {
    return new SettingKey<>(
        name,
        String.valueOf(preset),
        "true or false",
        meaning,
        text -> text.equalsIgnoreCase("true")
            ? Boolean.TRUE
            : text.equalsIgnoreCase("false") ? Boolean.FALSE : null);
  }

  /** One of some words. */
  static SettingKey<String> choice(String name, List<String> words, String meaning) {
    String last = words.get(words.size() - 1);
    return new SettingKey<>(
        name,
        words.get(0),
        String.join(", ", words.subList(0, words.size() - 1)) + " or " + last,
        meaning,
        text -> words.contains(text) ? text : null);
  }

  /** A setting with a parser; it returns null for invalid text. */
  static <T> SettingKey<T> of(
      String name,
      @Nullable String preset,
      String wanted,
      String meaning,
      Function<String, @Nullable T> reader) {
    return new SettingKey<>(name, preset, wanted, meaning, reader);
  }

  /** The name, such as {@code stroma.jobs}. */
  public String name() {
    return name;
  }

  /** The default in textual form; null if it depends on the reader. */
  public @Nullable String preset() {
    return preset;
  }

  /** Type and bounds as text, such as "a whole number from 1 to 999". */
  public String wanted() {
    return wanted;
  }

  /** The purpose of the setting. */
  public String meaning() {
    return meaning;
  }

  /**
   * Why a value is invalid, as the end of a sentence that begins with its origin; empty if it is
   * valid.
   */
  public Optional<String> refusal(String text) {
    String bare = text.strip();
    return bare.isEmpty() || reader.apply(bare) != null
        ? Optional.empty()
        : Optional.of(name + " is \"" + text + "\"; it has to be " + wanted);
  }

  /**
   * The value, if set.
   *
   * @param properties by name, such as {@code BundleContext::getProperty}
   * @throws IllegalArgumentException if the value is invalid; cannot happen under the launcher,
   *     which refuses it
   */
  public Optional<T> given(Function<String, @Nullable String> properties) {
    String text = Objects.requireNonNullElse(properties.apply(name), "");
    refusal(text).ifPresent(sentence -> {
      throw new IllegalArgumentException(sentence);
    });
    return text.isBlank() ? Optional.empty() : Optional.of(reader.apply(text.strip()));
  }

  /** The value, or the default if not set. */
  public T of(Function<String, @Nullable String> properties) {
    return given(properties).orElseGet(() -> reader.apply(preset));
  }

  /** Name of the framework property in which the launcher stores the origin of the value. */
  public String originProperty() {
    return name + ORIGIN;
  }

  /** One line with name, value and origin. */
  public String line(Function<String, @Nullable String> properties) {
    String text = Objects.requireNonNullElse(properties.apply(name), "").strip();
    if (text.isEmpty()) {
      return name
          + (preset == null || preset.isEmpty() ? " is not set" : " = " + preset + " (default)");
    }
    String origin = properties.apply(originProperty());
    return name + " = " + text + (origin == null ? "" : " (" + origin + ")");
  }

  @Override
  public String toString() {
    return name;
  }
}
