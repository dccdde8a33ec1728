/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
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
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.util.tracker.ServiceTracker;

/**
 * A running framework with the bundles of a distribution: {@code bundles/first/*.jar} (logging and what it needs), then
 * {@code bundles/*.jar}; extensions are the matter of one of these bundles. Any framework whose factory is on the class path
 * will do.
 */
final class Distribution implements AutoCloseable {
  /** Filter of the service that takes the command line. */
  private static final String COMMANDS = "(&(objectClass=" + ToIntFunction.class.getName() + ")(stroma.main=true))";

  /** System property with what went wrong at the start, a line each: the doctor reads it. */
  static final String PROBLEMS = "stroma.problems";

  private static final long PATIENCE_MILLIS = 30_000;
  private static final Logger LOG = Logger.getLogger("org.stroma.launcher");

  private final Framework framework;
  private final Path storage;
  private final List<String> problems = new ArrayList<>();

  private Distribution(Framework framework, Path storage) {
    this.framework = framework;
    this.storage = storage;
  }

  /** Starts the framework and all bundles. */
  static Distribution start(Path home) {
    FrameworkFactory factory =
        ServiceLoader.load(FrameworkFactory.class)
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("there is no OSGi framework in " + home.resolve("framework")));
    Distribution distribution = null;
    try {
      Path storage = Files.createTempDirectory("stroma-");
      distribution = new Distribution(factory.newFramework(configuration(home, storage)), storage);
      distribution.open(home);
      return distribution;
    } catch (IOException | BundleException e) {
      if (distribution != null) {
        distribution.close();
      }
      throw new IllegalStateException("the OSGi framework does not start: " + e.getMessage(), e);
    }
  }

  private static Map<String, String> configuration(Path home, Path storage) throws IOException {
    Map<String, String> configuration = new HashMap<>();
    Path file = home.resolve("conf/stroma.properties");
    if (Files.isRegularFile(file)) {
      Properties properties = new Properties();
      try (InputStream in = Files.newInputStream(file)) {
        properties.load(in);
      }
      properties.stringPropertyNames().forEach(name -> configuration.put(name, properties.getProperty(name)));
    }
    // what the user says on the command line comes before the file
    System.getProperties().stringPropertyNames().stream()
        .filter(name -> name.startsWith("stroma."))
        .forEach(name -> configuration.put(name, System.getProperty(name)));
    configuration.put(Constants.FRAMEWORK_STORAGE, storage.toString());
    configuration.put(Constants.FRAMEWORK_STORAGE_CLEAN, Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT);
    // the shell waits until somebody asks for the console
    configuration.putIfAbsent("gosh.args", "--nointeractive");
    configuration.put("osgi.console.enable.builtin", "false");
    // why a part does not start is told in its own sentence
    configuration.putIfAbsent("ds.log.enabled", "false");
    return configuration;
  }

  private void open(Path home) throws IOException, BundleException {
    framework.init();
    List<Bundle> first = install(jars(home.resolve("bundles/first")));
    List<Bundle> rest = install(jars(home.resolve("bundles")));
    unpackNativesBy(rest);
    framework.start();
    start(first);
    start(rest);
    System.setProperty(PROBLEMS, String.join("\n", problems));
  }

  /**
   * JavaCPP keeps natives under a name without a version: each version and flavour gets a folder of its own, or one would
   * load the other's.
   */
  private static void unpackNativesBy(List<Bundle> bundles) {
    for (Bundle bundle : bundles) {
      String name = bundle.getSymbolicName();
      if (name != null && name.startsWith("org.stroma.tensorflow.")
          && System.getProperty("org.bytedeco.javacpp.cachedir") == null) {
        System.setProperty(
            "org.bytedeco.javacpp.cachedir",
            Main.cache().resolve("natives").resolve(name + "-" + bundle.getVersion()).toString());
      }
    }
  }

  private static List<Path> jars(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var files = Files.list(folder)) {
      return files.filter(f -> f.toString().endsWith(".jar") && Files.isRegularFile(f)).sorted().toList();
    }
  }

  private List<Bundle> install(List<Path> jars) {
    List<Bundle> bundles = new ArrayList<>();
    for (Path jar : jars) {
      try {
        // by reference: a copy of the natives for every start would cost
        bundles.add(framework.getBundleContext().installBundle("reference:" + jar.toAbsolutePath().toUri()));
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
    String message = e.getCause() != null && e.getCause().getMessage() != null && e.getType() != BundleException.RESOLVE_ERROR
        ? e.getCause().getMessage()
        : String.valueOf(e.getMessage());
    return message.replaceAll("\\s+", " ").strip();
  }

  private void problem(String sentence, Throwable cause) {
    problems.add(sentence.replaceAll("\\s+", " "));
    LOG.log(Level.WARNING, sentence, cause);
    System.err.println("stroma: " + sentence);
  }

  /** Hands the arguments to the commands and returns their exit code. */
  int call(String[] arguments) {
    BundleContext context = framework.getBundleContext();
    ServiceTracker<ToIntFunction<String[]>, ToIntFunction<String[]>> tracker;
    try {
      tracker = new ServiceTracker<>(context, FrameworkUtil.createFilter(COMMANDS), null);
    } catch (InvalidSyntaxException e) {
      throw new IllegalStateException(e);
    }
    tracker.open();
    try {
      ToIntFunction<String[]> commands = tracker.waitForService(PATIENCE_MILLIS);
      if (commands == null) {
        throw new IllegalStateException(
            "the commands did not start within " + PATIENCE_MILLIS / 1000 + " s" + unresolved(context));
      }
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
    try (var files = Files.walk(storage)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException | UncheckedIOException e) {
      LOG.log(Level.FINE, "temporary files stay in " + storage, e);
    }
  }
}
