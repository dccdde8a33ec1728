/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.console;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.BundleRevision;
import org.stroma.extensions.Extension;
import org.stroma.extensions.Extensions;
import org.stroma.model.Devices;
import org.stroma.parts.PartCatalog;
import org.stroma.settings.SettingKey;
import org.stroma.settings.SettingKeys;

/** Examines the installation. */
final class Doctor {
  private final BundleContext context;
  private final PartCatalog catalog;
  private final Devices devices;
  private final Extensions folder;
  private final PrintStream out;
  private boolean well = true;

  Doctor(CommandServices services, PrintStream out) {
    this.context = services.context();
    this.catalog = services.catalog();
    this.devices = services.devices();
    this.folder = services.folder();
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
      say("Natives", natives());
      say("Devices", String.join(", ", devices.list()));
    } catch (LinkageError e) {
      well = false;
      say("TensorFlow", "its native library does not load: " + e.getMessage());
      say("", "one fragment org.stroma.tensorflow.* for this platform has to be in bundles/");
    }
    Map<String, Integer> counts = new TreeMap<>();
    catalog.parts().forEach(part -> counts.merge(part.kind().label(), 1, Integer::sum));
    say(
        "Parts",
        counts.entrySet().stream()
            .map(e -> e.getValue() + " " + e.getKey())
            .collect(Collectors.joining(", ")));
    List<Extension> extensions = folder == null ? List.of() : folder.list();
    bundles(extensions);
    trust(extensions);
    for (SettingKey<?> key : SettingKeys.all()) {
      say(key == SettingKeys.all().get(0) ? "Settings" : "", key.line(context::getProperty));
    }
    catalog.flaws().forEach(this::problem);
    extensions.stream()
        .filter(e -> e.state() != Extension.State.ACTIVE)
        .forEach(e -> problem(e.toString()));
    // why bundles do not start has been said above, as it is now
    startProblems().stream()
        .filter(problem -> !problem.matches("bundle \\S+ does not start: .*"))
        .forEach(this::problem);
    out.println(well ? "All is well." : "See the problems above.");
    return well;
  }

  private static String natives() {
    try {
      return org.bytedeco.javacpp.Loader.getCacheDir().toString();
    } catch (IOException e) {
      return "in JavaCPP's own cache";
    }
  }

  /** What the launcher met with at the start; nothing where another one starts Stroma. */
  private List<String> startProblems() {
    List<String> problems = new ArrayList<>();
    try {
      for (ServiceReference<?> reference :
          context.getServiceReferences(Supplier.class, "(stroma.problems=true)")) {
        if (context.getService(reference) instanceof Supplier<?> supplier
            && supplier.get() instanceof Collection<?> told) {
          told.forEach(problem -> problems.add(problem.toString()));
        }
      }
    } catch (InvalidSyntaxException e) {
      throw new IllegalStateException(e);
    }
    return problems;
  }

  /** Where Stroma runs in another program, Gogo is not started: it would put streams of its own into System. */
  private boolean leftOut(Bundle bundle) {
    return Boolean.parseBoolean(context.getProperty("stroma.embedded"))
        && String.valueOf(bundle.getSymbolicName()).startsWith("org.apache.felix.gogo.");
  }

  private void bundles(List<Extension> extensions) {
    int active = 0;
    for (Bundle bundle : context.getBundles()) {
      boolean fragment =
          (bundle.adapt(BundleRevision.class).getTypes() & BundleRevision.TYPE_FRAGMENT) != 0;
      if (bundle.getState() == Bundle.ACTIVE || fragment && bundle.getState() == Bundle.RESOLVED) {
        active++;
      } else if (!leftOut(bundle)
          && extensions.stream().noneMatch(extension -> MissingPartsReport.of(extension, bundle))) {
        problem("bundle " + bundle.getSymbolicName() + " " + bundle.getVersion() + ": "
            + MissingPartsReport.broken(context, bundle));
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
