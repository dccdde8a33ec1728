/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.parts;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Array;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * The parts that are installed now. There is no registry: components are those that the service component runtime
 * knows, their settings those that the bundles' metatype documents declare (OSGi Compendium 105.8; the metatype service
 * itself does not tell bounds).
 */
@Component(service = PartCatalog.class)
public final class PartCatalog {
  private static final Logger LOG = LoggerFactory.getLogger(PartCatalog.class);

  private static final Pattern FAILURE = Pattern.compile("(?:[\\w$]+\\.)*([\\w$]+): (.*)");
  private static final Set<String> REFUSALS =
      Set.of("IllegalArgumentException", "DataException", "ExperimentException");

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
  public PartCatalog(BundleContext context, @Reference ServiceComponentRuntime components) {
    this.context = context;
    this.components = components;
    String home = context.getProperty("stroma.home");
    this.bundles = home == null
        ? null
        : "reference:"
            + Path.of(home).toAbsolutePath().toUri().toString().replaceFirst("/*$", "/bundles/");
  }

  /** All parts, by kind and type. */
  public List<PartDescriptor> parts() {
    List<PartDescriptor> parts = new ArrayList<>();
    Set<Source> seen = new HashSet<>();
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
        second.add(part.words() + " is not used: " + why(before.bundle(), part.bundle()));
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

  /**
   * Whether a bundle came with the distribution. Where it came from decides, not what it calls itself: its place in bundles/, or,
   * where no launcher has told where that is, anything but the folder of extensions.
   */
  public boolean ofDistribution(Bundle bundle) {
    String location = bundle.getLocation();
    return bundles == null
        ? !location.contains("/stroma-extensions/")
        : location.startsWith(bundles);
  }

  /** The part of that kind and type. */
  public Optional<PartDescriptor> part(PartKind kind, String type) {
    return parts().stream()
        .filter(p -> p.kind() == kind && p.type().equals(type))
        .findFirst();
  }

  /** Why a component with that configuration did not start, in its own words, if it failed. */
  Optional<String> failure(PartDescriptor part, String slot) {
    ComponentDescriptionDTO description =
        components.getComponentDescriptionDTO(part.bundle(), part.component());
    if (description == null) {
      return Optional.of("its bundle " + part.bundle().getSymbolicName() + " went away");
    }
    for (ComponentConfigurationDTO dto : components.getComponentConfigurationDTOs(description)) {
      if (slot.equals(dto.properties.get(WiredParts.SLOT))
          && dto.state == ComponentConfigurationDTO.FAILED_ACTIVATION) {
        return Optional.of(reason(part, dto.failure));
      }
    }
    return Optional.empty();
  }

  /** The innermost cause: a refusal is the part's own sentence, anything else is told with the part's name. */
  private static String reason(PartDescriptor part, String trace) {
    String cause = "";
    for (String line : trace.split("\n")) {
      if (cause.isEmpty() || line.startsWith("Caused by: ")) {
        cause = line.replaceFirst("^Caused by: ", "").strip();
      }
    }
    // a class that has failed before says so in its own way
    cause = cause
        .replaceFirst("^java\\.lang\\.ExceptionInInitializerError: Exception ", "")
        .replaceFirst(" \\[in thread .*]$", "");
    Matcher named = FAILURE.matcher(cause);
    if (named.matches() && REFUSALS.contains(named.group(1))) {
      return named.group(2);
    }
    return part.words() + " does not start: "
        + (named.matches() ? named.group(1) + ": " + named.group(2) : cause);
  }

  /** Parts that are not among the others, because what they declare cannot be read or another comes before; a sentence each. */
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
    String sentence = PartDescriptor.words(kind, type, bundle) + " cannot be used: " + why;
    if (!sentence.equals(flaws.put(source, sentence))) {
      LOG.warn(sentence);
    }
    return null;
  }

