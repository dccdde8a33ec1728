/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;

/** Parts as Declarative Services makes them, in a framework that all tests of this class share. Bundles' classes are theirs: calls are reflective. */
class WiringIT {
  private static final String COSINE = "org.stroma.schedule.cosine";
  private static final String RELEASED = "example.hangs.released";
  private static final String SCHEDULE = "org.stroma.api.Schedule";

  @TempDir
  private static Path folder;

  private static URLClassLoader loader;
  private static Framework framework;
  private static BundleContext context;

  @BeforeAll
  static void startFramework() throws Exception {
    List<URL> urls = new ArrayList<>();
    for (Path jar : jars(Stroma.DISTRIBUTION.resolve("framework"))) {
      urls.add(jar.toUri().toURL());
    }
    loader = new URLClassLoader(urls.toArray(URL[]::new), WiringIT.class.getClassLoader());
    FrameworkFactory factory =
        ServiceLoader.load(FrameworkFactory.class, loader).findFirst().orElseThrow();
    framework = factory.newFramework(Map.of(
        Constants.FRAMEWORK_STORAGE,
        folder.resolve("storage").toString(),
        "stroma.home",
        Stroma.DISTRIBUTION.toString(),
        "stroma.embedded",
        "true",
        "stroma.buildSeconds",
        "2",
        "stroma.extensions",
        Files.createDirectories(folder.resolve("extensions")).toString(),
        "felix.service.urlhandlers",
        "false",
        "ds.log.enabled",
        "false"));
    framework.init();
    context = framework.getBundleContext();
    List<Path> jars = new ArrayList<>(jars(Stroma.DISTRIBUTION.resolve("bundles/first")));
    jars.addAll(jars(Stroma.DISTRIBUTION.resolve("bundles")));
    // the shell takes the streams of the process
    jars.removeIf(jar -> jar.getFileName().toString().matches("org\\.apache\\.felix\\.gogo.*"));
    List<Bundle> bundles = new ArrayList<>();
    for (Path jar : jars) {
      bundles.add(context.installBundle("reference:" + jar.toUri()));
    }
    framework.start();
    for (Bundle bundle : bundles) {
      boolean fragment = bundle.getHeaders().get(Constants.FRAGMENT_HOST) != null;
      if (!fragment && !bundle.getSymbolicName().equals("org.stroma.console")) {
        bundle.start(Bundle.START_ACTIVATION_POLICY);
      }
    }
  }

  @AfterAll
  static void stopFramework() throws Exception {
    if (framework != null) {
      framework.stop();
      framework.waitForStop(20_000);
    }
    loader.close();
  }

  private static List<Path> jars(Path of) throws IOException {
    try (Stream<Path> files = Files.list(of)) {
      return files.filter(f -> f.toString().endsWith(".jar")).sorted().toList();
    }
  }

  private static Bundle bundle(String name) {
    return Arrays.stream(context.getBundles())
        .filter(b -> name.equals(b.getSymbolicName()))
        .findFirst()
        .orElseThrow();
  }

  /** Waits for what comes a moment later. */
  private static <T> T await(String what, Callable<Optional<T>> look) throws Exception {
    long end = System.nanoTime() + 20_000_000_000L;
    while (true) {
      Optional<T> found = look.call();
      if (found.isPresent()) {
        return found.get();
      }
      assertTrue(System.nanoTime() < end, "waited in vain for " + what);
      Thread.sleep(20);
    }
  }

