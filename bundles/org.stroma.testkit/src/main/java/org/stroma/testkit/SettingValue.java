/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.testkit;

import java.lang.annotation.Annotation;

/** Values of settings as a declaration or a test writes them. */
final class SettingValue {
  private SettingValue() {}

  /** A value in the type of its setting. */
  static Object of(Class<? extends Annotation> settings, String name, Object value) {
    Class<?> type;
    try {
      type = settings.getMethod(name).getReturnType();
    } catch (NoSuchMethodException e) {
      throw new IllegalArgumentException(settings.getName() + " has no setting " + name, e);
    }
    String text = value.toString();
    if (type == int.class) {
      return Integer.valueOf(text);
    } else if (type == long.class) {
      return Long.valueOf(text);
    } else if (type == double.class) {
      return Double.valueOf(text);
    } else if (type == float.class) {
      return Float.valueOf(text);
    } else if (type == boolean.class) {
      return Boolean.valueOf(text);
    }
    return value;
  }
}
