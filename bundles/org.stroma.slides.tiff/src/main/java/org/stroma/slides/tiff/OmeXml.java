/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.tiff;

import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * Reads the OME-XML of an OME-TIFF's first image (OME Data Model, schemas of 2008 to 2016). No document type is looked at, so
 * nothing is fetched or expanded.
 */
final class OmeXml {
  /** Longer ones are not read. */
  static final int LONGEST = 16 << 20;

  private static final String NAMESPACE = "openmicroscopy.org/";

  /** Micrometres of the units of length that a pixel may have; a "pixel" and a "reference frame" are no lengths. */
  private static final Map<String, Double> MICROMETRES = Map.ofEntries(
      Map.entry("\u00b5m", 1.0),
      Map.entry("\u03bcm", 1.0),
      Map.entry("um", 1.0),
      Map.entry("micron", 1.0),
      Map.entry("m", 1e6),
      Map.entry("dm", 1e5),
      Map.entry("cm", 1e4),
      Map.entry("mm", 1e3),
      Map.entry("nm", 1e-3),
      Map.entry("pm", 1e-6),
      Map.entry("\u00c5", 1e-4),
      Map.entry("in", 25_400.0),
      Map.entry("thou", 25.4),
      Map.entry("pt", 25_400.0 / 72));

  private final XMLStreamReader xml;
  private final Ome.Builder ome = new Ome.Builder();
  private final Map<String, Double> objectives = new HashMap<>();
  private @Nullable String objective;
  private int images;
  private boolean uuidMatters;

  private OmeXml(XMLStreamReader xml) {
    this.xml = xml;
  }

  /** Whether a description is OME-XML, whole or not. */
  static boolean is(String description) {
    return description.startsWith("<")
        && (description.contains(NAMESPACE) || description.endsWith("OME>"));
  }

  /** A description without blanks around it: UTF-8 as it should be, else a letter a byte, as some put their micrometres. */
  static String text(byte[] description) {
    String text = letters(description);
    return (text.startsWith("\ufeff") ? text.substring(1) : text).strip();
  }

  private static String letters(byte[] description) {
    int length = description.length;
    while (length > 0 && description[length - 1] == 0) {
      length--;
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(description, 0, length))
          .toString();
    } catch (CharacterCodingException e) {
      return new String(description, 0, length, StandardCharsets.ISO_8859_1);
    }
  }

  /** @throws XMLStreamException where it is no XML, or what stands for numbers is none */
  static Ome read(String description) throws XMLStreamException {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    XMLStreamReader xml = factory.createXMLStreamReader(new StringReader(description));
    try {
      return new OmeXml(xml).read();
    } catch (NumberFormatException e) {
      throw new XMLStreamException("what should be a number is none", e);
    } finally {
      xml.close();
    }
  }

  /** Where it is broken, or how, as the end of a sentence. */
  static String where(Exception e) {
    if (!(e instanceof XMLStreamException broken)) {
      return "";
    }
    return broken.getLocation() == null
        ? ": " + e.getMessage()
        : " at line " + broken.getLocation().getLineNumber() + ", column "
            + broken.getLocation().getColumnNumber();
  }

  private Ome read() throws XMLStreamException {
    while (xml.hasNext()) {
      int event = xml.next();
      if (event == XMLStreamConstants.DTD) {
        throw new XMLStreamException("it has a document type, which OME-XML has not");
      }
      if (event == XMLStreamConstants.START_ELEMENT) {
        element(xml.getLocalName());
      }
    }
    if (objective != null && objectives.containsKey(objective)) {
      ome.magnification = OptionalDouble.of(objectives.get(objective));
    } else if (objective == null && objectives.size() == 1) {
      ome.magnification = OptionalDouble.of(objectives.values().iterator().next());
    }
    return ome.build();
  }

  private void element(String name) throws XMLStreamException {
    switch (name) {
      case "OME" -> ome.uuid = attribute("UUID", "");
      case "BinaryOnly" -> ome.metadataFile = attribute("MetadataFile", "another file");
      case "Objective" -> objective();
      case "Image" -> images++;
      case "ObjectiveSettings", "ObjectiveRef" -> {
        if (images == 1) {
          objective = attribute("ID", "");
        }
      }
      case "Pixels" -> {
        if (images == 1) {
          pixels();
        }
      }
      case "TiffData" -> tiffData();
      case "UUID" -> uuid();
      default -> {
        // nothing that matters here
      }
    }
  }

  private void objective() {
    String times = attribute("NominalMagnification", "");
    if (!times.isEmpty()) {
      objectives.put(attribute("ID", ""), Double.parseDouble(times));
    }
  }

  private void pixels() {
    ome.width = number("SizeX", 0);
    ome.height = number("SizeY", 0);
    ome.planes = number("SizeZ", 1);
    ome.times = number("SizeT", 1);
    ome.channels = number("SizeC", 1);
    ome.significantBits = number("SignificantBits", 0);
    String size = attribute("PhysicalSizeX", "");
    Double unit = MICROMETRES.get(attribute("PhysicalSizeXUnit", "\u00b5m"));
    if (!size.isEmpty() && unit != null) {
      ome.micrometres = OptionalDouble.of(Double.parseDouble(size) * unit);
    }
  }

  private void tiffData() throws XMLStreamException {
    boolean first = images == 1 && ome.claimed.isEmpty();
    int from = number("IFD", 0);
    int count = xml.getAttributeValue(null, "IFD") == null ? 1 : number("PlaneCount", 1);
    if (from < 0 || from >= Directories.MOST_IMAGES) {
      throw new XMLStreamException("it names image " + from + " of the TIFF");
    }
    ome.claimed.set(from, from + Math.max(0, Math.min(count, Directories.MOST_IMAGES)));
    if (first) {
      ome.image = from;
    }
    uuidMatters = first;
  }

  private void uuid() throws XMLStreamException {
    if (uuidMatters) {
      uuidMatters = false;
      ome.pixelsFile = attribute("FileName", "another file");
      ome.pixelsUuid = xml.getElementText().strip();
    }
  }

  private int number(String name, int otherwise) {
    String value = attribute(name, "");
    return value.isEmpty() ? otherwise : Integer.parseInt(value);
  }

  private String attribute(String name, String otherwise) {
    String value = xml.getAttributeValue(null, name);
    return value == null ? otherwise : value.strip();
  }
}