  private static PartDescriptor describe(
      PartKind kind, String type, ComponentDescriptionDTO component, Bundle bundle) {
    String pid = component.configurationPid[0];
    Element definition = definition(bundle, pid);
    List<Setting> settings = new ArrayList<>();
    String title = type;
    String description = "";
    if (definition != null) {
      title = definition.getAttribute("name");
      description = definition.getAttribute("description");
      NodeList attributes = definition.getElementsByTagNameNS("*", "AD");
      for (int i = 0; i < attributes.getLength(); i++) {
        settings.add(setting((Element) attributes.item(i), component.properties));
      }
    }
    return new PartDescriptor(
        kind,
        type,
        pid,
        component.name,
        bundle,
        title,
        description,
        new PartDescriptor.Facts(
            fact(component, "paper"), fact(component, "parameters"), fact(component, "cost")),
        List.copyOf(settings));
  }

  private static String fact(ComponentDescriptionDTO component, String name) {
    return component.properties.get("stroma.facts." + name) instanceof String text ? text : "";
  }

  private static Setting setting(Element ad, Map<String, Object> presets) {
    String name = ad.getAttribute("id");
    boolean many =
        ad.hasAttribute("cardinality") && !ad.getAttribute("cardinality").equals("0");
    List<String> options = new ArrayList<>();
    NodeList children = ad.getElementsByTagNameNS("*", "Option");
    for (int i = 0; i < children.getLength(); i++) {
      options.add(((Element) children.item(i)).getAttribute("value"));
    }
    Setting.Type type =
        switch (ad.getAttribute("type")) {
          case "Integer", "Short", "Byte" -> Setting.Type.INTEGER;
          case "Long" -> Setting.Type.LONG;
          case "Double", "Float" -> Setting.Type.DOUBLE;
          case "Boolean" -> Setting.Type.BOOLEAN;
          default -> Setting.Type.STRING;
        };
    // the component's own properties hold the defaults with their types, but lists as who knows
    // what
    Object preset = many ? list(ad, type) : presets.get(name);
    boolean required = preset == null && !many;
    return new Setting(
        name,
        type,
        many,
        preset,
        required,
        number(ad, "min"),
        number(ad, "max"),
        Collections.unmodifiableList(options),
        ad.getAttribute("description"));
  }

  /** The default of a list, as OSGi Compendium 105.8.2 writes it: commas between, backslashes before those within. */
  private static Object list(Element ad, Setting.Type type) {
    String[] texts = ad.getAttribute("default").isEmpty()
        ? new String[0]
        : ad.getAttribute("default").split("(?<!\\\\),");
    Object values = Array.newInstance(type.java(), texts.length);
    for (int i = 0; i < texts.length; i++) {
      String text = texts[i].replaceAll("\\\\(.)", "$1").strip();
      Array.set(
          values,
          i,
          switch (type) {
            case STRING -> text;
            case INTEGER -> Integer.valueOf(text);
            case LONG -> Long.valueOf(text);
            case DOUBLE -> Double.valueOf(text);
            case BOOLEAN -> Boolean.valueOf(text);
          });
    }
    return values;
  }

  private static Double number(Element ad, String attribute) {
    return ad.hasAttribute(attribute) ? Double.valueOf(ad.getAttribute(attribute)) : null;
  }

  /** The object class definition that a bundle designates for a factory PID, or null. */
  private static Element definition(Bundle bundle, String pid) {
    var urls = bundle.findEntries("OSGI-INF/metatype", "*.xml", false);
    while (urls != null && urls.hasMoreElements()) {
      URL url = urls.nextElement();
      try (InputStream in = url.openStream()) {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        Document document = factory.newDocumentBuilder().parse(in);
        Map<String, Element> definitions = new HashMap<>();
        NodeList ocds = document.getElementsByTagNameNS("*", "OCD");
        for (int i = 0; i < ocds.getLength(); i++) {
          definitions.put(((Element) ocds.item(i)).getAttribute("id"), (Element) ocds.item(i));
        }
        NodeList designates = document.getElementsByTagNameNS("*", "Designate");
        for (int i = 0; i < designates.getLength(); i++) {
          Element designate = (Element) designates.item(i);
          if (designate.getAttribute("factoryPid").equals(pid)) {
            Element object =
                (Element) designate.getElementsByTagNameNS("*", "Object").item(0);
            return definitions.get(object.getAttribute("ocdref"));
          }
        }
      } catch (IOException | SAXException | ParserConfigurationException e) {
        LOG.warn(
            "bundle {} declares settings that cannot be read ({})",
            bundle.getSymbolicName(),
            e.getMessage());
      }
    }
    return null;
  }
}
