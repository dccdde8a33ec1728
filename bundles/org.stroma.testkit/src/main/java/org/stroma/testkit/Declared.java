/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.testkit;

import static org.stroma.testkit.PartContract.check;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Assertions;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** What the bundle of a part declares of it: the component and the settings that bnd wrote into OSGI-INF. */
final class Declared {
  private static final Set<String> NUMBERS =
      Set.of("Integer", "Long", "Short", "Byte", "Double", "Float");

  private final Class<?> part;
  private final Element component;
  private final Element designate;
  private final Element definition;

  /** A setting as the bundle declares it; texts that are not there are "". */
  record Setting(
      String id,
      String type,
      String description,
      String min,
      String max,
      String value,
      boolean list,
      List<String> options) {
    boolean number() {
      return NUMBERS.contains(type);
    }

    boolean whole() {
      return number() && !type.equals("Double") && !type.equals("Float");
    }

    /** The values at its edges; whole numbers not above the largest, unless the lower bound is. */
    List<String> edges(int largest) {
      if (list) {
        return List.of();
      }
      if (!options.isEmpty()) {
        return options;
      }
      if (type.equals("Boolean")) {
        return List.of("true", "false");
      }
      List<String> edges = new ArrayList<>();
      if (number() && !min.isEmpty()) {
        edges.add(min);
      }
      if (number() && !max.isEmpty()) {
        boolean tooLarge = whole() && Long.parseLong(max) > largest;
        long floor = min.isEmpty() || !whole() ? largest : Math.max(largest, Long.parseLong(min));
        edges.add(tooLarge ? Long.toString(Math.min(floor, Long.parseLong(max))) : max);
      }
      return edges;
    }
  }

  private Declared(Class<?> part, Element component, Element designate, Element definition) {
    this.part = part;
    this.component = component;
    this.designate = designate;
    this.definition = definition;
  }

