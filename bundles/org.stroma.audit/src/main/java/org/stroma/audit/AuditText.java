/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.audit;

import java.util.List;
import java.util.stream.Collectors;

/** An audit for people. */
final class AuditText {
  /** How its Markdown begins. */
  static final String HEADING = "# Audit of ";

  private static final int WIDTH = 100;
  private static final String INDENT = "                  ";

  private AuditText() {}

  /** For the screen: a heading a question, a paragraph a finding, the worst first. */
  static String plain(Audit audit) {
    StringBuilder text = new StringBuilder();
    audit.findings().forEach((check, findings) -> {
      text.append(check.title()).append('\n');
      sorted(findings)
          .forEach(finding -> text.append(
              paragraph(String.format("  %-16s", mark(finding.level())), finding.sentence())));
      text.append('\n');
    });
    return text.append(audit.tally()).append('\n').toString();
  }

  private static String mark(Level level) {
    return level == Level.PROBLEM ? "PROBLEM" : level.label();
  }

  private static List<Finding> sorted(List<Finding> findings) {
    return findings.stream().sorted((a, b) -> a.level().compareTo(b.level())).toList();
  }

  /** Breaks lines between words. */
  private static String paragraph(String mark, String sentence) {
    StringBuilder text = new StringBuilder(mark);
    int column = mark.length();
    for (String word : sentence.split(" ")) {
      if (column + word.length() > WIDTH && column > INDENT.length()) {
        text.setLength(text.length() - 1);
        text.append('\n').append(INDENT);
        column = INDENT.length();
      }
      text.append(word).append(' ');
      column += word.length() + 1;
    }
    text.setLength(text.length() - 1);
    return text.append('\n').toString();
  }

  /** Markdown, with places. */
  static String markdown(Audit audit) {
    StringBuilder text =
        new StringBuilder(HEADING + code(audit.subject().path().toString()) + "\n\n");
    text.append(audit.tally()).append(".\n");
    audit.findings().forEach((check, findings) -> {
      text.append("\n## ").append(check.title()).append("\n\n");
      for (Finding finding : sorted(findings)) {
        text.append("- **")
            .append(mark(finding.level()))
            .append(".** ")
            .append(escaped(finding.sentence()));
        if (!finding.place().isEmpty()) {
          text.append("<br>Where: ")
              .append(finding.place().entrySet().stream()
                  .map(e -> e.getKey() + " " + code(e.getValue()))
                  .collect(Collectors.joining(", ")));
        }
        text.append('\n');
      }
    });
    return text.toString();
  }

  private static String code(String text) {
    return "`" + text.replace("`", "'") + "`";
  }

  /** Names of columns and files may hold what Markdown takes for its own. */
  private static String escaped(String text) {
    return text.replaceAll("([\\\\`*_\\[\\]<>|#])", "\\\\$1");
  }
}
