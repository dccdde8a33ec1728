/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.launcher;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.ToIntFunction;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.util.tracker.ServiceTracker;

/**
 * A running framework with the bundles of a distribution: {@code bundles/first/*.jar} (logging and what it needs), then
 * {@code bundles/*.jar}; extensions are the matter of one of these bundles. Any framework whose factory is on the class path
 * will do.
 */
final class Distribution implements AutoCloseable {
  /** Filter of the service that takes the command line. */
  private static final String COMMANDS =
      "(&(objectClass=" + ToIntFunction.class.getName() + ")(stroma.main=true))";

  /** System property with what went wrong at the start, a line each: the doctor reads it. */
  static final String PROBLEMS = "stroma.problems";

  private static final long PATIENCE_MILLIS = 30_000;
  private static final Logger LOG = Logger.getLogger("org.stroma.launcher");

  private final Framework framework;
  private final Path home;
  private final Path cache;
  private final Path storage;
  private final List<String> problems = new ArrayList<>();

  private Distribution(
      Framework framework, Path home, Path cache, Path storage, List<String> problems) {
    this.framework = framework;
    this.home = home;
    this.cache = cache;
    this.storage = storage;
    problems.forEach(sentence -> problem(sentence, null));
  }

  /**
   * A framework that is not started yet.
   *
   * @param cache where natives are unpacked
   */
  static Distribution make(Path home, Path cache) {
    FrameworkFactory factory = ServiceLoader.load(FrameworkFactory.class)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(
            "there is no OSGi framework in " + home.resolve("framework")));
    try {
      Settings settings =
          Settings.read(home.resolve("conf/stroma.properties"), System.getProperties());
      Path storage = Files.createTempDirectory("stroma-");
      Framework framework = factory.newFramework(configuration(settings, storage));
      return new Distribution(framework, home, cache, storage, settings.problems());
    } catch (IOException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  private static Map<String, String> configuration(Settings settings, Path storage) {
    Map<String, String> configuration = new HashMap<>(settings.values());
    configuration.put(Constants.FRAMEWORK_STORAGE, storage.toString());
    configuration.put(
        Constants.FRAMEWORK_STORAGE_CLEAN, Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT);
    // the shell waits until somebody asks for the console
    configuration.putIfAbsent("gosh.args", "--nointeractive");
    configuration.put("osgi.console.enable.builtin", "false");
    // why a part does not start is told in its own sentence
    configuration.putIfAbsent("ds.log.enabled", "false");
    return configuration;
  }

  /** Starts the framework and all bundles. */
  void open() {
    try {
      framework.init();
      List<Bundle> first = install(jars(home.resolve("bundles/first")));
      List<Bundle> rest = install(jars(home.resolve("bundles")));
      unpackNativesBy(rest);
      List<Bundle> all = new ArrayList<>(first);
      all.addAll(rest);
      // the console needs the screen itself: bundles put their own streams into System
      framework
          .getBundleContext()
          .registerService(
              PrintStream.class, System.err, new Hashtable<>(Map.of("stroma.stream", "err")));
      // among themselves: extensions, which come later, provide nothing to the distribution
      framework.adapt(FrameworkWiring.class).resolveBundles(all);
      framework.start();
      start(first);
      start(rest);
    } catch (IOException | BundleException e) {
      throw new IllegalStateException("the OSGi framework does not start: " + e.getMessage(), e);
    }
    System.setProperty(PROBLEMS, String.join("\n", problems));
  }

  /**
   * JavaCPP keeps natives under a name without a version: each version and flavour gets a folder of its own, or one would
   * load the other's.
   */
  private void unpackNativesBy(List<Bundle> bundles) {
    for (Bundle bundle : bundles) {
      String name = bundle.getSymbolicName();
      if (name != null
          && name.startsWith("org.stroma.tensorflow.")
          && System.getProperty("org.bytedeco.javacpp.cachedir") == null) {
        System.setProperty(
            "org.bytedeco.javacpp.cachedir",
            cache.resolve("natives").resolve(name + "-" + bundle.getVersion()).toString());
      }
    }
  }

  private static List<Path> jars(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var files = Files.list(folder)) {
      return files
          .filter(f -> f.toString().endsWith(".jar") && Files.isRegularFile(f))
          .sorted()
          .toList();
    }
  }

