/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.parts.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stroma.parts.PartCatalog;
import org.stroma.parts.PartDescriptor;
import org.stroma.parts.PartKind;
import org.stroma.parts.Setting;

/**
 * The parts that are installed now. There is no registry: components are those that the service component runtime
 * knows, their settings those that the bundles' metatype documents declare (OSGi Compendium 105.8; the metatype service
 * itself does not tell bounds).
 */
@Component
public final class InstalledParts implements PartCatalog {
  private static final Logger LOG = LoggerFactory.getLogger(InstalledParts.class);

  private final BundleContext context;
  private final ServiceComponentRuntime components;

  /** With what the locations of the distribution's bundles begin; null where there is no distribution. */
  private final String bundles;

  /** What has been read before; a bundle that is changed is modified later. */
  private final Map<Source, PartDescriptor> described = new ConcurrentHashMap<>();

  private final Map<Source, String> flaws = new ConcurrentHashMap<>();
  private volatile List<String> shadowed = List.of();

  private record Source(String component, PartKind kind, long bundle, long modified) {}

  @Activate
  public InstalledParts(BundleContext context, @Reference ServiceComponentRuntime components) {
    this.context = context;
    this.components = components;
    String home = context.getProperty("stroma.home");
    this.bundles = home == null
        ? null
        : "reference:"
            + Path.of(home).toAbsolutePath().toUri().toString().replaceFirst("/*$", "/bundles/");
  }

  @Override
  public List<PartDescriptor> parts() {
    List<PartDescriptor> parts = new ArrayList<>();
    Set<Source> seen = new HashSet<>();
    // Listed anew each time: the runtime counts its changes in service.changecount, but Felix
    // publishes the count 5 s late
    // (ds.service.changecount.timeout), and a jar that was dropped in has to be found at once. What
    // costs, reading the
    // metatype documents, is done once a bundle.
    for (ComponentDescriptionDTO component : components.getComponentDescriptionDTOs()) {
      for (PartKind kind : PartKind.values()) {
        if (component.properties.get(kind.property()) instanceof String type
            && component.configurationPid.length > 0
            && Arrays.asList(component.serviceInterfaces)
                .contains(kind.service().getName())) {
          Bundle bundle = context.getBundle(component.bundle.id);
          if (bundle != null) {
            Source source =
                new Source(component.name, kind, bundle.getBundleId(), bundle.getLastModified());
            seen.add(source);
            PartDescriptor part = described.computeIfAbsent(
                source, s -> describe(source, kind, type, component, bundle));
            if (part != null) {
              parts.add(part);
            }
          }
        }
      }
    }
    described.keySet().retainAll(seen);
    flaws.keySet().retainAll(seen);
    parts.sort(Comparator.comparing(PartDescriptor::kind)
        .thenComparing(PartDescriptor::type)
        .thenComparing(PartDescriptor::bundle, this::before));
    PartDescriptor before = null;
    List<String> second = new ArrayList<>();
    for (PartDescriptor part : List.copyOf(parts)) {
      if (before != null && before.kind() == part.kind() && before.type().equals(part.type())) {
        second.add(part.describe() + " is not used: " + why(before.bundle(), part.bundle()));
        parts.remove(part);
      } else {
        before = part;
      }
    }
    shadowed = List.copyOf(second);
    return parts;
  }

  /** Of two bundles with the same part the distribution's counts, then the newer, then the first by name; the other is told. */
  private int before(Bundle a, Bundle b) {
    return Comparator.comparing((Bundle bundle) -> !ofDistribution(bundle))
        .thenComparing(Bundle::getVersion, Comparator.reverseOrder())
        .thenComparing(Bundle::getSymbolicName)
        .compare(a, b);
  }

  private String why(Bundle used, Bundle hidden) {
    String name = used.getSymbolicName() + " " + used.getVersion();
    if (ofDistribution(used) && !ofDistribution(hidden)) {
      return name + " of the distribution provides it too, and extensions replace nothing of that";
    }
    return used.getVersion().equals(hidden.getVersion())
        ? name
            + " provides it too, in the same version, and is the first by name; take one of them away"
        : name + " provides it too, and is newer";
  }

  @Override
  public boolean ofDistribution(Bundle bundle) {
    String location = bundle.getLocation();
    return bundles == null
        ? !location.contains("/stroma-extensions/")
        : location.startsWith(bundles);
  }

  @Override
  public Optional<PartDescriptor> part(PartKind kind, String type) {
    return parts().stream()
        .filter(p -> p.kind() == kind && p.type().equals(type))
        .findFirst();
  }

  @Override
  public List<String> flaws() {
    parts();
    return Stream.concat(flaws.values().stream(), shadowed.stream()).sorted().toList();
  }

  /** The part; null where what it declares cannot be read. */
  private PartDescriptor describe(
      Source source, PartKind kind, String type, ComponentDescriptionDTO component, Bundle bundle) {
    if (!type.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
      return flawed(
          source,
          kind,
          type.replaceAll("\\p{Cntrl}", "?"),
          bundle,
          "its type has to be of letters, digits, '.', '_' and '-'");
    }
    try {
      PartDescriptor part = describe(kind, type, component, bundle);
      for (Setting setting : part.settings()) {
        if (!setting.presetFits()) {
          return flawed(
              source,
              kind,
              type,
              bundle,
              "the default of its setting " + setting.name() + " is not " + setting.wanted());
        }
      }
      return part;
    } catch (NumberFormatException e) {
      return flawed(
          source,
          kind,
          type,
          bundle,
          "a bound or a default of its settings is no number (" + e.getMessage() + ")");
    }
  }

  private PartDescriptor flawed(
      Source source, PartKind kind, String type, Bundle bundle, String why) {
    String sentence = PartDescriptor.describe(kind, type, bundle) + " cannot be used: " + why;
    if (!sentence.equals(flaws.put(source, sentence))) {
      LOG.warn(sentence);
    }
    return null;
  }

  private static PartDescriptor describe(
      PartKind kind, String type, ComponentDescriptionDTO component, Bundle bundle) {
    String pid = component.configurationPid[0];
    DeclaredSettings declared = DeclaredSettings.of(bundle, pid, component.properties);
    return new PartDescriptor(
        kind,
        type,
        pid,
        component.name,
        bundle,
        declared == null ? type : declared.title(),
        declared == null ? "" : declared.description(),
        new PartDescriptor.Facts(
            fact(component, "facts.paper"),
            fact(component, "facts.parameters"),
            fact(component, "facts.cost"),
            fact(component, "reader.gives")),
        declared == null ? List.of() : declared.settings());
  }

  private static String fact(ComponentDescriptionDTO component, String name) {
    return component.properties.get("stroma." + name) instanceof String text ? text : "";
  }
}
