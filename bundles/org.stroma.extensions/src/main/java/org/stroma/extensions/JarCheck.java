/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.extensions;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRevision;

/** Checks whether a jar can be an extension. */
final class JarCheck {
  /**
   * Namespace of the capabilities that the annotations of org.stroma.api add to bundles of parts.
   */
  private static final String PARTS = "stroma.part";

  private static final Pattern OURS = Pattern.compile("org\\.(stroma|tensorflow)(\\..*)?");

  private JarCheck() {}

  /**
   * Why a jar cannot be an extension; empty if it can.
   *
   * @param core the bundles of the distribution
   */
  static Optional<String> flaw(Path jar, Collection<Bundle> core) {
    try (JarFile file = new JarFile(jar.toFile(), false)) {
      Optional<String> size = JarSize.objection(jar);
      if (size.isPresent()) {
        return size;
      }
      Attributes manifest =
          file.getManifest() == null ? new Attributes() : file.getManifest().getMainAttributes();
      String name = manifest.getValue(Constants.BUNDLE_SYMBOLICNAME);
      if (name == null) {
        return Optional.of(
            "it is no bundle: its manifest has no Bundle-SymbolicName; build it with bnd-maven-plugin");
      }
      if (manifest.getValue(Constants.FRAGMENT_HOST) != null) {
        return Optional.of("it is a fragment, which cannot come and go; put it into bundles/");
      }
      String symbolicName = name.replaceFirst(";(?s:.*)", "").strip();
      if (core.stream().anyMatch(bundle -> symbolicName.equals(bundle.getSymbolicName()))) {
        return Optional.of("it bears the name " + symbolicName
            + " of a bundle of the distribution, which extensions cannot replace; "
            + "give it a Bundle-SymbolicName of its own");
      }
      // with its own copies of our packages, its parts would implement different interfaces
      Set<String> ownPackages = packages(core);
      return file.stream()
          .map(JarEntry::getName)
          .filter(entry -> entry.endsWith(".class") && entry.indexOf('/') > 0)
          .filter(entry ->
              ownPackages.contains(entry.substring(0, entry.lastIndexOf('/')).replace('/', '.')))
          .findFirst()
          .map(entry -> "it holds " + entry
              + ", which is Stroma's own; give Stroma's bundles the scope provided");
    } catch (IOException e) {
      return Optional.of("it is no jar, or it was not copied to its end: " + e.getMessage());
    }
  }

  /** The exported packages of Stroma and TensorFlow. */
  private static Set<String> packages(Collection<Bundle> core) {
    return core.stream()
        .flatMap(bundle -> declared(bundle, PackageNamespace.PACKAGE_NAMESPACE).stream())
        .map(capability ->
            String.valueOf(capability.getAttributes().get(PackageNamespace.PACKAGE_NAMESPACE)))
        .filter(name -> OURS.matcher(name).matches())
        .collect(Collectors.toSet());
  }

  /** Reports packages of Stroma that an installed bundle would export; empty if there are none. */
  static Optional<String> exports(Bundle bundle, Collection<Bundle> core) {
    Set<String> shared = new TreeSet<>(packages(List.of(bundle)));
    shared.retainAll(packages(core));
    return shared.isEmpty()
        ? Optional.empty()
        : Optional.of("it exports packages of Stroma's own (" + String.join(", ", shared)
            + "); give Stroma's bundles the scope provided");
  }

  /** Reports parts of a bundle that another bundle provides already; empty if there are none. */
  static Optional<String> hides(Bundle bundle, Collection<Bundle> others) {
    List<String> hidden = new ArrayList<>();
    for (BundleCapability part : declared(bundle, PARTS)) {
      for (Bundle other : others) {
        if (other != bundle
            && declared(other, PARTS).stream()
                .anyMatch(o -> samePart(part.getAttributes(), o.getAttributes()))) {
          hidden.add("the " + part.getAttributes().get("kind") + " "
              + part.getAttributes().get("type") + ", as " + other.getSymbolicName() + " "
              + other.getVersion() + " does");
        }
      }
    }
    return hidden.isEmpty() ? Optional.empty() : Optional.of(String.join(", and ", hidden));
  }

  private static boolean samePart(Map<String, Object> a, Map<String, Object> b) {
    return a.get("kind") != null
        && a.get("kind").equals(b.get("kind"))
        && a.get("type") != null
        && a.get("type").equals(b.get("type"));
  }

  private static List<BundleCapability> declared(Bundle bundle, String namespace) {
    BundleRevision revision =
        bundle.getState() == Bundle.UNINSTALLED ? null : bundle.adapt(BundleRevision.class);
    return revision == null ? List.of() : revision.getDeclaredCapabilities(namespace);
  }
}
