/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class MarkdownTest {
  @Test
  void nothingBeginsInAText() {
    assertEquals("\\[a\\](b) \\| \\`x\\` \\<b\\>", Markdown.escape("[a](b) | `x` <b>"));
    assertEquals("a \\# b", Markdown.escape("a\n# b"));
    assertEquals("\\- a", Markdown.escape("- a"));
    assertEquals("1\\. a", Markdown.escape("1. a"));
    assertEquals("0.861 (95% interval)", Markdown.escape("0.861 (95% interval)"));
  }
}
