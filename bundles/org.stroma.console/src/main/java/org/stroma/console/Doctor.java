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
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.NOPLoggerFactory;
import org.stroma.extensions.Diagnosis;
import org.stroma.extensions.Extension;
import org.stroma.extensions.Extensions;
import org.stroma.model.Devices;
import org.stroma.parts.FaultsException;
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
  private boolean healthy = true;

  Doctor(CommandServices services, PrintStream out) {
    this.context = services.context();
    this.catalog = services.catalog();
    this.devices = services.devices();
    this.folder = services.folder();
    this.out = out;
  }

  /** Prints the state of the installation; returns whether it has no problems. */
  boolean examine() {
    print(
        "Java",
        System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version") + " ("
            + System.getProperty("java.home") + ")");
    print(
        "Framework",
        context.getBundle(0).getSymbolicName() + " " + context.getBundle(0).getVersion());
    try {
      print("TensorFlow", org.tensorflow.TensorFlow.version());
      print("Natives", natives());
      print("Devices", devices.listSentence());
      print("Precision", devices.precisions());
      attention();
    } catch (LinkageError e) {
      healthy = false;
      print("TensorFlow", "its native library does not load: " + e.getMessage());
      print("", "one fragment org.stroma.tensorflow.* for this platform has to be in bundles/");
    }
    if (LoggerFactory.getILoggerFactory() instanceof NOPLoggerFactory) {
      problem(
          "SLF4J has found no logging provider: all log lines are lost, those of stroma.log too");
    }
    Map<String, Integer> counts = new TreeMap<>();
    catalog.parts().forEach(part -> counts.merge(part.kind().label(), 1, Integer::sum));
    print(
        "Parts",
        counts.entrySet().stream()
            .map(e -> e.getValue() + " " + e.getKey())
            .collect(Collectors.joining(", ")));
    List<Extension> extensions = folder == null ? List.of() : folder.list();
    bundles(extensions);
    trust(extensions);
    for (SettingKey<?> key : SettingKeys.all()) {
      print(key == SettingKeys.all().get(0) ? "Settings" : "", key.line(context::getProperty));
    }
    catalog.flaws().forEach(this::problem);
    extensions.stream()
        .filter(e -> e.state() != Extension.State.ACTIVE)
        .forEach(e -> problem(e.toString()));
    // the current reasons of bundles that do not start have been printed above
    startProblems().stream()
        .filter(problem -> !problem.matches("bundle \\S+ does not start: .*"))
        .forEach(this::problem);
    out.println(healthy ? "All is well." : "See the problems above.");
    return healthy;
  }

  private void attention() {
    try {
      print("Attention", devices.attentionSentence());
    } catch (FaultsException e) {
      e.faults().forEach(fault -> problem(fault.message()));
    }
  }

  private static String natives() {
    try {
      return org.bytedeco.javacpp.Loader.getCacheDir().toString();
    } catch (IOException e) {
      return "in JavaCPP's own cache";
    }
  }

  /** Problems of the start as recorded by the launcher; none if another launcher is used. */
  private List<String> startProblems() {
    List<String> problems = new ArrayList<>();
    try {
      for (ServiceReference<?> reference :
          context.getServiceReferences(Supplier.class, "(stroma.problems=true)")) {
        if (context.getService(reference) instanceof Supplier<?> supplier
            && supplier.get() instanceof Collection<?> reported) {
          reported.forEach(problem -> problems.add(problem.toString()));
        }
      }
    } catch (InvalidSyntaxException e) {
      throw new IllegalStateException(e);
    }
    return problems;
  }

  private void bundles(List<Extension> extensions) {
    int active = 0;
    for (Bundle bundle : context.getBundles()) {
      if (Diagnosis.works(bundle)) {
        active++;
      } else if (!Diagnosis.leftAside(context, bundle)
          && extensions.stream().noneMatch(extension -> MissingPartsReport.of(extension, bundle))) {
        problem("bundle " + bundle.getSymbolicName() + " " + bundle.getVersion() + ": "
            + MissingPartsReport.diagnose(context, bundle));
      }
    }
    print("Bundles", active + " work");
  }

  /** Prints the trust policy for extensions and what it does not cover. */
  private void trust(List<Extension> extensions) {
    List<String> rules = folder == null ? List.of() : folder.rules();
    if (rules.isEmpty()) {
      print("Extensions", "there is no folder of extensions");
      return;
    }
    long active =
        extensions.stream().filter(e -> e.state() == Extension.State.ACTIVE).count();
    print("Extensions", active + " of " + extensions.size() + " work, in " + rules.get(0));
    print("Policy", rules.get(1));
    print(
        "",
        "not covered: bundles/ and framework/ of the distribution; models that extractors and readers load "
            + "(SavedModel and ONNX files compute what their makers want); files that experiments name; bundles installed at the console");
  }

  private void problem(String sentence) {
    healthy = false;
    print("Problem", sentence);
  }

  private void print(String what, String sentence) {
    out.println(String.format(Locale.ROOT, "%-11s %s", what, sentence));
  }
}