  private static Object call(Class<?> type, Object target, String name, Object... arguments)
      throws Exception {
    Method method = Arrays.stream(type.getMethods())
        .filter(m -> m.getName().equals(name) && m.getParameterCount() == arguments.length)
        .filter(m -> arguments.length == 0 || m.getParameterTypes()[0].isInstance(arguments[0]))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(type + " has no " + name));
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw (Exception) e.getCause();
    }
  }

  private static Class<?> type(String name) throws ClassNotFoundException {
    return bundle("org.stroma.parts").loadClass("org.stroma.parts." + name);
  }

  private static Object service(String name) throws Exception {
    ServiceReference<?> reference = await(
        name, () -> Optional.ofNullable(context.getServiceReference("org.stroma.parts." + name)));
    return context.getService(reference);
  }

  private static Object kind(String kind) throws Exception {
    return call(type("PartKind"), null, "valueOf", kind);
  }

  /** Wires one part, as an experiment does that asks for it at /part. */
  private static AutoCloseable wire(String kind, String type, Map<String, Object> settings)
      throws Exception {
    Object use =
        type("PartUse").getConstructors()[0].newInstance("/part", kind(kind), type, settings);
    return (AutoCloseable) call(type("PartWiring"), service("PartWiring"), "wire", List.of(use));
  }

  private static Object part(AutoCloseable scope, Class<?> service) throws Exception {
    Object parts = call(type("PartScope"), scope, "parts");
    return call(type("WiredParts"), parts, "get", "/part", service);
  }

  private static boolean catalogued(String kind, String type) throws Exception {
    Object part = call(type("PartCatalog"), service("PartCatalog"), "part", kind(kind), type);
    return ((Optional<?>) part).isPresent();
  }

  /** The setting warmupEpochs of every cosine schedule that there is. */
  private static Set<Object> warmups() throws Exception {
    ServiceReference<?>[] references =
        context.getAllServiceReferences(SCHEDULE, "(stroma.schedule.part=cosine)");
    return references == null
        ? Set.of()
        : Arrays.stream(references)
            .map(reference -> reference.getProperty("warmupEpochs"))
            .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void aPartGoesWhenItsBundleStopsAndComesBack() throws Exception {
    assertTrue(catalogued("SCHEDULE", "cosine"));
    try (AutoCloseable scope = wire("SCHEDULE", "cosine", Map.of("warmupEpochs", 3))) {
      assertEquals(Set.of(3), warmups());
      bundle(COSINE).stop();
      try {
        assertEquals(Set.of(), warmups());
        await("the catalog", () -> Optional.of(true).filter(t -> !isCatalogued()));
        Exception refused = assertThrows(
            Exception.class, () -> wire("SCHEDULE", "cosine", Map.of()).close());
        assertTrue(
            refused.getClass().getSimpleName().equals("FaultsException"), refused.toString());
      } finally {
        bundle(COSINE).start();
      }
    }
    await("the catalog", () -> Optional.of(true).filter(t -> isCatalogued()));
    try (AutoCloseable scope = wire("SCHEDULE", "cosine", Map.of("warmupEpochs", 4))) {
      assertEquals(Set.of(4), warmups());
    }
    assertEquals(Set.of(), warmups());
  }

  private static boolean isCatalogued() {
    try {
      return catalogued("SCHEDULE", "cosine");
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void twoExperimentsSideBySideHaveTheirOwnParts() throws Exception {
    Class<?> schedule = bundle("org.stroma.api").loadClass(SCHEDULE);
    try (AutoCloseable first = wire("SCHEDULE", "cosine", Map.of("warmupEpochs", 1))) {
      Object its = part(first, schedule);
      try (AutoCloseable second = wire("SCHEDULE", "cosine", Map.of("warmupEpochs", 5))) {
        assertNotSame(its, part(second, schedule));
        assertEquals(Set.of(1, 5), warmups());
      }
      assertEquals(Set.of(1), warmups(), "the end of one is not that of the other");
      assertEquals(its, part(first, schedule));
    }
    assertEquals(Set.of(), warmups());
  }

  @Test
  void aPartWhoseConstructorHangsIsNamed() throws Exception {
    Path jar = new ExtensionJar("example.hangs")
        .part(
            "Encoder",
            "hangs-at-start",
            "while (!Boolean.getBoolean(\"" + RELEASED + "\")) { Thread.onSpinWait(); }",
            "public Encoding encode(Net net, ModalityInput input) { return null; }")
        .write(folder.resolve("hangs.jar"));
    Bundle bad = context.installBundle(jar.toUri().toString());
    bad.start();
    try {
      await("the part", () -> Optional.of(true).filter(t -> {
        try {
          return catalogued("ENCODER", "hangs-at-start");
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      }));
      Exception named = assertThrows(
          Exception.class,
          () -> wire("ENCODER", "hangs-at-start", Map.of("shift", 0.5)).close());
      assertTrue(
          named
              .getMessage()
              .contains(
                  "the encoder hangs-at-start of example.hangs 1.0.0 does not come to an end of its start within 2 s"),
          named.toString());
      try (AutoCloseable scope = wire("SCHEDULE", "cosine", Map.of("warmupEpochs", 2))) {
        assertEquals(Set.of(2), warmups(), "others work");
      }
    } finally {
      // Equinox does not let a bundle go whose constructor still runs
      System.setProperty(RELEASED, "true");
      bad.uninstall();
    }
  }
}
