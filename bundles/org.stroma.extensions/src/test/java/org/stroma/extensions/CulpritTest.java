/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.extensions;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Proxy;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;

class CulpritTest {
  private static final Extension MINE =
      new Extension("mine.jar", "example.mine 1.0.0", Extension.State.ACTIVE, "");

  private static List<InstalledJar> holding(int state, String... entries) throws Exception {
    URL there = new URL("file:/there");
    Bundle bundle = (Bundle) Proxy.newProxyInstance(
        CulpritTest.class.getClassLoader(),
        new Class<?>[] {Bundle.class},
        (proxy, method, arguments) -> switch (method.getName()) {
          case "getState" -> state;
          case "getEntry" -> Set.of(entries).contains(arguments[0]) ? there : null;
          default -> throw new UnsupportedOperationException(method.getName());
        });
    return List.of(
        new InstalledJar(new JarFolder.Stamp(1, 1), bundle, Path.of("copy.jar"), MINE),
        InstalledJar.notInstalled(
            "broken.jar",
            new JarFolder.Stamp(1, 1),
            Path.of("copy.jar"),
            "",
            Extension.State.BROKEN,
            "it is no jar"));
  }

  private static Throwable thrown(String... classes) {
    RuntimeException failure = new RuntimeException("a bug");
    StackTraceElement[] frames = new StackTraceElement[classes.length];
    for (int i = 0; i < frames.length; i++) {
      frames[i] = new StackTraceElement(classes[i], "run", null, 1);
    }
    failure.setStackTrace(frames);
    return new IllegalStateException("wrapped", failure);
  }

  @Test
  void whatFailsInAnExtensionOrBelowItIsItsFault() throws Exception {
    List<InstalledJar> jars = holding(Bundle.ACTIVE, "example/Mine.class");
    assertEquals(
        Optional.of(MINE),
        Extensions.culprit(thrown("example.Mine", "org.stroma.runtime.PartCode"), jars));
    assertEquals(
        Optional.of(MINE),
        Extensions.culprit(
            thrown("java.util.List", "org.stroma.nn.Net", "example.Mine", "org.stroma.model.Model"),
            jars));
  }

  @Test
  void whatOurCodeDoesByItselfIsOurs() throws Exception {
    List<InstalledJar> jars = holding(Bundle.ACTIVE, "example/Mine.class");
    for (String caller : List.of("org.stroma.runtime.Batch", "org.stroma.parts.PartInvoker")) {
      assertEquals(
          Optional.empty(),
          Extensions.culprit(thrown("java.util.List", caller, "example.Mine"), jars),
          caller);
    }
    assertEquals(Optional.empty(), Extensions.culprit(thrown("java.util.List"), jars));
    assertEquals(
        Optional.empty(),
        Extensions.culprit(
            thrown("example.Mine"), holding(Bundle.UNINSTALLED, "example/Mine.class")));
  }
}
