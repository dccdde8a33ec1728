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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
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
 * An OSGi framework with the bundles of a distribution: {@code bundles/first/*.jar} (logging and
 * its dependencies), then {@code bundles/*.jar}. One of these bundles installs extensions. Works
 * with any framework whose factory is on the class path. Does not change the virtual machine;
 * {@link Main} does that for the command line.
 */
final class RunningFramework implements AutoCloseable {
  /** Filter of the command service, a function from request map to answer map. */
  private static final String COMMANDS =
      "(&(objectClass=" + Function.class.getName() + ")(stroma.main=true))";

  /** Framework property: the virtual machine belongs to another program. */
  private static final String EMBEDDED = "stroma.embedded";

  /** Prefix of bundles that replace the streams of System when started. */
  private static final String GOGO = "org.apache.felix.gogo.";

  private static final String JAVACPP_CACHE = "org.bytedeco.javacpp.cachedir";
  private static final String TENSORFLOW = "org.stroma.tensorflow";

  private static final long PATIENCE_MILLIS = 30_000;
  private static final Logger LOG = Logger.getLogger("org.stroma.launcher");

  private final Framework framework;
  private final Launch launch;
  private final TemporaryFolder temporary;
  private final Path storage;

  /** Problems of the start; {@code stroma doctor} reports them too. */
  private final List<String> problems = new CopyOnWriteArrayList<>();

  /**
   * Options of a start.
   *
   * @param home folder of the distribution
   * @param cache folder for unpacked native libraries
   * @param properties framework properties
   * @param embedded whether the virtual machine belongs to another program
   * @param err stream for problems of the start
   * @param ending whether the virtual machine is shutting down; failures are then not reported
   */
  record Launch(
      Path home,
      Path cache,
      Map<String, String> properties,
      boolean embedded,
      PrintStream err,
      BooleanSupplier ending) {}

  private RunningFramework(
      Framework framework, Launch launch, TemporaryFolder temporary, Path storage) {
    this.framework = framework;
    this.launch = launch;
    this.temporary = temporary;
    this.storage = storage;
  }

  /** Creates a framework without starting it. */
  static RunningFramework make(Launch launch) {
    FrameworkFactory factory = ServiceLoader.load(
            FrameworkFactory.class, RunningFramework.class.getClassLoader())
        .findFirst()
        .orElseThrow(() -> new DistributionException(
            "there is no OSGi framework on the class path; there is one in "
                + launch.home().resolve("framework")));
    try {
      TemporaryFolder temporary = TemporaryFolder.make();
      Path storage = Files.createDirectory(temporary.path().resolve("framework"));
      return new RunningFramework(
          factory.newFramework(configuration(launch, storage)), launch, temporary, storage);
    } catch (IOException e) {
      throw new DistributionException(
          "there is no place for temporary files: " + e.getMessage(), e);
    }
  }

  private static Map<String, String> configuration(Launch launch, Path storage) {
    Map<String, String> configuration = new HashMap<>(launch.properties());
    configuration.put("stroma.home", launch.home().toString());
    configuration.put(EMBEDDED, String.valueOf(launch.embedded()));
    if (launch.embedded()) {
      // URL handlers can be set once per virtual machine; Equinox needs them
      configuration.putIfAbsent("felix.service.urlhandlers", "false");
    }
    configuration.put(Constants.FRAMEWORK_STORAGE, storage.toString());
    configuration.put(
        Constants.FRAMEWORK_STORAGE_CLEAN, Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT);
    // the shell starts only on the command "console"
    configuration.putIfAbsent("gosh.args", "--nointeractive");
    configuration.put("osgi.console.enable.builtin", "false");
    // the web server, once it is asked for, waits for its configuration, and the Web Console for
    // who may use it
    configuration.putIfAbsent("org.apache.felix.http.require.config", "true");
    configuration.putIfAbsent("felix.webconsole.security.providers", "stroma");
    // commands explain why a part does not start
    configuration.putIfAbsent("ds.log.enabled", "false");
    return configuration;
  }

  /** Starts the framework and all bundles. */
  void open() {
    try {
      framework.init();
      List<Bundle> first = install(jars(launch.home().resolve("bundles/first")));
      List<Bundle> rest = install(jars(launch.home().resolve("bundles")));
      List<Bundle> allBundles = new ArrayList<>(first);
      allBundles.addAll(rest);
      BundleContext context = framework.getBundleContext();
      // the console needs the real stream: bundles may replace those of System
      context.registerService(
          PrintStream.class, launch.err(), new Hashtable<>(Map.of("stroma.stream", "err")));
      Supplier<List<String>> problemsService = () -> List.copyOf(problems);
      context.registerService(
          Supplier.class, problemsService, new Hashtable<>(Map.of("stroma.problems", true)));
      // resolve before extensions are installed, so that these cannot provide anything to the
      // distribution
      framework.adapt(FrameworkWiring.class).resolveBundles(allBundles);
      unpackNativesBy(allBundles);
      framework.start();
      start(first);
      start(rest);
    } catch (IOException | BundleException e) {
      throw new DistributionException("the OSGi framework does not start: " + e.getMessage(), e);
    }
  }

  /**
   * Sets the folder of unpacked natives, one for each version and flavour: JavaCPP's folder name
   * has no version, so versions would load each other's libraries. On the command line a system
   * property of JavaCPP sets it.
   */
  private void unpackNativesBy(List<Bundle> bundles) {
    Bundle natives = findBundle(bundles, name -> name.startsWith(TENSORFLOW + "."));
    Bundle tensorflow = findBundle(bundles, TENSORFLOW::equals);
    if (natives == null || tensorflow == null) {
      return;
    }
    Path folder = launch
        .cache()
        .resolve("natives")
        .resolve(natives.getSymbolicName() + "-" + natives.getVersion());
    if (!launch.embedded()) {
      if (System.getProperty(JAVACPP_CACHE) == null) {
        System.setProperty(JAVACPP_CACHE, folder.toString());
      }
      return;
    }
    try {
      NativeLibraries.give(tensorflow, natives, folder, storage);
    } catch (IOException | ReflectiveOperationException | LinkageError | RuntimeException e) {
      problem("the native libraries of TensorFlow cannot be unpacked into " + folder + ": " + e, e);
    }
  }

  private static Bundle findBundle(List<Bundle> bundles, Predicate<String> name) {
    return bundles.stream()
        .filter(bundle -> name.test(String.valueOf(bundle.getSymbolicName())))
        .findFirst()
        .orElse(null);
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
        // by reference, to avoid copying the natives at each start
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
      if ((bundle.adapt(BundleRevision.class).getTypes() & BundleRevision.TYPE_FRAGMENT) != 0
          || launch.embedded() && String.valueOf(bundle.getSymbolicName()).startsWith(GOGO)) {
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
    if (launch.ending().getAsBoolean()) {
      return;
    }
    problems.add(sentence.replaceAll("\\s+", " "));
    LOG.log(Level.WARNING, sentence, cause);
    launch.err().println("stroma: " + sentence);
  }

  /**
   * Sends a request to the command service and returns its answer; null if this thread was
   * interrupted before the command began.
   *
   * @param request written by {@link CommandRequest}
   * @param ready called when the command begins
   */
  Map<String, Object> call(Map<String, Object> request, Runnable ready) {
    BundleContext context = framework.getBundleContext();
    ServiceTracker<
            Function<Map<String, Object>, Map<String, Object>>,
            Function<Map<String, Object>, Map<String, Object>>>
        tracker;
    String bundlesLocation = "reference:"
        + launch.home().toAbsolutePath().toUri().toString().replaceFirst("/*$", "/bundles/");
    try {
      tracker = new ServiceTracker<>(context, FrameworkUtil.createFilter(COMMANDS), null) {
        @Override
        public Function<Map<String, Object>, Map<String, Object>> addingService(
            ServiceReference<Function<Map<String, Object>, Map<String, Object>>> reference) {
          // ignore services of extensions
          return reference.getBundle().getLocation().startsWith(bundlesLocation)
              ? super.addingService(reference)
              : null;
        }
      };
    } catch (InvalidSyntaxException e) {
      throw new IllegalStateException(e);
    }
    tracker.open();
    try {
      Function<Map<String, Object>, Map<String, Object>> commands =
          tracker.waitForService(PATIENCE_MILLIS);
      if (commands == null) {
        throw new DistributionException("the commands did not start within "
            + PATIENCE_MILLIS / 1000 + " s" + unresolved(context));
      }
      if (Thread.interrupted()) {
        return null;
      }
      ready.run();
      return commands.apply(request);
    } catch (InterruptedException e) {
      return null;
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

  /** Problems of the start, as sentences. */
  List<String> problems() {
    return List.copyOf(problems);
  }

  /** Stops the framework, preserving a pending interrupt. */
  @Override
  public void close() {
    // a pending interrupt would abort waitForStop
    boolean interrupted = Thread.interrupted();
    try {
      framework.stop();
      framework.waitForStop(10_000);
    } catch (BundleException e) {
      LOG.log(Level.WARNING, "the framework does not stop", e);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    temporary.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Removes the files only: the virtual machine is about to end. */
  void abandon() {
    temporary.close();
  }
}
