/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.onnx;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.stroma.encoder.genomicmlp.GenomicMlp;
import org.stroma.testkit.Defaults;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** The parts of a model's graph that this repository has, by their sources. */
final class InstalledParts {
  /** Settings of small models: as they are by default where they are not named. */
  private static final Map<String, Object> SMALL = Map.of(
      "heads",
      2,
      "layers",
      2,
      "grid",
      4,
      "landmarks",
      3,
      "hidden1",
      5,
      "hidden2",
      4,
      "queryUnits",
      3,
      "kernel",
      5,
      "classes",
      3);

  /** A part's class, and one of its settings at a value; the other ones are as by default. */
  record Variant(Class<?> part, Map<String, Object> settings) {
    /** A new instance. */
    Object make() {
      try {
        for (Constructor<?> constructor : part.getConstructors()) {
          Class<?>[] parameters = constructor.getParameterTypes();
          if (parameters.length == 0) {
            return constructor.newInstance();
          }
          if (parameters.length == 1 && parameters[0].isAnnotation()) {
            return constructor.newInstance(
                Defaults.of(parameters[0].asSubclass(Annotation.class), settings));
          }
        }
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
      throw new IllegalStateException(part + " has no constructor that takes settings alone");
    }

    @Override
    public String toString() {
      return part.getSimpleName() + " " + settings;
    }
  }

  private InstalledParts() {}

  /** Every part of the kinds that a model's graph is made of, with every value of settings that have few. */
  static List<Variant> all() {
    List<Variant> all = new ArrayList<>();
    try (Stream<Path> bundles = Files.list(Path.of("..").toAbsolutePath().normalize())) {
      for (Path bundle : bundles
          .filter(b -> b.getFileName()
              .toString()
              .matches("org\\.stroma\\.(encoder|fusion|head|temporal)\\..*"))
          .sorted()
          .toList()) {
        for (Class<?> part : parts(bundle.resolve("src/main/java"))) {
          all.addAll(variants(part));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all;
  }

  private static List<Class<?>> parts(Path sources) throws IOException {
    List<Class<?>> parts = new ArrayList<>();
    if (!Files.isDirectory(sources)) {
      return parts;
    }
    try (Stream<Path> files = Files.walk(sources)) {
      for (Path file :
          files.filter(f -> f.toString().endsWith(".java")).sorted().toList()) {
        if (Files.readString(file).matches("(?s).*\n@(Encoder|Fusion|Head|Temporal)Part\\(.*")) {
          String name = sources.relativize(file).toString().replace('/', '.');
          parts.add(loaded(name.substring(0, name.length() - ".java".length())));
        }
      }
    }
    return parts;
  }

  private static Class<?> loaded(String name) {
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException e) {
      throw new AssertionError(
          name + " is not tested: name its bundle among the dependencies of this test", e);
    }
  }

  private static List<Variant> variants(Class<?> part) throws IOException {
    Class<?> settings = null;
    for (Constructor<?> constructor : part.getConstructors()) {
      for (Class<?> parameter : constructor.getParameterTypes()) {
        settings = parameter;
      }
    }
    if (settings == null) {
      return List.of(new Variant(part, Map.of()));
    }
    Map<String, Object> small = new LinkedHashMap<>();
    for (Method setting : settings.getDeclaredMethods()) {
      if (SMALL.containsKey(setting.getName())) {
        small.put(setting.getName(), SMALL.get(setting.getName()));
      }
    }
    List<Variant> variants = new ArrayList<>(List.of(new Variant(part, small)));
    for (Map.Entry<String, List<String>> options : options(part, settings).entrySet()) {
      if (options.getKey().equals("activation") && part != GenomicMlp.class) {
        continue; // they are Net's, and the same in all parts
      }
      for (String value : options.getValue()) {
        Map<String, Object> other = new LinkedHashMap<>(small);
        other.put(options.getKey(), value);
        variants.add(new Variant(part, other));
      }
    }
    for (Method setting : settings.getDeclaredMethods()) {
      if (setting.getReturnType() == boolean.class) {
        Map<String, Object> other = new LinkedHashMap<>(small);
        other.put(setting.getName(), !(boolean) setting.getDefaultValue());
        variants.add(new Variant(part, other));
      }
      if (setting.getName().equals("bins")) {
        variants.add(new Variant(part, Map.of("bins", 4)));
      }
    }
    return variants;
  }

  /** The values that settings can have, by setting, as the bundle declares them. */
  private static Map<String, List<String>> options(Class<?> part, Class<?> settings)
      throws IOException {
    Map<String, List<String>> options = new LinkedHashMap<>();
    try {
      URI home = part.getProtectionDomain().getCodeSource().getLocation().toURI();
      if (Files.isDirectory(Path.of(home))) {
        read(Path.of(home), settings, options);
      } else {
        try (FileSystem jar = FileSystems.newFileSystem(Path.of(home))) {
          read(jar.getPath("/"), settings, options);
        }
      }
    } catch (URISyntaxException | SAXException | ParserConfigurationException e) {
      throw new IOException(e);
    }
    return options;
  }

  private static void read(Path home, Class<?> settings, Map<String, List<String>> options)
      throws IOException, SAXException, ParserConfigurationException {
    Path file = home.resolve("OSGI-INF/metatype/" + settings.getName() + ".xml");
    try (InputStream in = Files.newInputStream(file)) {
      NodeList declared = DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(in)
          .getElementsByTagName("AD");
      for (int i = 0; i < declared.getLength(); i++) {
        Element setting = (Element) declared.item(i);
        NodeList values = setting.getElementsByTagName("Option");
        List<String> all = new ArrayList<>();
        for (int v = 0; v < values.getLength(); v++) {
          all.add(((Element) values.item(v)).getAttribute("value"));
        }
        if (!all.isEmpty()) {
          options.put(setting.getAttribute("id"), all);
        }
      }
    }
  }
}
