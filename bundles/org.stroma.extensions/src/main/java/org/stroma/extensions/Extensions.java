/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.extensions;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stroma.settings.SettingKeys;

/**
 * Watches the folder of extensions ({@code extensions/} of the distribution, or the value of
 * {@code stroma.extensions}). Jars present at the start are started during activation; later ones
 * as soon as their file stops growing. What runs is the checked copy of a jar, so the file may be
 * overwritten or deleted at any time.
 */
@Component(service = Extensions.class, immediate = true)
public final class Extensions {
  private static final Logger LOG = LoggerFactory.getLogger(Extensions.class);

  private static final long SCAN_INTERVAL_MILLIS = 500;

  /** Classes that call parts. A stack frame of these ends the search for the extension at fault. */
  private static final Pattern CALLERS = Pattern.compile("org\\.stroma\\.(runtime|parts|experiment|"
      + "dataset|model|run|evaluation|explain|training|jobs|console)\\..*");

  private final Path folder;
  private final TrustPolicy policy;
  private final JarFolder jars;
  private final JarInstaller installer;
  private final PrintStream err;
  private final Thread watcher;

  /** Jars by file name; guarded by this. */
  private final SortedMap<String, InstalledJar> jarsByName = new TreeMap<>();

  /** Snapshot for readers, so that they do not wait for a scan. */
  private volatile List<InstalledJar> snapshot = List.of();

  /** The state of each file that was last reported to the user. */
  private final Map<String, Extension> reported = new HashMap<>();

  private String lastTrust = "";

  @Activate
  public Extensions(BundleContext context) {
    String home = context.getProperty("stroma.home");
    Path base = Path.of(home == null ? "." : home).toAbsolutePath();
    folder = SettingKeys.EXTENSIONS
        .given(context::getProperty)
        .map(Path::toAbsolutePath)
        .orElse(home == null ? null : base.resolve("extensions"));
    policy = new TrustPolicy(
        SettingKeys.EXTENSIONS_POLICY.of(context::getProperty),
        base.resolve(SettingKeys.EXTENSIONS_LIST.of(context::getProperty)),
        base.resolve(SettingKeys.EXTENSIONS_CERTIFICATES.of(context::getProperty)));
    Patience patience = new Patience(SettingKeys.EXTENSIONS_START_SECONDS.of(context::getProperty));
    err = errorStream(context);
    jars = folder == null ? null : new JarFolder(folder);
    installer = folder == null ? null : new JarInstaller(context, folder, policy, patience);
    watcher = new Thread(this::watch, "stroma-extensions");
    watcher.setDaemon(true);
    if (folder != null) {
      scan(true);
      watcher.start();
    }
  }

