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

/** Facts for choosing a part, shown by the command {@code describe}. */
@ComponentPropertyType
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface PartFacts {
  /** Prefix of the service properties. */
  String PREFIX_ = "stroma.facts.";

  /** Authors and year of the paper, such as "Ilse et al. 2018"; empty if there is none. */
  String paper() default "";

  /**
   * Number of parameters in terms of d (embedDim), D (width of the input), M (modalities) and the
   * part's settings.
   */
  String parameters() default "";

  /**
   * Time and memory per patient in terms of N (elements of a bag or text), M (modalities) and T
   * (visits).
   */
  String cost() default "";
}
