/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.extract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExtractionPageTest {
  private static final String ODD = "a <b> & \"c\" #1?%\u0007\u202e";

  @TempDir
  private Path folder;

  private final ObjectNode record = new ObjectMapper().createObjectNode();

  @BeforeEach
  void slides() throws IOException {
    Files.createDirectories(folder.resolve("thumbnails"));
    record.put("options", "magnification 20.0; patch size 256; extractor ; stain ");
    record.put("model", "m.onnx sha256:ab").put("features", 8);
    ObjectNode slides = record.putObject("slides");
    ObjectNode good = slides.putObject(ODD).put("file", "slides/" + ODD).put("state", "extracted");
    good.put("patches", 1234).put("tissue", 0.256).put("magnification", 40.0).put("mpp", 0.25);
    good.putArray("notes").add("it tells <two> things");
    Files.writeString(folder.resolve("thumbnails/" + ODD + ".png"), "");
    slides.putObject("old").put("state", "there already").put("patches", 3);
    slides.putObject("glass").put("state", "no tissue").put("reason", "no <patch>");
    slides.putObject("cut").put("state", "left out").put("reason", "it is cut off");
  }

  private String page() throws IOException {
    ExtractionPage.write(folder, record);
    return Files.readString(folder.resolve("extraction.html"));
  }

  private static int count(String text, String part) {
    return text.split(java.util.regex.Pattern.quote(part), -1).length - 1;
  }

  @Test
  void eachSlideIsThereWithItsNumbersAndThoseLeftOutComeFirst() throws IOException {
    String page = page();
    assertTrue(page.contains("2 of 4 slides with features, 1 without tissue, 1 left out"), page);
    assertTrue(page.indexOf("it is cut off") < page.indexOf("no &lt;patch"));
    assertTrue(page.indexOf("no &lt;patch") < page.indexOf("1234"));
    assertTrue(page.contains(">1234<") && page.contains(">26 %<") && page.contains(">40x<"));
    assertTrue(page.contains(">0.2500<") && page.contains("it tells &lt;two"), page);
    assertTrue(page.contains(">–<"), "what an older extraction did not tell");
    assertTrue(page.contains("8 features a patch") && page.contains("m.onnx sha256:ab"));
    assertEquals(1, count(page, "<img "), "only pictures that there are");
  }

  /** A name of a file can be anything. */
  @Test
  void namesCannotBecomeMarkupOrAnotherLink() throws IOException {
    String page = page();
    assertFalse(page.contains("<b>"), page);
    assertFalse(page.contains("\u0007") || page.contains("\u202e"));
    String link = page.split("<img src=\"")[1].split("\"")[0];
    assertTrue(link.startsWith("thumbnails/a%20%3Cb%3E%20") && link.contains("%231%3F%25"), link);
    assertTrue(page.contains("loading=\"lazy\""));
  }

  /** It is one file, beside its pictures. */
  @Test
  void nothingIsLoadedAndNothingRuns() throws IOException {
    String page = page();
    assertFalse(page.contains("<script") || page.contains("http://") || page.contains("https://"));
    assertFalse(page.contains("@import") || page.contains("url("));
    assertTrue(page.contains("default-src 'none'") && page.contains("th,td{text-align:left"));
    assertTrue(page.contains("content:attr(data-label)"), "the style sheet is not escaped");
  }
}
