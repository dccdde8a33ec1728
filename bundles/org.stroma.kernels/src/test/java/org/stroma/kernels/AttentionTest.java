/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attention with vectors of 128, 256 and 512 bits, whatever this machine prefers. */
class AttentionTest {
  private static final List<Loader> LOADERS = new ArrayList<>();

  /** Has classes of the bundle and its tests of its own. */
  private static final class Loader extends URLClassLoader {
    final int bits;

    Loader(int bits, URL[] path) {
      super(path, AttentionTest.class.getClassLoader());
      this.bits = bits;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith("org.stroma.kernels.")) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        return loaded != null ? loaded : findClass(name);
      }
    }
  }

  @BeforeAll
  static void open() throws IOException, ClassNotFoundException {
    List<URL> path = new ArrayList<>();
    for (Class<?> of : List.of(AttentionTest.class, Lanes.class)) {
      path.add(of.getProtectionDomain().getCodeSource().getLocation());
    }
    for (int bits : new int[] {128, 256, 512}) {
      Loader loader = new Loader(bits, path.toArray(URL[]::new));
      System.setProperty(Lanes.BITS, String.valueOf(bits));
      try {
        Class.forName(Lanes.class.getName(), true, loader);
      } finally {
        System.clearProperty(Lanes.BITS);
      }
      LOADERS.add(loader);
    }
  }

  @AfterAll
  static void close() throws IOException {
    for (Loader loader : LOADERS) {
      loader.close();
    }
    LOADERS.clear();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "agreesWithFloat64",
        "agreesWithFloat64WhereWorkIsSplit",
        "queriesOfZerosAskAllKeysAlike",
        "selfAttentionIsThatOfItsParts",
        "gradientsAreFiniteDifferences",
        "bitsAreTheSame",
        "maskedKeysAreAsIfTheyWereNotThere",
        "sequencesWithoutKeysGiveZero",
        "queriesWithoutGradientAddNothing",
        "whatFillsABlockIsNoKey",
        "extremesAreWhatTheyAre"
      })
  void holdsForAllWidthsOfVectors(String check) throws Throwable {
    holds(AttentionChecks.class, check);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "geluAgreesWithFloat64",
        "geluOfExtremes",
        "layerNormAgreesWithFloat64",
        "dropoutKeepsWhatPhiloxSays",
        "layerNormsGradientsAreFiniteDifferences"
      })
  void holdsOfElements(String check) throws Throwable {
    holds(ElementChecks.class, check);
  }

  private static void holds(Class<?> checks, String check) throws Throwable {
    for (Loader loader : LOADERS) {
      try {
        Class.forName(checks.getName(), true, loader)
            .getMethod(check, int.class)
            .invoke(null, loader.bits);
      } catch (InvocationTargetException e) {
        e.getCause().addSuppressed(new AssertionError("with " + loader.bits + " bits"));
        throw e.getCause();
      }
    }
  }
}