  /** Reads OSGI-INF of the folder or the jar that the class was loaded from. */
  static Declared of(Class<?> part) {
    Path home;
    try {
      home = Path.of(part.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
    try {
      if (Files.isDirectory(home)) {
        return read(part, home);
      }
      try (FileSystem jar = FileSystems.newFileSystem(home)) {
        return read(part, jar.getPath("/"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Declared read(Class<?> part, Path home) throws IOException {
    Element component = null;
    for (Element root : documents(home.resolve("OSGI-INF"))) {
      for (Element implementation : children(root, "implementation")) {
        component = implementation.getAttribute("class").equals(part.getName()) ? root : component;
      }
    }
    if (component == null) {
      Assertions.fail("OSGI-INF beside " + part.getName()
          + " declares no component of it; annotate the class with @Component and build"
          + " with Maven, whose bnd-maven-plugin writes the declaration before the tests run");
    }
    Element designate = null;
    Element definition = null;
    for (Element root : documents(home.resolve("OSGI-INF").resolve("metatype"))) {
      for (Element candidate : children(root, "Designate")) {
        String factory = candidate.getAttribute("factoryPid");
        String pid = factory.isEmpty() ? candidate.getAttribute("pid") : factory;
        if (pid.equals(component.getAttribute("configuration-pid"))) {
          designate = candidate;
          String of = children(candidate, "Object").get(0).getAttribute("ocdref");
          for (Element ocd : children(root, "OCD")) {
            definition = ocd.getAttribute("id").equals(of) ? ocd : definition;
          }
        }
      }
    }
    return new Declared(part, component, designate, definition);
  }

  private static List<Element> documents(Path folder) throws IOException {
    List<Element> roots = new ArrayList<>();
    if (!Files.isDirectory(folder)) {
      return roots;
    }
    List<Path> files;
    try (Stream<Path> list = Files.list(folder)) {
      files = list.filter(file -> file.toString().endsWith(".xml")).sorted().toList();
    }
    for (Path file : files) {
      try (InputStream in = Files.newInputStream(file)) {
        Document document =
            DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(in);
        roots.add(document.getDocumentElement());
      } catch (SAXException | ParserConfigurationException e) {
        throw new IOException(file + " is no XML", e);
      }
    }
    return roots;
  }

  private static List<Element> children(Element of, String name) {
    NodeList found = of.getElementsByTagName(name);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < found.getLength(); i++) {
      elements.add((Element) found.item(i));
    }
    return elements;
  }

  /** A factory component with the service and the name of its kind. */
  void checkComponent(String kind, Class<?> service) {
    check(
        component.getAttribute("configuration-policy").equals("require"),
        "the component has to wait for its configuration: @Component(configurationPolicy = ConfigurationPolicy.REQUIRE)");
    check(
        !component.getAttribute("configuration-pid").isEmpty(),
        "the component has to name its settings: @Component(configurationPid = ...), with a PID that no other part has");
    List<String> services = children(component, "provide").stream()
        .map(provided -> provided.getAttribute("interface"))
        .toList();
    check(
        services.contains(service.getName()),
        "the component has to offer " + service.getName() + " as a service, and offers " + services
            + "; let the class implement it directly");
    String property = "stroma." + kind + ".part";
    boolean named = children(component, "property").stream()
        .anyMatch(p ->
            p.getAttribute("name").equals(property) && !p.getAttribute("value").isBlank());
    String annotation =
        kind.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + kind.substring(1) + "Part";
    check(
        named,
        "the component has no property " + property
            + ", by which experiments find it; annotate the class with @" + annotation
            + "(\"the-type-in-experiments\")");
    check(
        designate != null && !designate.getAttribute("factoryPid").isEmpty(),
        "an experiment may use a part twice: its settings have to be those of a factory; annotate the class with"
            + " @Designate(ocd = Settings.class, factory = true)");
  }

  /** The settings that are declared. */
  List<Setting> settings() {
    if (definition == null) {
      Assertions.fail(
          "OSGI-INF/metatype beside " + part.getName() + " declares no settings for the PID "
              + component.getAttribute("configuration-pid")
              + "; annotate the settings with @ObjectClassDefinition and the part with @Designate");
    }
    return children(definition, "AD").stream()
        .map(ad -> new Setting(
            ad.getAttribute("id"),
            ad.getAttribute("type"),
            ad.getAttribute("description"),
            ad.getAttribute("min"),
            ad.getAttribute("max"),
            ad.getAttribute("default"),
            !ad.getAttribute("cardinality").isEmpty()
                && !ad.getAttribute("cardinality").equals("0"),
            children(ad, "Option").stream()
                .map(option -> option.getAttribute("value"))
                .toList()))
        .toList();
  }

  /** Descriptions, bounds and defaults. */
  void checkSettings(Class<? extends Annotation> type, boolean upperBounds) {
    Set<String> declared = new TreeSet<>();
    for (Setting setting : settings()) {
      String name = "the setting " + setting.id();
      declared.add(setting.id());
      check(
          !setting.description().isBlank(),
          name
              + " has no description, and describe has nothing to tell; add one with @AttributeDefinition(description = ...)");
      if (setting.number() && !setting.list() && setting.options().isEmpty()) {
        check(
            !setting.min().isEmpty() && !(upperBounds && setting.max().isEmpty()),
            name + " is a number without " + (setting.min().isEmpty() ? "a lower" : "an upper")
                + " bound; add it with @AttributeDefinition(min = ..., max = ...), so that a wrong number is refused early");
      }
      if (setting.value().isEmpty()) {
        continue;
      }
      if (setting.number() && !setting.list()) {
        double value = Double.parseDouble(setting.value());
        check(
            (setting.min().isEmpty() || value >= Double.parseDouble(setting.min()))
                && (setting.max().isEmpty() || value <= Double.parseDouble(setting.max())),
            name + " has the default " + setting.value() + ", which is outside of its bounds "
                + setting.min() + " to " + setting.max());
      }
      if (!setting.options().isEmpty() && !setting.list()) {
        check(
            setting.options().contains(setting.value()),
            name + " has the default \"" + setting.value() + "\", which is none of its options "
                + setting.options());
      }
    }
    for (Method method : type.getDeclaredMethods()) {
      check(
          declared.contains(method.getName()),
          type.getSimpleName() + "." + method.getName()
              + " is not among the settings that the bundle declares, " + declared
              + "; the annotation " + type.getSimpleName()
              + " has to be the one that @Designate names");
    }
  }
}
