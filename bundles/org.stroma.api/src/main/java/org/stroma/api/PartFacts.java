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

/** What people want to know of a part before they use it; {@code describe} tells it. */
@ComponentPropertyType
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface PartFacts {
  /** Prefix of the service properties. */
  String PREFIX_ = "stroma.facts.";

  /** Authors and year of the paper, such as "Ilse et al. 2018"; empty for what has none. */
  String paper() default "";

  /** The number of parameters, in d (embedDim), D (width of the input), M (modalities) and the part's settings. */
  String parameters() default "";

  /** Time and memory a patient, in N (elements of a bag or text), M (modalities) and T (visits). */
  String cost() default "";
}
