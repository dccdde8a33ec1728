/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.util.tracker.ServiceTracker;
import org.stroma.command.CancelledException;
import org.stroma.command.UsageException;
import org.stroma.extensions.Diagnosis;
import org.stroma.jobs.LiveView;

/**
 * The bundles of the live view, in {@code bundles/web} of the distribution. They are installed when it is asked for, so that no other
 * command pays for them, and no server can listen unasked.
 */
final class LiveViewBundles {
  private static final long PATIENCE_MILLIS = 20_000;

  private LiveViewBundles() {}

  /** The live view, whose bundles are started where they are not. */
  static synchronized LiveView start(BundleContext context) {
    if (context.getServiceReference(LiveView.class) == null) {
      install(context);
    }
    ServiceTracker<LiveView, LiveView> tracker =
        new ServiceTracker<>(context, LiveView.class, null);
    tracker.open();
    try {
      LiveView view = tracker.waitForService(PATIENCE_MILLIS);
      if (view == null) {
        throw new IllegalStateException(
            "the live view did not start within " + PATIENCE_MILLIS / 1000 + " s");
      }
      return view;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException();
    } finally {
      tracker.close();
    }
  }

  private static void install(BundleContext context) {
    Path folder = Path.of(String.valueOf(context.getProperty("stroma.home")), "bundles", "web");
    List<Bundle> bundles = new ArrayList<>();
    Bundle current = null;
    try {
      for (Path jar : jars(folder)) {
        bundles.add(context.installBundle("reference:" + jar.toAbsolutePath().toUri()));
      }
      for (Bundle bundle : bundles) {
        current = bundle;
        bundle.start();
      }
    } catch (BundleException e) {
      String why = current == null
          ? e.getMessage()
          : current.getSymbolicName() + " does not start: "
              + Diagnosis.lacking(context, current).orElse(e.getMessage());
      throw new IllegalStateException("the live view does not start: " + why, e);
    }
  }

  private static List<Path> jars(Path folder) {
    try (var files = Files.list(folder)) {
      List<Path> jars =
          files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
      if (!jars.isEmpty()) {
        return jars;
      }
    } catch (IOException e) {
      // told below
    }
    throw new UsageException("the live view is not installed: its bundles would be in " + folder);
  }
}
