/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TType;

/**
 * The result of an encoder: one vector per row, and optionally tokens, attention and further
 * values. Immutable, built step by step:
 *
 * <pre>{@code
 * return Encoding.of(embedding).withTokens(patches, input.mask()).withAttention(weights);
 * }</pre>
 */
public final class Encoding {
  /** Name of the attention that is given without a name. */
  public static final String ATTENTION = "attention";

  private final Operand<TFloat32> embedding;
  private final @Nullable Tokens tokens;
  private final SortedMap<String, Operand<TFloat32>> attention;
  private final Map<EncodingKey<?>, Operand<?>> values;

  private Encoding(
      Operand<TFloat32> embedding,
      @Nullable Tokens tokens,
      SortedMap<String, Operand<TFloat32>> attention,
      Map<EncodingKey<?>, Operand<?>> values) {
    this.embedding = embedding;
    this.tokens = tokens;
    this.attention = attention;
    this.values = values;
  }

  /** A representation of each element of a sequence: of each patch, of each word. */
  public static final class Tokens {
    private final Operand<TFloat32> values;
    private final Operand<TFloat32> mask;

    private Tokens(Operand<TFloat32> values, Operand<TFloat32> mask) {
      this.values = requireNonNull(values, "tokens");
      this.mask = requireNonNull(mask, "the mask of the tokens");
    }

    /** [B, N, d]. */
    public Operand<TFloat32> values() {
      return values;
    }

    /** [B, N], 1 on elements, 0 on padding. */
    public Operand<TFloat32> mask() {
      return mask;
    }
  }

  /**
   * An encoding with only an embedding.
   *
   * @param embedding [B, d]
   */
  public static Encoding of(Operand<TFloat32> embedding) {
    return new Encoding(
        requireNonNull(embedding, "embedding"), null, Collections.emptySortedMap(), Map.of());
  }

  /**
   * A copy with tokens; replaces earlier ones.
   *
   * @param tokens [B, N, d]
   * @param mask [B, N], 1 on elements, 0 on padding
   */
  public Encoding withTokens(Operand<TFloat32> tokens, Operand<TFloat32> mask) {
    return new Encoding(embedding, new Tokens(tokens, mask), attention, values);
  }

  /**
   * A copy with the attention by which the embedding was pooled, under the name {@link #ATTENTION}.
   *
   * @param weights [B, N], zero on padding
   */
  public Encoding withAttention(Operand<TFloat32> weights) {
    return withAttention(ATTENTION, weights);
  }

  /**
   * A copy with one of several attentions, such as that of a head or a branch; replaces one of the
   * same name. Each is written to a folder of its own.
   *
   * @param weights over the elements [B, N], zero on padding
   */
  public Encoding withAttention(String name, Operand<TFloat32> weights) {
    return new Encoding(embedding, tokens, Maps.with(attention, name, weights), values);
  }

  /**
   * A copy with a further value for losses or heads; replaces one of the same key. The shape is
   * that documented at the key.
   *
   * @throws IllegalArgumentException if the value is not of the key's type
   */
  public <T extends TType> Encoding with(EncodingKey<T> key, Operand<T> value) {
    if (value.type() != key.type()) {
      throw new IllegalArgumentException(key + " is of " + key.type().getSimpleName()
          + ", and not of " + value.type().getSimpleName());
    }
    Map<EncodingKey<?>, Operand<?>> more = new LinkedHashMap<>(values);
    more.put(key, value);
    return new Encoding(embedding, tokens, attention, Collections.unmodifiableMap(more));
  }

  /** [B, d]. */
  public Operand<TFloat32> embedding() {
    return embedding;
  }

  /** The tokens; empty if the encoder gives none. */
  public Optional<Tokens> tokens() {
    return Optional.ofNullable(tokens);
  }

  /** Weights over the elements [B, N], zero on padding, by name; unmodifiable. */
  public SortedMap<String, Operand<TFloat32>> attention() {
    return attention;
  }

  /** The value of a key; empty if the encoder gives none. */
  @SuppressWarnings("unchecked") // with() has checked the type
  public <T extends TType> Optional<Operand<T>> get(EncodingKey<T> key) {
    return Optional.ofNullable((Operand<T>) values.get(key));
  }

  /** All further values, in the order in which they were added; unmodifiable. */
  public Map<EncodingKey<?>, Operand<?>> values() {
    return values;
  }
}
