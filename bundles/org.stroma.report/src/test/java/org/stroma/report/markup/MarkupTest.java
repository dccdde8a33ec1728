/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report.markup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class MarkupTest {
  @Test
  void textsAndAttributesCannotBecomeElements() {
    assertEquals(
        "<p title=\"&quot; onclick=&#39;x&#39;\">&lt;script&gt;a &amp;amp; b&lt;/script&gt;</p>",
        new Markup()
            .element("p", "<script>a &amp; b</script>", "title", "\" onclick='x'")
            .toString());
  }

  @Test
  void charactersThatHtmlDoesNotAllowOrThatTurnTheTextAreReplaced() {
    assertEquals(
        "a\ufffdb\ufffd\ufffd\ufffd\t\n\ud83d\ude00é",
        Markup.escape("a\u0000b\u202e\u2066\ud800\t\n\ud83d\ude00é"));
  }

  @Test
  void whatIsOpenedIsClosedInTurn() {
    Markup markup = new Markup().open("div").open("p");
    assertThrows(IllegalStateException.class, () -> markup.close("div"));
    assertThrows(IllegalStateException.class, markup::toString);
    assertEquals("<div><p></p></div>", markup.close("p").close("div").toString());
  }

  @Test
  void namesAreOurOwn() {
    assertThrows(IllegalArgumentException.class, () -> new Markup().open("p><script"));
    assertThrows(IllegalArgumentException.class, () -> new Markup().empty("meta", "a\"b", "value"));
    assertThrows(IllegalArgumentException.class, () -> new Markup().style("</style><script>"));
    assertEquals("<br/>", new Markup().empty("br", "class", null).toString());
  }

  @Test
  void columnsOfNumbersStandAtTheRight() {
    Markup page = new Markup();
    Table.of("Name", "Number", "Text")
        .row("a", "34 (37%)", "12 apples")
        .row("<b>", "−0.5 [1,182, 2,061]", "–")
        .row("c", "0.560 to 0.700", "x")
        .write(page);
    String html = page.toString();
    assertEquals(4, html.split("class=\"n\"").length - 1, html);
    assertEquals(1, html.split("&lt;b&gt;").length - 1, html);
    assertThrows(IllegalArgumentException.class, () -> Table.of("a", "b").row("1"));
  }
}
