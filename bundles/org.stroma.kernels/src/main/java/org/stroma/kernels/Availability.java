/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

import org.osgi.service.component.ComponentContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * Enables {@link JavaKernels} where this Java has what it takes: {@code java.lang.foreign}, which
 * it may use, and the vectors. Elsewhere the bundle is there and offers nothing. Nothing here touches
 * the classes of these packages.
 */
@Component(
    immediate = true,
    service = {})
public final class Availability {
  private static final String VECTORS = "jdk.incubator.vector";

  /** Called by Declarative Services. */
  @Activate
  public Availability(ComponentContext context) {
    if (available()) {
      context.enableComponent(JavaKernels.NAME);
    }
  }

  static boolean available() {
    return optimized()
        && Foreign.permitted()
        && ModuleLayer.boot().findModule(VECTORS).isPresent()
        && visible(VECTORS + ".FloatVector");
  }

  /**
   * Whether this is a HotSpot with the compiler that makes registers of vectors: without it ({@code
   * -Xint}, {@code -XX:TieredStopAtLevel=1}) they are objects, and all else is faster.
   */
  private static boolean optimized() {
    String info = System.getProperty("java.vm.info", "");
    return info.startsWith("mixed mode") && !info.contains("emulated-client");
  }

  /** Whether the framework lets the bundle see a class of the virtual machine's. */
  private static boolean visible(String name) {
    try {
      Class.forName(name, false, Availability.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }
}
