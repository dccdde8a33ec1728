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
 * One setting of an installation. Blanks around a value do not count, and a blank value is none.
 *
 * @param <T> what a value is read as
 */
public final class SettingKey<T> {
  /** Where a framework property tells the origin of a value. */
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

  /** A whole number within bounds, which are part of it. */
  static SettingKey<Integer> whole(
      String name, @Nullable String preset, int least, int most, String wanted, String meaning) {
    return new SettingKey<>(name, preset, wanted, meaning, text -> {
      // digits alone: Integer.parseInt takes signs and the digits of any script
      Integer value = text.matches("[0-9]{1,9}") ? Integer.valueOf(text) : null;
      return value == null || value < least || value > most ? null : value;
    });
  }

  /** true or false, in any case. */
  static SettingKey<Boolean> truth(String name, boolean preset, String meaning) {
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

  /** What a reader makes of the text; null for what it refuses. */
  static <T> SettingKey<T> of(
      String name,
      @Nullable String preset,
      String wanted,
      String meaning,
      Function<String, @Nullable T> reader) {
    return new SettingKey<>(name, preset, wanted, meaning, reader);
  }

  /** Its name, such as {@code stroma.jobs}. */
  public String name() {
    return name;
  }

  /** The value where none is set, as it would be written; null where that depends on who reads it. */
  public @Nullable String preset() {
    return preset;
  }

  /** Type and bounds in words, such as "a whole number from 1 to 999". */
  public String wanted() {
    return wanted;
  }

  /** What it is for. */
  public String meaning() {
    return meaning;
  }

  /** What is wrong with a value, as a sentence that its place precedes; empty for nothing. */
  public Optional<String> refusal(String text) {
    String bare = text.strip();
    return bare.isEmpty() || reader.apply(bare) != null
        ? Optional.empty()
        : Optional.of(name + " is \"" + text + "\"; it has to be " + wanted);
  }

  /**
   * The value that is set.
   *
   * @param properties by name, such as {@code BundleContext::getProperty}
   * @throws IllegalArgumentException for one that it cannot have; behind the launcher, which has refused it, that does not happen
   */
  public Optional<T> given(Function<String, @Nullable String> properties) {
    String text = Objects.requireNonNullElse(properties.apply(name), "");
    refusal(text).ifPresent(sentence -> {
      throw new IllegalArgumentException(sentence);
    });
    return text.isBlank() ? Optional.empty() : Optional.of(reader.apply(text.strip()));
  }

  /** The value that is set, or else the default. */
  public T of(Function<String, @Nullable String> properties) {
    return given(properties).orElseGet(() -> reader.apply(preset));
  }

  /** The name of the framework property by which the launcher tells where the value comes from. */
  public String originProperty() {
    return name + ORIGIN;
  }

  /** The setting as a line: name, value, and where that comes from. */
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
