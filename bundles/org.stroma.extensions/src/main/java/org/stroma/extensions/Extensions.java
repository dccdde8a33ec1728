/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.extensions;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.Version;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the folder of extensions ({@code extensions/} of the distribution, or what {@code stroma.extensions} names). What
 * lies in it at the start is started before anybody asks; what comes later, as soon as its file no longer grows. What runs is a
 * copy, the one that was checked: a jar may be overwritten or deleted at any time.
 */
@Component(service = Extensions.class, immediate = true)
public final class Extensions {
  private static final Logger LOG = LoggerFactory.getLogger(Extensions.class);

  /** The folder of copies; where it stands in a bundle's location, the bundle is an extension (PartCatalog looks there). */
  private static final String COPIES = "stroma-extensions";

  private static final long LOOK_MILLIS = 500;
  private static final long REFRESH_SECONDS = 15;

  private final BundleContext context;
  private final Path folder;
  private final TrustPolicy policy;
  private final Path copies;
  private final Patience patience;
  private final Thread watcher;

  /** By file name; all access under the lock of this. */
  private final SortedMap<String, Known> known = new TreeMap<>();

  /** Files seen at the last look: one that has changed since is still being written. */
  private Map<String, Stamp> last = new HashMap<>();

  /** What others see: a look may take its time. */
  private volatile List<Known> shown = List.of();

  /** What the user has heard of each file. */
  private final Map<String, Extension> told = new HashMap<>();

  private String lastTrust = "";
  private long copied;

  private record Stamp(long size, long modified) {}

  /** An extension, its bundle where it is installed, and the file that it was made from. */
  private record Known(Stamp stamp, Bundle bundle, Path copy, Extension extension) {}

  @Activate
  public Extensions(BundleContext context) {
    this.context = context;
    String home = context.getProperty("stroma.home");
    Path base = Path.of(home == null ? "." : home).toAbsolutePath();
    String given = context.getProperty("stroma.extensions");
    folder = given != null
        ? Path.of(given).toAbsolutePath()
        : home == null ? null : base.resolve("extensions");
    policy = new TrustPolicy(
        setting("stroma.extensions.policy", "any"),
        base.resolve(setting("stroma.extensions.list", "conf/extensions.sha256")),
        base.resolve(setting("stroma.extensions.certificates", "conf/certificates")));
    String seconds = setting("stroma.extensions.startSeconds", "15");
    patience = new Patience(seconds.matches("[1-9]\\d{0,5}") ? Integer.parseInt(seconds) : 15);
    copies = context.getDataFile(COPIES).toPath();
    watcher = new Thread(this::watch, "stroma-extensions");
    watcher.setDaemon(true);
    if (folder != null) {
      look(true);
      watcher.start();
    }
  }

  private String setting(String name, String fallback) {
    String value = context.getProperty(name);
    return value == null || value.isBlank() ? fallback : value.strip();
  }

  @Deactivate
  void stop() {
    watcher.interrupt();
  }

  /** The jars of the folder, by name, as they were after the last look. */
  public List<Extension> list() {
    return shown.stream().map(Known::extension).toList();
  }

  /** What the folder is, and whom it trusts, in sentences; empty where there is no folder. */
  public List<String> rules() {
    return folder == null ? List.of() : List.of(folder.toString(), policy.sentence());
  }

  /** The extension whose code failed, where the innermost code that is known belongs to one. */
  public Optional<Extension> culprit(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    for (StackTraceElement frame : cause.getStackTrace()) {
      String file = frame.getClassName().replace('.', '/') + ".class";
      for (Known k : shown) {
        if (k.bundle() != null
            && k.bundle().getState() != Bundle.UNINSTALLED
            && k.bundle().getEntry(file) != null) {
          return Optional.of(k.extension());
        }
      }
      if (frame.getClassName().startsWith("org.stroma.runtime.")) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  private void watch() {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        Thread.sleep(LOOK_MILLIS);
        look(false);
      } catch (InterruptedException | IllegalStateException e) {
        // the framework is going down
        return;
      } catch (RuntimeException e) {
        LOG.error("a look at {} failed", folder, e);
      }
    }
  }

