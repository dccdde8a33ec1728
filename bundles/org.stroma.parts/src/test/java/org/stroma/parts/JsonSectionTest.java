/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.parts;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonSectionTest {
  private final Faults faults = new Faults();
  private final ObjectNode out = Json.MAPPER.createObjectNode();

  private JsonSection section(String json) throws Exception {
    return JsonSection.top(faults, (ObjectNode) Json.MAPPER.readTree(json), out);
  }

  private List<String> told() {
    return faults.isEmpty()
        ? List.of()
        : assertThrows(FaultsException.class, faults::throwIfAny).faults().stream()
            .map(Fault::toString)
            .toList();
  }

  @Test
  void whatIsReadIsWrittenWithItsDefaults() throws Exception {
    JsonSection s = section("{\"a\": 2, \"t\": \"x\", \"sub\": {\"b\": false}}");
    assertEquals(2, s.integer("a", 5, 1, 9));
    assertEquals(0.5, s.number("n", 0.5, 0, 1));
    assertEquals("x", s.text("t", null));
    assertEquals("fixed", s.option("o", "fixed", List.of("fixed", "learned")));
    JsonSection sub = s.section("sub", true);
    assertFalse(sub.bool("b", true));
    assertTrue(sub.bool("c", true));
    sub.close();
    s.close();
    assertEquals(
        "{\"a\":2,\"n\":0.5,\"t\":\"x\",\"o\":\"fixed\",\"sub\":{\"b\":false,\"c\":true}}",
        out.toString());
    assertEquals(List.of(), told());
    assertDoesNotThrow(faults::throwIfAny);
  }

  @Test
  void everyFaultIsToldWithItsPlace() throws Exception {
    JsonSection s = section(
        "{\"a\": 0, \"n\": \"x\", \"t\": 1, \"o\": \"other\", \"b\": 1, \"sub\": {\"x/y~\": {\"k\": 2}}, \"l\": [1, {}], \"eopchs\": 3}");
    assertEquals(5, s.integer("a", 5, 1, 9), "the default stands in");
    s.number("n", 0.5, 0, 1);
    s.text("t", null);
    s.text("missing", null);
    s.option("o", "fixed", List.of("fixed", "learned"));
    s.bool("b", true);
    s.section("sub", true).sections("a modality").values().forEach(JsonSection::close);
    assertEquals(1, s.list("l", true).size());
    s.list("none", true);
    s.texts("texts", 1);
    s.integer("epochs", 1, 1, 9);
    s.close();
    assertEquals(
        List.of(
            "/a: is 0; it has to be a whole number from 1 to 9",
            "/n: is \"x\"; it has to be a number from 0.0 to 1.0",
            "/t: is 1; it has to be a text",
            "/missing: is missing; it has to be a text",
            "/o: is \"other\"; it has to be fixed or learned",
            "/b: is 1; it has to be true or false",
            "/sub/x~1y~0: is no name; use letters, digits, '_', '-' and '.'",
            "/sub/x~1y~0/k: is not known here; known are ",
            "/l/0: is 1; it has to be an object",
            "/none: is missing; it has to be a list of objects, with one at least",
            "/texts: is missing; it has to be a list of 1 or more different texts",
            "/eopchs: is not known here; known are a, n, t, missing, o, b, sub, l, none, texts, epochs; did you mean epochs?"),
        told());
  }

  @Test
  void aMissingPartAloneIsNoOtherFault() {
    faults.missing(new Fault("/x", "no part", new Fault.Wanted(PartKind.ENCODER, "e")));
    assertTrue(assertThrows(FaultsException.class, faults::throwIfAny).partMissing());
    faults.add("/y", "is wrong");
    FaultsException both = assertThrows(FaultsException.class, faults::throwIfAny);
    assertFalse(both.partMissing(), "a part that comes would not help");
    assertEquals("/x: no part\n/y: is wrong", both.getMessage());
  }

  @Test
  void moreEntriesThanAnyModelHasAreRefused() throws Exception {
    String many = "{}" + ",{}".repeat(JsonSection.MOST);
    assertEquals(List.of(), section("{\"losses\": [" + many + "]}").list("losses", true));
    assertEquals(List.of("/losses: has 501 entries; 500 are the most"), told());
  }
}
