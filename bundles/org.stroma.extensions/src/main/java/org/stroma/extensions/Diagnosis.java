/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.extensions;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.Version;
import org.osgi.framework.VersionRange;
import org.osgi.framework.namespace.ExecutionEnvironmentNamespace;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;

/** Explains why a bundle does not resolve or start, in place of the framework's messages. */
public final class Diagnosis {
  private static final Pattern LOWER = Pattern.compile("\\((?:bundle-)?version>=([^)]*)\\)");
  private static final Pattern UPPER = Pattern.compile("\\(!\\((?:bundle-)?version>=([^)]*)\\)\\)");

  private Diagnosis() {}

  /** Whether a bundle is at work: it is started, or a fragment of one. */
  public static boolean works(Bundle bundle) {
    boolean fragment =
        (bundle.adapt(BundleRevision.class).getTypes() & BundleRevision.TYPE_FRAGMENT) != 0;
    return bundle.getState() == Bundle.ACTIVE || fragment && bundle.getState() == Bundle.RESOLVED;
  }

  /** Whether a bundle is not started on purpose: embedded in another program, Gogo would replace the streams of System. */
  public static boolean leftAside(BundleContext context, Bundle bundle) {
    return Boolean.parseBoolean(context.getProperty("stroma.embedded"))
        && String.valueOf(bundle.getSymbolicName()).startsWith("org.apache.felix.gogo.");
  }

  /** The unsatisfied mandatory requirements of a bundle, as sentences; empty if there are none. */
  public static Optional<String> lacking(BundleContext context, Bundle bundle) {
    BundleRevision revision = bundle.adapt(BundleRevision.class);
    if (revision == null) {
      return Optional.empty();
    }
    List<String> sentences = new ArrayList<>();
    for (BundleRequirement requirement : revision.getDeclaredRequirements(null)) {
      if (mandatory(requirement) && !provided(context, bundle, requirement)) {
        sentences.add(describe(context, requirement));
      }
    }
    return sentences.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", sentences));
  }

  /**
   * The reason of a failed start: unsatisfied requirements, or else what the bundle's own code
   * threw.
   */
  static String of(BundleContext context, Bundle bundle, Throwable failure) {
    if (failure instanceof BundleException e && e.getType() == BundleException.RESOLVE_ERROR) {
      return lacking(context, bundle).orElseGet(() -> oneLine(e.getMessage()));
    }
    Throwable cause = failure;
    while (cause instanceof BundleException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause instanceof BundleException
        ? oneLine(cause.getMessage())
        : "it fails when it is started: " + cause.getClass().getSimpleName()
            + (cause.getMessage() == null ? "" : ": " + oneLine(cause.getMessage()));
  }

  static String oneLine(String message) {
    return String.valueOf(message).replaceAll("\\s+", " ").strip();
  }

  private static boolean mandatory(BundleRequirement requirement) {
    String effective = requirement.getDirectives().getOrDefault("effective", "resolve");
    String resolution = requirement.getDirectives().getOrDefault("resolution", "mandatory");
    return effective.equals("resolve")
        && !resolution.equals("optional")
        && !resolution.equals("dynamic");
  }

  private static Stream<BundleCapability> capabilities(
      BundleContext context, Bundle candidate, String namespace) {
    return Stream.of(context.getBundles())
        .filter(b -> b.getState() != Bundle.UNINSTALLED
            && (b == candidate || b.getState() != Bundle.INSTALLED))
        .map(b -> b.adapt(BundleRevision.class))
        .filter(r -> r != null)
        .flatMap(r -> r.getDeclaredCapabilities(namespace).stream());
  }

  private static boolean provided(
      BundleContext context, Bundle bundle, BundleRequirement requirement) {
    return capabilities(context, bundle, requirement.getNamespace()).anyMatch(requirement::matches);
  }

  private static String describe(BundleContext context, BundleRequirement requirement) {
    String filter = requirement.getDirectives().getOrDefault("filter", "");
    String namespace = requirement.getNamespace();
    if (namespace.equals(ExecutionEnvironmentNamespace.EXECUTION_ENVIRONMENT_NAMESPACE)) {
      String requiredVersion = range(filter)
          .map(r -> r.getLeft().toString())
          .orElseGet(() -> valueOf(filter, "version="));
      return "it needs Java " + requiredVersion.replaceAll("(\\.0)+$", "") + ", and this is Java "
          + Runtime.version().feature();
    }
    String name = valueOf(filter, namespace + "=");
    String what =
        namespace.equals(PackageNamespace.PACKAGE_NAMESPACE) ? "the package " : namespace + " ";
    Optional<VersionRange> range = range(filter);
    TreeSet<Version> available = capabilities(context, null, namespace)
        .filter(c -> name.equals(String.valueOf(c.getAttributes().get(namespace))))
        .map(
            c -> c.getAttributes().getOrDefault("version", c.getAttributes().get("bundle-version")))
        .filter(Version.class::isInstance)
        .map(Version.class::cast)
        .collect(Collectors.toCollection(TreeSet::new));
    if (available.isEmpty() || range.isEmpty()) {
      return "it needs " + what + (name.isEmpty() ? filter : name)
          + ", which no bundle here provides";
    }
    boolean newer = range.get().getLeft().compareTo(available.last()) > 0;
    String versions =
        available.stream().map(Version::toString).collect(Collectors.joining(" and "));
    return "it needs " + what + name + " in version " + range.get() + ", and here is " + versions
        + ": it was built for "
        + (newer ? "a newer" : "an older")
        + (name.startsWith("org.stroma.") ? " Stroma" : " version")
        + " and has to be built against this one";
  }

  private static Optional<VersionRange> range(String filter) {
    try {
      FrameworkUtil.createFilter(filter);
    } catch (InvalidSyntaxException e) {
      return Optional.empty();
    }
    Matcher upper = UPPER.matcher(filter);
    Matcher lower = LOWER.matcher(filter.replaceAll(UPPER.pattern(), ""));
    if (!lower.find()) {
      return Optional.empty();
    }
    Version from = Version.parseVersion(lower.group(1));
    return Optional.of(
        upper.find()
            ? new VersionRange(
                VersionRange.LEFT_CLOSED,
                from,
                Version.parseVersion(upper.group(1)),
                VersionRange.RIGHT_OPEN)
            : new VersionRange(VersionRange.LEFT_CLOSED, from, null, VersionRange.RIGHT_OPEN));
  }

  private static String valueOf(String filter, String key) {
    int start = filter.indexOf("(" + key);
    return start < 0 ? "" : filter.substring(start + key.length() + 1, filter.indexOf(')', start));
  }
}