  private synchronized void look(boolean first) {
    Map<String, Stamp> now = files();
    boolean changed = false;
    String trust = policy.stamp();
    if (!trust.equals(lastTrust)) {
      // who is trusted now, or no longer, is looked at anew
      lastTrust = trust;
      for (Known k : new ArrayList<>(known.values())) {
        boolean refused = k.extension().state() == Extension.State.REFUSED;
        if (refused || policy.refusal(k.copy()).isPresent()) {
          remove(k.extension().file());
          changed = true;
        }
      }
    }
    for (String gone :
        known.keySet().stream().filter(name -> !now.containsKey(name)).toList()) {
      remove(gone);
      changed = true;
    }
    for (Map.Entry<String, Stamp> file : new TreeMap<>(now).entrySet()) {
      Known before = known.get(file.getKey());
      boolean whole = first || file.getValue().equals(last.get(file.getKey()));
      if (whole && (before == null || !before.stamp().equals(file.getValue()))) {
        if (before != null) {
          remove(file.getKey());
        }
        try {
          add(file.getKey(), file.getValue());
        } catch (RuntimeException e) {
          // such as a name that the system's encoding does not know
          LOG.warn("extension {} cannot be used", file.getKey(), e);
          put(
              file.getKey(),
              file.getValue(),
              null,
              copies,
              "",
              Extension.State.BROKEN,
              "it cannot be read: " + e.getMessage());
        }
        changed = true;
      }
    }
    last = now;
    shown = List.copyOf(known.values());
    if (changed) {
      // one may have waited for another
      again();
      shown = List.copyOf(known.values());
      known.values().forEach(k -> tell(k.extension()));
      told.keySet().retainAll(known.keySet());
    }
  }

  private Map<String, Stamp> files() {
    Map<String, Stamp> files = new HashMap<>();
    if (!Files.isDirectory(folder)) {
      return files;
    }
    try (var entries = Files.list(folder)) {
      for (Path file : entries
          .filter(
              f -> f.toString().toLowerCase(Locale.ROOT).endsWith(".jar") && Files.isRegularFile(f))
          .toList()) {
        try {
          files.put(
              file.getFileName().toString(),
              new Stamp(Files.size(file), Files.getLastModifiedTime(file).toMillis()));
        } catch (IOException e) {
          LOG.debug("{} went away while it was looked at", file, e);
        }
      }
    } catch (IOException e) {
      LOG.warn("{} cannot be read", folder, e);
      known.forEach((name, k) -> files.put(name, k.stamp()));
    }
    return files;
  }

