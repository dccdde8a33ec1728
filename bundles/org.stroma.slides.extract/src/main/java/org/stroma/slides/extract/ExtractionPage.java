/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.extract;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.stroma.files.AtomicFiles;

/**
 * A page by which the tissue and the patches of all slides of an extraction are checked by eye: {@code extraction.html} beside
 * {@code extraction.json}, of which it is made, and of the thumbnails. Nothing is loaded from a network, and nothing runs.
 */
final class ExtractionPage {
  /** The page's file. */
  static final String FILE = "extraction.html";

  /** Browsers refuse all but our style sheet and the pictures beside the page, even if somebody put it in. */
  private static final String POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' file:";

  private static final String THUMBNAILS = "thumbnails/";
  private static final Set<String> WITH_FEATURES = Set.of("extracted", "there already");

  private final Path directory;
  private final JsonNode record;
  private final XMLStreamWriter page;
  private final Map<String, JsonNode> slides = new LinkedHashMap<>();

  private ExtractionPage(Path directory, JsonNode record, XMLStreamWriter page) {
    this.directory = directory;
    this.record = record;
    this.page = page;
    record.path("slides").fields().forEachRemaining(s -> slides.put(s.getKey(), s.getValue()));
  }

  /** Writes the page of an extraction. */
  static void write(Path directory, JsonNode record) {
    StringWriter text = new StringWriter();
    try {
      XMLStreamWriter page = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
      new ExtractionPage(directory, record, page).all();
      page.close();
      AtomicFiles.replace(
          directory.resolve(FILE),
          partial -> Files.writeString(partial, "<!DOCTYPE html>\n" + text + "\n"));
    } catch (XMLStreamException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(
          directory.resolve(FILE) + " cannot be written: " + e.getMessage(), e);
    }
  }

  private Map<String, JsonNode> with(Predicate<String> state) {
    Map<String, JsonNode> some = new LinkedHashMap<>();
    slides.forEach((name, slide) -> {
      if (state.test(slide.path("state").asText())) {
        some.put(name, slide);
      }
    });
    return some;
  }

  private void all() throws XMLStreamException {
    Map<String, JsonNode> bad = with("left out"::equals);
    Map<String, JsonNode> empty = with("no tissue"::equals);
    Map<String, JsonNode> good = with(WITH_FEATURES::contains);
    open("html", "lang", "en");
    head();
    open("body");
    open("header");
    element("p", "Extraction of slides", "class", "kind");
    element("h1", title());
    element(
        "p",
        good.size() + " of " + slides.size() + " slides with features, " + empty.size()
            + " without tissue, " + bad.size() + " left out",
        "class",
        "subtitle");
    open("nav", "aria-label", "Contents");
    if (!bad.isEmpty()) {
      element("a", "Left out", "href", "#bad");
    }
    if (!empty.isEmpty()) {
      element("a", "Without tissue", "href", "#empty");
    }
    element("a", "Slides", "href", "#slides");
    element("a", "How", "href", "#how");
    close();
    close();
    open("main");
    reasons("bad", "Left out", bad);
    reasons("empty", "Without tissue", empty);
    table(good);
    how();
    close();
    element(
        "footer",
        "Made by Stroma from extraction.json and the thumbnails; each extraction into this folder writes it again.");
    close();
    close();
  }

  private String title() {
    Path name = directory.toAbsolutePath().normalize().getFileName();
    return name == null ? directory.toString() : name.toString();
  }

  private void head() throws XMLStreamException {
    open("head");
    empty("meta", "charset", "utf-8");
    empty("meta", "http-equiv", "Content-Security-Policy", "content", POLICY);
    empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    empty("meta", "name", "color-scheme", "content", "light dark");
    empty("meta", "name", "generator", "content", "Stroma");
    element("title", title() + " – extraction");
    open("style");
    text(style());
    close();
    close();
  }

