/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Capability;
import org.osgi.service.component.annotations.ComponentPropertyType;

/**
 * Names a baseline: the value is the {@code type} that an experiment file asks for. It becomes the service property
 * {@code stroma.baseline.part} and a capability of the bundle in the namespace {@code stroma.part}.
 */
@ComponentPropertyType
@Capability(
    namespace = "stroma.part",
    attribute = {"kind=baseline", "type=${#value}"})
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface BaselinePart {
  /** Prefix of the service property. */
  String PREFIX_ = "stroma.";

  /** The type by which experiment files name the part. */
  String value();
}