  private void add(String name, Stamp stamp) {
    Path copy = copies.resolve(++copied + ".jar");
    try {
      Files.createDirectories(copies);
      Files.copy(folder.resolve(name), copy, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      put(
          name,
          stamp,
          null,
          copy,
          "",
          Extension.State.BROKEN,
          "it cannot be read: " + e.getMessage());
      return;
    }
    String refusal = policy.refusal(copy).orElse(null);
    if (refusal != null) {
      put(name, stamp, null, copy, "", Extension.State.REFUSED, refusal);
      return;
    }
    List<Bundle> core = core();
    String flaw = JarCheck.flaw(copy, core).orElse(null);
    if (flaw != null) {
      put(name, stamp, null, copy, "", Extension.State.BROKEN, flaw);
      return;
    }
    Bundle bundle;
    try {
      bundle = context.installBundle("reference:" + copy.toUri());
    } catch (BundleException e) {
      String reason = e.getType() == BundleException.DUPLICATE_BUNDLE_ERROR
          ? "a bundle of the same name and version is installed already" + twin(copy)
              + " and is used; take one of them away"
          : "it cannot be installed: " + Diagnosis.oneLine(e.getMessage());
      put(name, stamp, null, copy, "", Extension.State.BROKEN, reason);
      return;
    }
    String words = bundle.getSymbolicName() + " " + bundle.getVersion();
    String exports = JarCheck.exports(bundle, core).orElse(null);
    String hides =
        policy.strict() ? JarCheck.hides(bundle, List.of(context.getBundles())).orElse(null) : null;
    if (exports == null && hides == null) {
      put(name, stamp, bundle, copy, words, Extension.State.BROKEN, "it has not been started");
      return;
    }
    discard(bundle);
    put(
        name,
        stamp,
        null,
        copy,
        words,
        exports == null ? Extension.State.REFUSED : Extension.State.BROKEN,
        exports != null
            ? exports
            : "it provides " + hides + "; where stroma.extensions.policy is " + policy.mode()
                + ", nobody provides again what is there");
  }

  /** Takes away a bundle that has never run. */
  private static void discard(Bundle bundle) {
    try {
      bundle.uninstall();
    } catch (BundleException e) {
      LOG.warn("{} cannot be uninstalled", bundle.getSymbolicName(), e);
    }
  }

  /** The bundles that did not come from the folder: what they call themselves is no matter. */
  private List<Bundle> core() {
    return Stream.of(context.getBundles())
        .filter(bundle -> !bundle.getLocation().contains("/" + COPIES + "/"))
        .toList();
  }

  /** Which extension is the same bundle as a jar, in words. */
  private String twin(Path jar) {
    try (JarFile file = new JarFile(jar.toFile(), false)) {
      Attributes manifest = file.getManifest().getMainAttributes();
      String name = manifest
          .getValue(Constants.BUNDLE_SYMBOLICNAME)
          .replaceFirst(";(?s:.*)", "")
          .strip();
      Version version = Version.parseVersion(manifest.getValue(Constants.BUNDLE_VERSION));
      return known.values().stream()
          .filter(k -> k.extension().bundle().equals(name + " " + version))
          .findFirst()
          .map(k -> ": extension " + k.extension().file() + " is " + name + " " + version + " too")
          .orElse("");
    } catch (IOException | IllegalArgumentException e) {
      return "";
    }
  }

  private void put(
      String name,
      Stamp stamp,
      Bundle bundle,
      Path copy,
      String words,
      Extension.State state,
      String reason) {
    known.put(name, new Known(stamp, bundle, copy, new Extension(name, words, state, reason)));
  }

  /** Starts what is installed and not active. */
  private void again() {
    boolean progress = true;
    while (progress) {
      progress = false;
      for (Known k : new ArrayList<>(known.values())) {
        if (k.bundle() != null && k.extension().state() != Extension.State.ACTIVE) {
          String reason = start(k.bundle());
          Extension e = k.extension();
          Extension.State state = reason == null ? Extension.State.ACTIVE : Extension.State.BROKEN;
          put(
              e.file(),
              k.stamp(),
              k.bundle(),
              k.copy(),
              e.bundle(),
              state,
              reason == null ? "" : reason);
          progress |= reason == null;
        }
      }
    }
  }

  /** Why a bundle does not start; null for one that does. One that hangs is left alone. */
  private String start(Bundle bundle) {
    if (bundle.getState() == Bundle.STARTING) {
      return "it does not come to an end of its start";
    }
    Throwable failure = patience.run("start", bundle, bundle::start);
    if (failure == null) {
      return null;
    }
    if (failure instanceof TimeoutException) {
      return "it does not come to an end of its start within " + patience.seconds() + " s";
    }
    LOG.warn("extension {} does not start", bundle.getSymbolicName(), failure);
    return Diagnosis.of(context, bundle, failure);
  }

  private void remove(String name) {
    Known gone = known.remove(name);
    shown = List.copyOf(known.values());
    if (gone.bundle() != null) {
      Throwable failure = patience.run("stop", gone.bundle(), () -> {
        gone.bundle().uninstall();
        refresh(List.of(gone.bundle()));
      });
      if (failure != null) {
        String sentence = gone.extension().bundle() + " was taken away, but "
            + (failure instanceof TimeoutException
                ? "does not come to an end of its stop"
                : "fails when it is stopped: " + failure);
        LOG.warn("extension {}", sentence, failure);
        System.err.println("stroma: extension " + sentence);
      }
      LOG.info("extension {} was taken away", gone.extension().bundle());
    }
    try {
      if (Files.isRegularFile(gone.copy())) {
        Files.delete(gone.copy());
      }
    } catch (IOException e) {
      LOG.debug("{} stays until the end", gone.copy(), e);
    }
    // what was built on it has been stopped with it, and may do without
    for (Known k : new ArrayList<>(known.values())) {
      if (k.bundle() != null
          && k.bundle().getState() != Bundle.ACTIVE
          && k.extension().state() == Extension.State.ACTIVE) {
        put(
            k.extension().file(),
            k.stamp(),
            k.bundle(),
            k.copy(),
            k.extension().bundle(),
            Extension.State.BROKEN,
            "it was stopped");
      }
    }
  }

  /** Gives up the classes of a bundle, and waits until nobody uses them any more. */
  private void refresh(Collection<Bundle> bundles) {
    CountDownLatch done = new CountDownLatch(1);
    context
        .getBundle(Constants.SYSTEM_BUNDLE_LOCATION)
        .adapt(FrameworkWiring.class)
        .refreshBundles(bundles, event -> {
          if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
            done.countDown();
          }
        });
    try {
      done.await(REFRESH_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tell(Extension extension) {
    if (extension.equals(told.put(extension.file(), extension))) {
      return;
    }
    if (extension.state() == Extension.State.ACTIVE) {
      LOG.info("{}", extension);
    } else {
      LOG.warn("{}", extension);
      System.err.println("stroma: " + extension);
    }
  }
}
