/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TType;

/**
 * Key of a further value that an encoder gives to losses and heads: the encoder adds it with
 * {@link Encoding#with}, and consumers read it with {@link Encoding#get}. Keys are equal by name
 * and type, so parts of different bundles can share one without depending on each other. Start the
 * name of your own key with your bundle's name, such as {@code org.example.scores}.
 *
 * @param <T> the type of the tensor
 */
public final class EncodingKey<T extends TType> {
  /**
   * Logits of binary instance classifiers, one for each class of the target: [B, N, C, 2], zero on
   * padding. Given by the encoder {@code clam} and trained by the loss {@code clam-instance} (Lu et
   * al. 2021).
   */
  public static final EncodingKey<TFloat32> INSTANCE_LOGITS = of("instance_logits", TFloat32.class);

  /** Attention by class [B, N, C], zero on padding. Given by the encoder {@code clam}. */
  public static final EncodingKey<TFloat32> CLASS_ATTENTION = of("class_attention", TFloat32.class);

  /** Instance scores by class [B, N, C], before a sigmoid. Given by the encoder {@code dsmil}. */
  public static final EncodingKey<TFloat32> INSTANCE_SCORES = of("instance_scores", TFloat32.class);

  private final String name;
  private final Class<T> type;

  private EncodingKey(String name, Class<T> type) {
    this.name = requireNonNull(name, "name");
    this.type = requireNonNull(type, "type");
  }

  /** A key of a name and type. */
  public static <T extends TType> EncodingKey<T> of(String name, Class<T> type) {
    return new EncodingKey<>(name, type);
  }

  /** The name. */
  public String name() {
    return name;
  }

  /** The type of the tensor. */
  public Class<T> type() {
    return type;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof EncodingKey<?> key && name.equals(key.name) && type == key.type;
  }

  @Override
  public int hashCode() {
    return 31 * name.hashCode() + type.hashCode();
  }

  @Override
  public String toString() {
    return name;
  }
}