  /** The error stream that the launcher registers as a service; System.err if there is none. */
  private static PrintStream errorStream(BundleContext context) {
    try {
      return context.getServiceReferences(PrintStream.class, "(stroma.stream=err)").stream()
          .findFirst()
          .map(context::getService)
          .orElse(System.err);
    } catch (InvalidSyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  @Deactivate
  void stop() {
    watcher.interrupt();
  }

  /** The jars of the folder by name, as of the last scan. */
  public List<Extension> list() {
    return snapshot.stream().map(InstalledJar::extension).toList();
  }

  /** The folder and its trust policy, as sentences; empty if there is no folder. */
  public List<String> rules() {
    return folder == null ? List.of() : List.of(folder.toString(), policy.sentence());
  }

  /** The folder; empty if there is none. */
  public Optional<Path> folder() {
    return Optional.ofNullable(folder);
  }

  /** The file of SHA-256 sums that the policy {@code listed} trusts; it need not be there. */
  public Path trustedSums() {
    return policy.list();
  }

  /** Why the policy does not trust a jar; empty if it does. */
  public Optional<String> refusal(Path jar) {
    return policy.refusal(jar);
  }

  /**
   * Whether a SHA-256 stands in a list of those that are trusted, as {@code sha256sum} writes it.
   *
   * @throws IOException where the list cannot be read
   */
  public static boolean listed(Path list, String sha256) throws IOException {
    return TrustPolicy.listed(list, sha256);
  }

  /** The SHA-256 of a file, in hexadecimal. */
  public static String sha256(Path file) throws IOException {
    return TrustPolicy.sha256(file);
  }

  /**
   * The extension whose code failed: the owner of the innermost known stack frame; empty if that is
   * Stroma itself.
   */
  public Optional<Extension> culprit(Throwable failure) {
    return culprit(failure, snapshot);
  }

  static Optional<Extension> culprit(Throwable failure, List<InstalledJar> installed) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    for (StackTraceElement frame : cause.getStackTrace()) {
      String file = frame.getClassName().replace('.', '/') + ".class";
      for (InstalledJar jar : installed) {
        if (jar.bundle() != null
            && jar.bundle().getState() != Bundle.UNINSTALLED
            && jar.bundle().getEntry(file) != null) {
          return Optional.of(jar.extension());
        }
      }
      if (CALLERS.matcher(frame.getClassName()).matches()) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  private void watch() {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        Thread.sleep(SCAN_INTERVAL_MILLIS);
        scan(false);
      } catch (InterruptedException | IllegalStateException e) {
        // the framework is stopping
        return;
      } catch (RuntimeException e) {
        LOG.error("a look at {} failed", folder, e);
      }
    }
  }

  private synchronized void scan(boolean first) {
    JarFolder.Scan scan = jars.scan();
    boolean changed = applyPolicyChange();
    for (String removed : jarsByName.keySet().stream()
        .filter(name -> !scan.files().containsKey(name))
        .toList()) {
      remove(removed);
      changed = true;
    }
    for (String name : new TreeSet<>(scan.files().keySet())) {
      JarFolder.Stamp stamp = scan.files().get(name);
      InstalledJar previous = jarsByName.get(name);
      if ((first || scan.settled(name))
          && (previous == null || !previous.stamp().equals(stamp))) {
        if (previous != null) {
          remove(name);
        }
        jarsByName.put(name, installer.install(name, stamp, jarsByName.values()));
        changed = true;
      }
    }
    snapshot = List.copyOf(jarsByName.values());
    if (changed) {
      startAll();
      snapshot = List.copyOf(jarsByName.values());
      jarsByName.values().forEach(jar -> report(jar.extension()));
      reported.keySet().retainAll(jarsByName.keySet());
    }
  }

  /**
   * After a change of the policy: removes jars that are no longer trusted, and refused ones so that
   * they are checked again. Returns whether any was removed.
   */
  private boolean applyPolicyChange() {
    String trust = policy.stamp();
    if (trust.equals(lastTrust)) {
      return false;
    }
    lastTrust = trust;
    boolean changed = false;
    for (InstalledJar jar : new ArrayList<>(jarsByName.values())) {
      if (jar.is(Extension.State.REFUSED) || policy.refusal(jar.copy()).isPresent()) {
        remove(jar.extension().file());
        changed = true;
      }
    }
    return changed;
  }

  /**
   * Starts all installed jars that are not active, repeating while any succeeds, since one may
   * depend on another.
   */
  private void startAll() {
    boolean progress = true;
    while (progress) {
      progress = false;
      for (InstalledJar jar : new ArrayList<>(jarsByName.values())) {
        if (jar.bundle() != null && !jar.is(Extension.State.ACTIVE)) {
          InstalledJar started = installer.start(jar);
          jarsByName.put(jar.extension().file(), started);
          progress |= started.is(Extension.State.ACTIVE);
        }
      }
    }
  }

  private void remove(String name) {
    InstalledJar removed = jarsByName.remove(name);
    snapshot = List.copyOf(jarsByName.values());
    String problem = installer.remove(removed);
    if (problem != null) {
      err.println("stroma: " + problem);
    }
    // bundles wired to it have been stopped too and may be able to run without it
    for (InstalledJar jar : new ArrayList<>(jarsByName.values())) {
      if (jar.bundle() != null
          && jar.bundle().getState() != Bundle.ACTIVE
          && jar.is(Extension.State.ACTIVE)) {
        jarsByName.put(
            jar.extension().file(), jar.withState(Extension.State.BROKEN, "it was stopped"));
      }
    }
  }

  private void report(Extension extension) {
    if (extension.equals(reported.put(extension.file(), extension))) {
      return;
    }
    if (extension.state() == Extension.State.ACTIVE) {
      LOG.info("{}", extension);
    } else {
      LOG.warn("{}", extension);
      err.println("stroma: " + extension);
    }
  }
}
