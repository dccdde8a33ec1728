/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.console;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.wiring.BundleRevision;
import org.stroma.extensions.Diagnosis;
import org.stroma.extensions.Extension;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;
import org.stroma.parts.PartCatalog;
import org.stroma.parts.PartDescriptor;

/** Explains which parts an experiment lacks and what would provide them. */
final class MissingPartsReport {
  /**
   * Namespace of the capabilities that the annotations of org.stroma.api add to bundles of parts.
   */
  private static final String PARTS = "stroma.part";

  private final BundleContext context;
  private final PartCatalog catalog;
  private final List<Extension> extensions;

  MissingPartsReport(BundleContext context, PartCatalog catalog, List<Extension> extensions) {
    this.context = context;
    this.catalog = catalog;
    this.extensions = extensions;
  }

  /** The lines of the report. */
  List<String> of(FaultsException unsatisfied) {
    List<String> lines = new ArrayList<>();
    for (Fault fault : unsatisfied.faults()) {
      if (fault.wanted() == null) {
        lines.add(fault.toString());
      } else {
        describeMissing(fault, lines);
      }
    }
    return lines;
  }

  private void describeMissing(Fault fault, List<String> lines) {
    Fault.Wanted wanted = fault.wanted();
    String kind = wanted.kind().label();
    lines.add(fault.pointer() + ": the " + kind + " \"" + wanted.type() + "\" is missing");
    String installed = catalog.parts().stream()
        .filter(p -> p.kind() == wanted.kind())
        .map(PartDescriptor::type)
        .collect(Collectors.joining(", "));
    lines.add("  installed of this kind: " + (installed.isEmpty() ? "none" : installed));
    List<Bundle> providers = Arrays.stream(context.getBundles())
        .filter(b -> provides(b, kind, wanted.type()))
        .toList();
    for (Bundle bundle : providers) {
      lines.add("  bundle " + bundle.getSymbolicName() + " " + bundle.getVersion()
          + " would provide it, but "
          + extensions.stream()
              .filter(e -> of(e, bundle) && !e.reason().isEmpty())
              .map(Extension::reason)
              .findFirst()
              .orElseGet(() -> diagnose(context, bundle)));
    }
    if (providers.isEmpty()) {
      lines.add("  what would satisfy it: a bundle with a part of kind " + kind + " and type \""
          + wanted.type() + "\", dropped into extensions/");
      extensions.stream()
          .filter(e -> e.state() != Extension.State.ACTIVE)
          .forEach(e -> lines.add("  it may be that " + e));
    }
  }

  private static boolean provides(Bundle bundle, String kind, String type) {
    BundleRevision revision = bundle.adapt(BundleRevision.class);
    return revision != null
        && revision.getDeclaredCapabilities(PARTS).stream()
            .map(c -> c.getAttributes())
            .anyMatch((Map<String, Object> a) ->
                kind.equals(a.get("kind")) && type.equals(a.get("type")));
  }

  /** Whether a bundle belongs to an extension. */
  static boolean of(Extension extension, Bundle bundle) {
    return extension.bundle().equals(bundle.getSymbolicName() + " " + bundle.getVersion());
  }

  /** What is wrong with a bundle. Tries to start an inactive one to learn the reason. */
  static String diagnose(BundleContext context, Bundle bundle) {
    if (bundle.getState() == Bundle.ACTIVE) {
      return "none of its components does: it is made wrong, see the log";
    }
    if (bundle.getState() == Bundle.STARTING) {
      return "it does not come to an end of its start";
    }
    if (bundle.getState() == Bundle.INSTALLED) {
      String lacking = Diagnosis.lacking(context, bundle).orElse(null);
      if (lacking != null) {
        return lacking;
      }
    }
    try {
      bundle.start();
      return "it had not been started; it works now";
    } catch (BundleException | RuntimeException | LinkageError e) {
      Throwable cause = e;
      while (cause instanceof BundleException && cause.getCause() != null) {
        cause = cause.getCause();
      }
      return "it does not start: "
          + String.valueOf(cause.getMessage()).replaceAll("\\s+", " ").strip();
    }
  }
}
