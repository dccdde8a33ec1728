/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.parts.internal;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Array;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.osgi.framework.Bundle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stroma.parts.Setting;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * What a bundle's metatype documents declare for a factory PID (OSGi Compendium 105.8); the metatype service itself does not tell
 * bounds.
 *
 * @param title the part's name for people
 * @param description what it does
 * @param settings what can be set
 */
record DeclaredSettings(String title, String description, List<Setting> settings) {
  private static final Logger LOG = LoggerFactory.getLogger(DeclaredSettings.class);

  /**
   * What is declared for a PID; null for nothing.
   *
   * @param presets the component's own properties, which hold the defaults with their types
   * @throws NumberFormatException for a bound or a default that is no number
   */
  static DeclaredSettings of(Bundle bundle, String pid, Map<String, Object> presets) {
    Element definition = definition(bundle, pid);
    if (definition == null) {
      return null;
    }
    List<Setting> settings = new ArrayList<>();
    NodeList attributes = definition.getElementsByTagNameNS("*", "AD");
    for (int i = 0; i < attributes.getLength(); i++) {
      settings.add(setting((Element) attributes.item(i), presets));
    }
    return new DeclaredSettings(
        definition.getAttribute("name"),
        definition.getAttribute("description"),
        List.copyOf(settings));
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
    // the component's own properties hold the defaults with their types, but not those of lists
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
