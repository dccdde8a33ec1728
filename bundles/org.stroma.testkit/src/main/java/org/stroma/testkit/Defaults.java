/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.testkit;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;

/** Settings of a part for tests: the declared defaults, some of them overridden. */
public final class Defaults {
  private Defaults() {}

  /**
   * Settings with the defaults of their declaration.
   *
   * @param overrides values by name of the setting, an enum's also by its constant's name; an unknown name is a fault of the test
   */
  public static <S extends Annotation> S of(Class<S> settings, Map<String, ?> overrides) {
    for (String name : overrides.keySet()) {
      try {
        settings.getMethod(name);
      } catch (NoSuchMethodException e) {
        throw new IllegalArgumentException(settings.getName() + " has no setting " + name, e);
      }
    }
    return settings.cast(Proxy.newProxyInstance(
        settings.getClassLoader(),
        new Class<?>[] {settings},
        (proxy, method, arguments) -> value(settings, overrides, method)));
  }

  /** Settings with the defaults of their declaration. */
  public static <S extends Annotation> S of(Class<S> settings) {
    return of(settings, Map.of());
  }

  private static Object value(Class<?> settings, Map<String, ?> overrides, Method method) {
    if (method.getName().equals("annotationType")) {
      return settings;
    }
    if (method.getName().equals("toString")) {
      return settings.getSimpleName() + overrides;
    }
    Object value = overrides.containsKey(method.getName())
        ? overrides.get(method.getName())
        : method.getDefaultValue();
    if (value == null) {
      throw new IllegalStateException(method.getName() + " has no default and was not given");
    }
    return method.getReturnType().isEnum() && value instanceof String name
        ? constant(method.getReturnType(), name)
        : value;
  }

  /** As Declarative Services does it. */
  private static Object constant(Class<?> type, String name) {
    for (Object constant : type.getEnumConstants()) {
      if (((Enum<?>) constant).name().equals(name)) {
        return constant;
      }
    }
    throw new IllegalArgumentException(type.getSimpleName() + " has no " + name);
  }
}
