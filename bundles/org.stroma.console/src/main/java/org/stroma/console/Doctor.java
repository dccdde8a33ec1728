/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.console;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.wiring.BundleRevision;
import org.stroma.extensions.Extension;
import org.stroma.extensions.Extensions;
import org.stroma.model.Devices;
import org.stroma.parts.PartCatalog;

/** Examines the installation. */
final class Doctor {
  private final BundleContext context;
  private final PartCatalog catalog;
  private final Devices devices;
  private final Extensions folder;
  private final PrintStream out;
  private boolean well = true;

  /** @param folder of extensions; null where there is none */
  Doctor(
      BundleContext context,
      PartCatalog catalog,
      Devices devices,
      Extensions folder,
      PrintStream out) {
    this.context = context;
    this.catalog = catalog;
    this.devices = devices;
    this.folder = folder;
    this.out = out;
  }

  /** Tells what is there and what is wrong; returns whether nothing is. */
  boolean examine() {
    say(
        "Java",
        System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version") + " ("
            + System.getProperty("java.home") + ")");
    say(
        "Framework",
        context.getBundle(0).getSymbolicName() + " " + context.getBundle(0).getVersion());
    try {
      say("TensorFlow", org.tensorflow.TensorFlow.version());
      say("Natives", System.getProperty("org.bytedeco.javacpp.cachedir", "in JavaCPP's own cache"));
      say("Devices", String.join(", ", devices.list()));
    } catch (LinkageError e) {
      well = false;
      say("TensorFlow", "its native library does not load: " + e.getMessage());
      say("", "one fragment org.stroma.tensorflow.* for this platform has to be in bundles/");
    }
    Map<String, Integer> counts = new TreeMap<>();
    catalog.parts().forEach(part -> counts.merge(part.kind().word(), 1, Integer::sum));
    say(
        "Parts",
        counts.entrySet().stream()
            .map(e -> e.getValue() + " " + e.getKey())
            .collect(Collectors.joining(", ")));
    List<Extension> extensions = folder == null ? List.of() : folder.list();
    bundles(extensions);
    trust(extensions);
    catalog.flaws().forEach(this::problem);
    extensions.stream()
        .filter(e -> e.state() != Extension.State.ACTIVE)
        .forEach(e -> problem(e.toString()));
    for (String problem : System.getProperty("stroma.problems", "").split("\n")) {
      // why bundles do not start has been said above, as it is now
      if (!problem.isEmpty() && !problem.matches("bundle \\S+ does not start: .*")) {
        problem(problem);
      }
    }
    out.println(well ? "All is well." : "See the problems above.");
    return well;
  }

  private void bundles(List<Extension> extensions) {
    int active = 0;
    for (Bundle bundle : context.getBundles()) {
      boolean fragment =
          (bundle.adapt(BundleRevision.class).getTypes() & BundleRevision.TYPE_FRAGMENT) != 0;
      if (bundle.getState() == Bundle.ACTIVE || fragment && bundle.getState() == Bundle.RESOLVED) {
        active++;
      } else if (extensions.stream().noneMatch(extension -> Why.of(extension, bundle))) {
        problem("bundle " + bundle.getSymbolicName() + " " + bundle.getVersion() + ": "
            + Why.broken(context, bundle));
      }
    }
    say("Bundles", active + " work");
  }

  /** Whose code is let in, and what that says nothing about. */
  private void trust(List<Extension> extensions) {
    List<String> rules = folder == null ? List.of() : folder.rules();
    if (rules.isEmpty()) {
      say("Extensions", "there is no folder of extensions");
      return;
    }
    long active =
        extensions.stream().filter(e -> e.state() == Extension.State.ACTIVE).count();
    say("Extensions", active + " of " + extensions.size() + " work, in " + rules.get(0));
    say("Policy", rules.get(1));
    say(
        "",
        "not covered: bundles/ and framework/ of the distribution; models that extractors, readers and \"initialize\" load "
            + "(SavedModel and ONNX files compute what their makers want); files that experiments name; bundles installed at the console");
  }

  private void problem(String sentence) {
    well = false;
    say("Problem", sentence);
  }

  private void say(String what, String sentence) {
    out.println(String.format(Locale.ROOT, "%-11s %s", what, sentence));
  }
}