  private List<Bundle> install(List<Path> jars) {
    List<Bundle> bundles = new ArrayList<>();
    for (Path jar : jars) {
      try {
        // by reference: a copy of the natives for every start would cost
        bundles.add(framework
            .getBundleContext()
            .installBundle("reference:" + jar.toAbsolutePath().toUri()));
      } catch (BundleException e) {
        problem("bundle " + jar.getFileName() + " cannot be installed: " + e.getMessage(), e);
      }
    }
    return bundles;
  }

  private void start(List<Bundle> bundles) {
    for (Bundle bundle : bundles) {
      if ((bundle.adapt(BundleRevision.class).getTypes() & BundleRevision.TYPE_FRAGMENT) != 0) {
        continue;
      }
      try {
        bundle.start();
      } catch (BundleException e) {
        problem("bundle " + bundle.getSymbolicName() + " does not start: " + oneLine(e), e);
      } catch (LinkageError | RuntimeException e) {
        problem("bundle " + bundle.getSymbolicName() + " does not start: " + e, e);
      }
    }
  }

  private static String oneLine(BundleException e) {
    String message = e.getCause() != null
            && e.getCause().getMessage() != null
            && e.getType() != BundleException.RESOLVE_ERROR
        ? e.getCause().getMessage()
        : String.valueOf(e.getMessage());
    return message.replaceAll("\\s+", " ").strip();
  }

  private void problem(String sentence, Throwable cause) {
    if (Main.isInterrupted()) {
      return;
    }
    problems.add(sentence.replaceAll("\\s+", " "));
    LOG.log(Level.WARNING, sentence, cause);
    System.err.println("stroma: " + sentence);
  }

  /**
   * Hands the arguments to the commands and returns their exit code.
   *
   * @param ready called when they take over
   */
  int call(String[] arguments, Runnable ready) {
    BundleContext context = framework.getBundleContext();
    ServiceTracker<ToIntFunction<String[]>, ToIntFunction<String[]>> tracker;
    String ours =
        "reference:" + home.toAbsolutePath().toUri().toString().replaceFirst("/*$", "/bundles/");
    try {
      tracker = new ServiceTracker<>(context, FrameworkUtil.createFilter(COMMANDS), null) {
        @Override
        public ToIntFunction<String[]> addingService(
            ServiceReference<ToIntFunction<String[]>> reference) {
          // not those of an extension
          return reference.getBundle().getLocation().startsWith(ours)
              ? super.addingService(reference)
              : null;
        }
      };
    } catch (InvalidSyntaxException e) {
      throw new IllegalStateException(e);
    }
    tracker.open();
    try {
      ToIntFunction<String[]> commands = tracker.waitForService(PATIENCE_MILLIS);
      if (commands == null) {
        throw new IllegalStateException("the commands did not start within "
            + PATIENCE_MILLIS / 1000 + " s" + unresolved(context));
      }
      if (Thread.interrupted()) {
        return 130;
      }
      ready.run();
      return commands.applyAsInt(arguments);
    } catch (InterruptedException e) {
      return 130;
    } finally {
      tracker.close();
    }
  }

  private static String unresolved(BundleContext context) {
    List<String> names = new ArrayList<>();
    for (Bundle bundle : context.getBundles()) {
      if (bundle.getState() == Bundle.INSTALLED) {
        names.add(bundle.getSymbolicName());
      }
    }
    return names.isEmpty() ? "" : "; these bundles did not resolve: " + String.join(", ", names);
  }

  @Override
  public void close() {
    // a pending interrupt would cut the stopping short
    Thread.interrupted();
    try {
      framework.stop();
      framework.waitForStop(10_000);
    } catch (BundleException e) {
      LOG.log(Level.WARNING, "the framework does not stop", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Cache.remove(storage);
  }

  /** Takes away what lies on the disk, and leaves all else as it is: the virtual machine is going to end. */
  void abandon() {
    Cache.remove(storage);
  }
}
