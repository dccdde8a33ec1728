/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * What the bundles of the distribution say in their manifests.
 *
 * @param exports symbolic name to the packages that the bundle exports
 * @param imports symbolic name to the symbolic names of the other bundles whose packages it cannot be without
 */
record Bundles(Map<String, Set<String>> exports, Map<String, Set<String>> imports) {
  static Bundles ofTheDistribution() throws IOException {
    Map<String, Set<String>> exports = new TreeMap<>();
    Map<String, Set<String>> packages = new HashMap<>();
    try (Stream<Path> jars = Files.walk(Stroma.DISTRIBUTION.resolve("bundles"))) {
      for (Path jar : jars.filter(f -> f.toString().endsWith(".jar")).toList()) {
        try (JarFile file = new JarFile(jar.toFile())) {
          Attributes manifest = file.getManifest().getMainAttributes();
          String name = clauses(manifest.getValue("Bundle-SymbolicName"))
              .keySet()
              .iterator()
              .next();
          exports.put(name, clauses(manifest.getValue("Export-Package")).keySet());
          Map<String, String> wanted = clauses(manifest.getValue("Import-Package"));
          wanted.values().removeIf(attributes -> attributes.contains("resolution:=optional"));
          packages.put(name, wanted.keySet());
        }
      }
    }
    Map<String, String> exporters = new HashMap<>();
    exports.forEach((bundle, all) -> all.forEach(one -> exporters.put(one, bundle)));
    Map<String, Set<String>> imports = new TreeMap<>();
    packages.forEach((bundle, wanted) -> {
      Set<String> others = new TreeSet<>();
      wanted.stream().filter(exporters::containsKey).map(exporters::get).forEach(others::add);
      others.remove(bundle);
      imports.put(bundle, others);
    });
    return new Bundles(exports, imports);
  }

  /** The bundles that one needs, and those that they need, and so on; with the bundles asked for. */
  Set<String> closure(Collection<String> of) {
    Set<String> found = new TreeSet<>();
    Deque<String> open = new ArrayDeque<>(of);
    while (!open.isEmpty()) {
      String bundle = open.pop();
      if (found.add(bundle)) {
        open.addAll(imports.get(bundle));
      }
    }
    return found;
  }

  /** The bundles of Stroma, without those that wrap what is not ours. */
  List<String> ours() {
    Set<String> wrappers =
        Set.of("org.stroma.tensorflow.linux-x86_64", "org.stroma.tensorflow.linux-x86_64-gpu");
    return imports.keySet().stream()
        .filter(name -> name.startsWith("org.stroma."))
        .filter(name -> !wrappers.contains(name))
        .toList();
  }

  /** The clauses of a header by their first path: commas between quotes are no ends. */
  private static Map<String, String> clauses(String header) {
    Map<String, String> clauses = new TreeMap<>();
    if (header != null) {
      for (String clause : header.split(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)")) {
        String[] path = clause.strip().split(";", 2);
        clauses.put(path[0].strip(), path.length > 1 ? path[1] : "");
      }
    }
    return clauses;
  }
}
