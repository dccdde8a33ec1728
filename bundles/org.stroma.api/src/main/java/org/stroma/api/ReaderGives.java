/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.service.component.annotations.ComponentPropertyType;

/**
 * Says what a {@link org.stroma.api.data.Reader} gives, so that an experiment that names no encoder
 * gets one that takes it. Without it the experiment has to name one.
 */
@ComponentPropertyType
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface ReaderGives {
  /** Prefix of the service property, {@code stroma.reader.gives}. */
  String PREFIX_ = "stroma.";

  /** What it gives. */
  Kind value();

  /** The kinds of {@link org.stroma.api.data.ModalityData}. */
  enum Kind {
    /** One vector a patient. */
    VECTORS,
    /** A bag of vectors, such as the patches of a slide. */
    BAGS,
    /** Texts, for a tokenizer. */
    TEXTS,
    /** Token ids. */
    TOKENS
  }
}
