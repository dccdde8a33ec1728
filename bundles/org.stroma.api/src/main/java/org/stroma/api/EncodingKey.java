/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import static java.util.Objects.requireNonNull;

import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TType;

/**
 * What an encoder may give beside embedding, tokens and attention, for losses and heads that know of it: the encoder puts
 * it with {@link Encoding#with}, and whoever wants it asks with {@link Encoding#get}. Keys are equal by name and type, so
 * that parts of different bundles share one without knowing each other. A key of your own begins with your bundle's name,
 * such as {@code org.example.scores}.
 *
 * @param <T> the type of its numbers
 */
public final class EncodingKey<T extends TType> {
  /**
   * Logits of two-class classifiers of elements, one classifier a class of the target: [B, N, C, 2], zero on padding. The
   * encoder {@code clam} gives them, and the loss {@code clam-instance} trains them.
   */
  public static final EncodingKey<TFloat32> INSTANCE_LOGITS = of("instance_logits", TFloat32.class);

  /** Attention by class [B, N, C], zero on padding. The encoder {@code clam} gives it. */
  public static final EncodingKey<TFloat32> CLASS_ATTENTION = of("class_attention", TFloat32.class);

  /** Scores of elements by class [B, N, C], before a sigmoid. The encoder {@code dsmil} gives them. */
  public static final EncodingKey<TFloat32> INSTANCE_SCORES = of("instance_scores", TFloat32.class);

  private final String name;
  private final Class<T> type;

  private EncodingKey(String name, Class<T> type) {
    this.name = requireNonNull(name, "name");
    this.type = requireNonNull(type, "type");
  }

  /** The key of that name and type. */
  public static <T extends TType> EncodingKey<T> of(String name, Class<T> type) {
    return new EncodingKey<>(name, type);
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** The type of its numbers. */
  public Class<T> type() {
    return type;
  }

  @Override
  public boolean equals(Object other) {
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
