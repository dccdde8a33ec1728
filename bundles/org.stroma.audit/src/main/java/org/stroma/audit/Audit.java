/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.audit;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.stroma.parts.Json;

/**
 * All that was looked at, and what was found. The questions are those that reviewers of prediction models ask (the themes of
 * PROBAST+AI: participants and data, predictors, outcome, analysis), in words of our own.
 *
 * @param subject what was audited
 * @param findings by check, in their order
 */
record Audit(Subject subject, Map<Check, List<Finding>> findings) {
  /** The first key of its JSON. */
  static final String AUDITED = "audited";

  private static final List<Check> CHECKS = List.of(
      new LeakageCheck(),
      new TellingFeatureCheck(),
      new SiteCheck(),
      new SelectionCheck(),
      new EventsCheck(),
      new FoldsCheck(),
      new BalanceCheck(),
      new FollowUpCheck(),
      new MissingDataCheck(),
      new DuplicatesCheck(),
      new CalibrationCheck(),
      new OptimismCheck());

  /** Looks at everything. */
  static Audit of(Subject subject) {
    Map<Check, List<Finding>> findings = new LinkedHashMap<>();
    CHECKS.forEach(check -> findings.put(check, check.of(subject)));
    return new Audit(subject, findings);
  }

  long count(Level level) {
    return findings.values().stream()
        .flatMap(List::stream)
        .filter(finding -> finding.level() == level)
        .count();
  }

  /** "1 problem, 3 cautions, 12 fine, 2 not applicable". */
  String tally() {
    return Words.count(count(Level.PROBLEM), "problem") + ", "
        + Words.count(count(Level.CAUTION), "caution") + ", " + count(Level.FINE) + " fine, "
        + count(Level.NOT_APPLICABLE) + " not applicable";
  }

  /** For programs. */
  ObjectNode json() {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put(AUDITED, subject.path().toString());
    json.put("kind", subject.run() == null ? "experiment" : "run");
    ObjectNode counts = json.putObject("counts");
    for (Level level : Level.values()) {
      counts.put(level.label(), count(level));
    }
    ArrayNode all = json.putArray("findings");
    findings.values().stream().flatMap(List::stream).forEach(finding -> {
      ObjectNode node = all.addObject();
      node.put("check", finding.check());
      node.put("level", finding.level().label());
      node.put("sentence", finding.sentence());
      node.set("evidence", Json.MAPPER.valueToTree(finding.evidence()));
      node.set("place", Json.MAPPER.valueToTree(finding.place()));
    });
    return json;
  }
}
