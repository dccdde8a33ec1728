/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.extensions;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.List;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies, checks, installs, starts and removes jars, one at a time. Bundles run from the checked
 * copy.
 */
final class JarInstaller {
  private static final Logger LOG = LoggerFactory.getLogger(JarInstaller.class);

  /**
   * Folder of copies. It marks a bundle's location as that of an extension (PartCatalog looks for
   * it).
   */
  private static final String COPIES = "stroma-extensions";

  private static final long REFRESH_SECONDS = 15;

  private final BundleContext context;
  private final Path folder;
  private final TrustPolicy policy;
  private final Patience patience;
  private final Path copies;
  private long copyCount;

  JarInstaller(BundleContext context, Path folder, TrustPolicy policy, Patience patience) {
    this.context = context;
    this.folder = folder;
    this.policy = policy;
    this.patience = patience;
    this.copies = context.getDataFile(COPIES).toPath();
  }

  /**
   * Installs a jar of the folder if it passes all checks.
   *
   * @param others the jars installed already
   */
  InstalledJar install(String name, JarFolder.Stamp stamp, Collection<InstalledJar> others) {
    try {
      return installChecked(name, stamp, others);
    } catch (RuntimeException e) {
      // such as a file name that the system's encoding cannot represent
      LOG.warn("extension {} cannot be used", name, e);
      return InstalledJar.notInstalled(
          name, stamp, copies, "", Extension.State.BROKEN, "it cannot be read: " + e.getMessage());
    }
  }

  private InstalledJar installChecked(
      String name, JarFolder.Stamp stamp, Collection<InstalledJar> others) {
    Path copy = copies.resolve(++copyCount + ".jar");
    try {
      Files.createDirectories(copies);
      Files.copy(folder.resolve(name), copy, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      return InstalledJar.notInstalled(
          name, stamp, copy, "", Extension.State.BROKEN, "it cannot be read: " + e.getMessage());
    }
    String refusal = policy.refusal(copy).orElse(null);
    if (refusal != null) {
      return InstalledJar.notInstalled(name, stamp, copy, "", Extension.State.REFUSED, refusal);
    }
    List<Bundle> core = core();
    String flaw = JarCheck.flaw(copy, core).orElse(null);
    if (flaw != null) {
      return InstalledJar.notInstalled(name, stamp, copy, "", Extension.State.BROKEN, flaw);
    }
    Bundle bundle;
    try {
      bundle = context.installBundle("reference:" + copy.toUri());
    } catch (BundleException e) {
      String reason = e.getType() == BundleException.DUPLICATE_BUNDLE_ERROR
          ? "a bundle of the same name and version is installed already" + twin(copy, others)
              + " and is used; take one of them away"
          : "it cannot be installed: " + Diagnosis.oneLine(e.getMessage());
      return InstalledJar.notInstalled(name, stamp, copy, "", Extension.State.BROKEN, reason);
    }
    String bundleName = bundle.getSymbolicName() + " " + bundle.getVersion();
    String exports = JarCheck.exports(bundle, core).orElse(null);
    String hides =
        policy.strict() ? JarCheck.hides(bundle, List.of(context.getBundles())).orElse(null) : null;
    if (exports == null && hides == null) {
      return new InstalledJar(
          stamp,
          bundle,
          copy,
          new Extension(name, bundleName, Extension.State.BROKEN, "it has not been started"));
    }
    discard(bundle);
    return exports != null
        ? InstalledJar.notInstalled(name, stamp, copy, bundleName, Extension.State.BROKEN, exports)
        : InstalledJar.notInstalled(
            name,
            stamp,
            copy,
            bundleName,
            Extension.State.REFUSED,
            "it provides " + hides + "; where stroma.extensions.policy is " + policy.mode()
                + ", nobody provides again what is there");
  }

  /** Uninstalls a bundle that was never started. */
  private static void discard(Bundle bundle) {
    try {
      bundle.uninstall();
    } catch (BundleException e) {
      LOG.warn("{} cannot be uninstalled", bundle.getSymbolicName(), e);
    }
  }

  /**
   * The bundles that were not installed from the folder, judged by location: symbolic names could
   * be forged.
   */
  private List<Bundle> core() {
    return Stream.of(context.getBundles())
        .filter(bundle -> !bundle.getLocation().contains("/" + COPIES + "/"))
        .toList();
  }

  /** Names the extension that is the same bundle as a jar; empty if unknown. */
  static String twin(Path jar, Collection<InstalledJar> others) {
    try (JarFile file = new JarFile(jar.toFile(), false)) {
      Attributes manifest = file.getManifest().getMainAttributes();
      String name = manifest
          .getValue(Constants.BUNDLE_SYMBOLICNAME)
          .replaceFirst(";(?s:.*)", "")
          .strip();
      Version version = Version.parseVersion(manifest.getValue(Constants.BUNDLE_VERSION));
      return others.stream()
          .filter(other -> other.extension().bundle().equals(name + " " + version))
          .findFirst()
          .map(other ->
              ": extension " + other.extension().file() + " is " + name + " " + version + " too")
          .orElse("");
    } catch (IOException | IllegalArgumentException e) {
      return "";
    }
  }

  /**
   * Starts an installed jar. One that hangs is left in its thread.
   *
   * @return the jar in its new state
   */
  InstalledJar start(InstalledJar jar) {
    String reason = tryStart(jar.bundle());
    return reason == null
        ? jar.withState(Extension.State.ACTIVE, "")
        : jar.withState(Extension.State.BROKEN, reason);
  }

  /**
   * Starts a bundle.
   *
   * @return why it failed; null if it started
   */
  private String tryStart(Bundle bundle) {
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

  /**
   * Uninstalls a jar.
   *
   * @return what went wrong, as a sentence; null if nothing did
   */
  String remove(InstalledJar jar) {
    String problem = jar.bundle() == null ? null : uninstall(jar);
    try {
      if (Files.isRegularFile(jar.copy())) {
        Files.delete(jar.copy());
      }
    } catch (IOException e) {
      LOG.debug("{} stays until the end", jar.copy(), e);
    }
    return problem;
  }

  private String uninstall(InstalledJar jar) {
    Throwable failure = patience.run("stop", jar.bundle(), () -> {
      jar.bundle().uninstall();
      refresh(List.of(jar.bundle()));
    });
    String problem = null;
    if (failure != null) {
      problem = "extension " + jar.extension().bundle() + " was taken away, but "
          + (failure instanceof TimeoutException
              ? "does not come to an end of its stop"
              : "fails when it is stopped: " + failure);
      LOG.warn(problem, failure);
    }
    LOG.info("extension {} was taken away", jar.extension().bundle());
    return problem;
  }

  /** Refreshes bundles and waits until their class loaders are released. */
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
}
