/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.extensions;

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
 * Watches the folder of extensions ({@code extensions/} of the distribution, or what {@code stroma.extensions} names). What
 * lies in it at the start is started before anybody asks; what comes later, as soon as its file no longer grows. What runs is a
 * copy, the one that was checked: a jar may be overwritten or deleted at any time.
 */
@Component(service = Extensions.class, immediate = true)
public final class Extensions {
  private static final Logger LOG = LoggerFactory.getLogger(Extensions.class);

  private static final long LOOK_MILLIS = 500;

  /** Classes that call parts: what fails below them is theirs, unless code of an extension came first. */
  private static final Pattern CALLERS = Pattern.compile("org\\.stroma\\.(runtime|parts|experiment|"
      + "dataset|model|run|evaluation|explain|training|jobs|console)\\..*");

  private final Path folder;
  private final TrustPolicy policy;
  private final JarFolder jars;
  private final JarInstaller installer;
  private final PrintStream err;
  private final Thread watcher;

  /** By file name; all access under the lock of this. */
  private final SortedMap<String, InstalledJar> known = new TreeMap<>();

  /** What others see: a look may take its time. */
  private volatile List<InstalledJar> shown = List.of();

  /** What the user has heard of each file. */
  private final Map<String, Extension> told = new HashMap<>();

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
    err = err(context);
    jars = folder == null ? null : new JarFolder(folder);
    installer = folder == null ? null : new JarInstaller(context, folder, policy, patience);
    watcher = new Thread(this::watch, "stroma-extensions");
    watcher.setDaemon(true);
    if (folder != null) {
      look(true);
      watcher.start();
    }
  }

  /** Where the launcher wants to have told what goes wrong; standard error where another one starts Stroma. */
  private static PrintStream err(BundleContext context) {
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

  /** The jars of the folder, by name, as they were after the last look. */
  public List<Extension> list() {
    return shown.stream().map(InstalledJar::extension).toList();
  }

  /** What the folder is, and whom it trusts, in sentences; empty where there is no folder. */
  public List<String> rules() {
    return folder == null ? List.of() : List.of(folder.toString(), policy.sentence());
  }

  /** The extension whose code failed, where the innermost code that is known belongs to one. */
  public Optional<Extension> culprit(Throwable failure) {
    return culprit(failure, shown);
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
    JarFolder.Look look = jars.look();
    boolean changed = distrust();
    for (String gone :
        known.keySet().stream().filter(name -> !look.files().containsKey(name)).toList()) {
      remove(gone);
      changed = true;
    }
    for (String name : new TreeSet<>(look.files().keySet())) {
      JarFolder.Stamp stamp = look.files().get(name);
      InstalledJar before = known.get(name);
      if ((first || look.settled(name)) && (before == null || !before.stamp().equals(stamp))) {
        if (before != null) {
          remove(name);
        }
        known.put(name, installer.install(name, stamp, known.values()));
        changed = true;
      }
    }
    shown = List.copyOf(known.values());
    if (changed) {
      startAll();
      shown = List.copyOf(known.values());
      known.values().forEach(jar -> tell(jar.extension()));
      told.keySet().retainAll(known.keySet());
    }
  }

  /** Takes away whom the policy trusts no longer, and whom it may trust now, to look at them anew; returns whether there were any. */
  private boolean distrust() {
    String trust = policy.stamp();
    if (trust.equals(lastTrust)) {
      return false;
    }
    lastTrust = trust;
    boolean changed = false;
    for (InstalledJar jar : new ArrayList<>(known.values())) {
      if (jar.is(Extension.State.REFUSED) || policy.refusal(jar.copy()).isPresent()) {
        remove(jar.extension().file());
        changed = true;
      }
    }
    return changed;
  }

  /** Starts what is installed and not active; again, as long as it helps, since one may have waited for another. */
  private void startAll() {
    boolean progress = true;
    while (progress) {
      progress = false;
      for (InstalledJar jar : new ArrayList<>(known.values())) {
        if (jar.bundle() != null && !jar.is(Extension.State.ACTIVE)) {
          InstalledJar tried = installer.start(jar);
          known.put(jar.extension().file(), tried);
          progress |= tried.is(Extension.State.ACTIVE);
        }
      }
    }
  }

  private void remove(String name) {
    InstalledJar gone = known.remove(name);
    shown = List.copyOf(known.values());
    String problem = installer.remove(gone);
    if (problem != null) {
      err.println("stroma: " + problem);
    }
    // what was built on it has been stopped with it, and may do without
    for (InstalledJar jar : new ArrayList<>(known.values())) {
      if (jar.bundle() != null
          && jar.bundle().getState() != Bundle.ACTIVE
          && jar.is(Extension.State.ACTIVE)) {
        known.put(jar.extension().file(), jar.in(Extension.State.BROKEN, "it was stopped"));
      }
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
      err.println("stroma: " + extension);
    }
  }
}
