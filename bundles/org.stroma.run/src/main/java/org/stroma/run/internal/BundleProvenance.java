/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.run.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.stroma.experiment.Experiment;
import org.stroma.parts.Json;
import org.stroma.run.Checksums;
import org.stroma.run.Provenance;
import org.tensorflow.TensorFlow;

/** Provenance by the bundles of this framework. */
@Component
public final class BundleProvenance implements Provenance {
  private static final int FEW = 5;

  private final BundleContext context;
  private final Instant started = Instant.now().truncatedTo(ChronoUnit.SECONDS);
  private final Map<String, String> bundleSums = new HashMap<>();
  private final Map<String, String> fileSums = new HashMap<>();

  @Activate
  public BundleProvenance(BundleContext context) {
    this.context = context;
  }

  @Override
  public ObjectNode of(Experiment experiment, Collection<Path> files, Computed computed) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("experiment", experiment.name());
    json.put("file", experiment.file().toString());
    json.put("seed", experiment.seed());
    json.put("started", started.toString());
    json.put("written", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    json.put(
        "java",
        System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"));
    json.put(
        "os",
        System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
            + System.getProperty("os.arch"));
    json.put(
        "framework",
        context.getBundle(0).getSymbolicName() + " " + context.getBundle(0).getVersion());
    json.put("tensorflow", TensorFlow.version());
    computed.devices().forEach(json.withArrayProperty("devices")::add);
    json.put("precision", computed.precision().label());
    json.put("attention", computed.attention());
    ArrayNode data = json.putArray("data");
    for (Path file : files) {
      ObjectNode entry = data.addObject().put("file", file.toString());
      try {
        entry.put("bytes", Files.size(file));
        entry.put("sha256", fileSum(file));
      } catch (IOException e) {
        entry.putNull("sha256").put("reason", "" + e.getMessage());
      }
    }
    ArrayNode bundles = json.putArray("bundles");
    Arrays.stream(context.getBundles())
        .filter(b -> b.getBundleId() != 0)
        .sorted(Comparator.comparing(
            Bundle::getSymbolicName, Comparator.nullsFirst(Comparator.naturalOrder())))
        .forEach(bundle -> {
          ObjectNode entry = bundles.addObject();
          entry
              .put("name", bundle.getSymbolicName())
              .put("version", bundle.getVersion().toString());
          try {
            entry.put("sha256", bundleSum(bundle.getLocation()));
          } catch (IOException e) {
            entry.putNull("sha256").put("reason", "" + e.getMessage());
          }
        });
    return json;
  }

  @Override
  public void differences(Path runDirectory, Consumer<String> note) {
    Path file = runDirectory.resolve("provenance.json");
    JsonNode then;
    try {
      then = Json.MAPPER.readTree(Files.readAllBytes(file)).path("bundles");
    } catch (IOException e) {
      note.accept(file
          + " cannot be read, so whether the run was made with the bundles of now cannot be told");
      return;
    }
    Map<String, List<Bundle>> now = Arrays.stream(context.getBundles())
        .filter(b -> b.getSymbolicName() != null)
        .collect(Collectors.groupingBy(Bundle::getSymbolicName));
    List<String> others = new ArrayList<>();
    List<String> rebuilt = new ArrayList<>();
    for (JsonNode entry : then) {
      String name = entry.path("name").asText();
      String version = entry.path("version").asText();
      List<Bundle> there = now.getOrDefault(name, List.of());
      Bundle same = there.stream()
          .filter(b -> b.getVersion().toString().equals(version))
          .findFirst()
          .orElse(null);
      if (same == null) {
        others.add(name + " was " + version + " and is "
            + (there.isEmpty()
                ? "not installed"
                : there.stream()
                    .map(b -> b.getVersion().toString())
                    .collect(Collectors.joining(" and "))));
      } else if (!sameContent(same, entry.path("sha256").asText(""))) {
        rebuilt.add(name);
      }
    }
    if (others.isEmpty() && rebuilt.isEmpty()) {
      return;
    }
    List<String> parts = new ArrayList<>();
    if (!others.isEmpty()) {
      parts.add(few(others));
    }
    if (!rebuilt.isEmpty()) {
      parts.add("built anew under the same version: " + few(rebuilt));
    }
    note.accept(runDirectory + " was made with other bundles, so results may differ: "
        + String.join("; ", parts));
  }

  private boolean sameContent(Bundle bundle, String sum) {
    try {
      // what could not be read then cannot be compared
      return sum.isEmpty() || sum.equals(bundleSum(bundle.getLocation()));
    } catch (IOException e) {
      return true;
    }
  }

  private static String few(List<String> all) {
    return String.join(", ", all.subList(0, Math.min(FEW, all.size())))
        + (all.size() > FEW ? " and " + (all.size() - FEW) + " more" : "");
  }

  /** Slides are large: a file that has not changed since is not read again. */
  private synchronized String fileSum(Path file) throws IOException {
    String key = file + "\n" + Files.size(file) + "\n" + Files.getLastModifiedTime(file);
    String known = fileSums.get(key);
    if (known == null) {
      known = sum(file.toUri().toURL());
      fileSums.put(key, known);
    }
    return known;
  }

  private synchronized String bundleSum(String location) throws IOException {
    String known = bundleSums.get(location);
    if (known == null) {
      known = sum(new URL(location.replaceFirst("^(reference|initial@reference):", "")));
      bundleSums.put(location, known);
    }
    return known;
  }

  private static String sum(URL url) throws IOException {
    try (InputStream in = url.openStream()) {
      return Checksums.sum(in);
    }
  }
}