  /** Nothing in it is escaped. */
  private static String style() {
    try (InputStream in = ExtractionPage.class.getResourceAsStream("extraction.css")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void reasons(String id, String title, Map<String, JsonNode> some)
      throws XMLStreamException {
    if (some.isEmpty()) {
      return;
    }
    open("section", "id", id);
    element("h2", title);
    open("ul");
    for (Map.Entry<String, JsonNode> slide : some.entrySet()) {
      open("li");
      element("strong", slide.getKey());
      text(": " + slide.getValue().path("reason").asText());
      if (Files.exists(thumbnail(slide.getKey()))) {
        open("div", "class", "picture");
        picture(slide.getKey());
        close();
      }
      close();
    }
    close();
    close();
  }

  private void table(Map<String, JsonNode> good) throws XMLStreamException {
    open("section", "id", "slides");
    element("h2", "Slides");
    element(
        "p",
        "Green is the contour of what was taken for tissue, grey squares are the patches. A picture opens in its full size.");
    open("table");
    open("thead");
    open("tr");
    for (String column : List.of("Thumbnail", "Slide")) {
      element("th", column, "scope", "col");
    }
    for (String column : List.of("Patches", "Tissue", "Magnification", "µm a pixel")) {
      element("th", column, "scope", "col", "class", "n");
    }
    element("th", "Notes", "scope", "col");
    close();
    close();
    open("tbody");
    for (Map.Entry<String, JsonNode> slide : good.entrySet()) {
      row(slide.getKey(), slide.getValue());
    }
    close();
    close();
    close();
  }

  private void row(String name, JsonNode slide) throws XMLStreamException {
    open("tr");
    open("td", "class", "picture");
    if (Files.exists(thumbnail(name))) {
      picture(name);
    }
    close();
    open("th", "scope", "row");
    text(name);
    element("span", slide.path("file").asText());
    close();
    number("Patches", slide.path("patches"), "0");
    number("Tissue", slide.path("tissue"), "0 %");
    number("Magnification", slide.path("magnification"), "0.##x");
    number("µm a pixel", slide.path("mpp"), "0.0000");
    open("td", "class", "notes");
    if (!slide.path("notes").isEmpty()) {
      open("ul");
      for (JsonNode note : slide.path("notes")) {
        element("li", note.asText());
      }
      close();
    }
    close();
    close();
    page.writeCharacters("\n");
  }

  private void number(String label, JsonNode number, String format) throws XMLStreamException {
    element(
        "td",
        number.isNumber()
            ? new DecimalFormat(format, DecimalFormatSymbols.getInstance(Locale.ROOT))
                .format(number.doubleValue())
            : "–",
        "class",
        "n",
        "data-label",
        label);
  }

  private Path thumbnail(String name) {
    return directory.resolve(THUMBNAILS).resolve(name + ".png");
  }

  private void picture(String name) throws XMLStreamException {
    String link;
    try {
      link = new URI(null, null, THUMBNAILS + name + ".png", null).toASCIIString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e); // all that a path may not have is quoted
    }
    open("a", "href", link);
    empty("img", "src", link, "alt", "Tissue and patches of " + name, "loading", "lazy");
    close();
  }

  private void how() throws XMLStreamException {
    open("section", "id", "how");
    element("h2", "How");
    List<String> lines = new ArrayList<>();
    lines.add(
        "Patches: " + record.path("options").asText().replaceFirst("; extractor ; stain $", ""));
    lines.add("Model: " + record.path("model").asText() + ", "
        + record.path("features").asText() + " features a patch");
    lines.add("Parts: " + record.path("parts"));
    for (String line : lines) {
      element("p", line, "class", "made");
    }
    close();
  }

  private void open(String element, String... attributes) throws XMLStreamException {
    page.writeStartElement(element);
    attributes(attributes);
  }

  private void empty(String element, String... attributes) throws XMLStreamException {
    page.writeEmptyElement(element);
    attributes(attributes);
  }

  private void attributes(String... attributes) throws XMLStreamException {
    for (int i = 0; i < attributes.length; i += 2) {
      page.writeAttribute(attributes[i], clean(attributes[i + 1]));
    }
  }

  private void element(String element, String text, String... attributes)
      throws XMLStreamException {
    open(element, attributes);
    text(text);
    close();
  }

  private void text(String text) throws XMLStreamException {
    page.writeCharacters(clean(text));
  }

  /** Closes the element that was opened last. */
  private void close() throws XMLStreamException {
    page.writeEndElement();
  }

  /** Characters that no page may have, and those that turn the direction of the text around them. */
  private static String clean(String text) {
    return text.replaceAll(
        "[\\p{Cntrl}&&[^\\t\\n\\r]]|[\\u202a-\\u202e\\u2066-\\u2069\\ufffe\\uffff]|\\p{Cs}",
        "\ufffd");
  }
}
