/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.TreeSet;
import org.stroma.api.data.DataException;
import org.stroma.api.data.Problems;
import org.stroma.evaluation.FoldSummary;
import org.stroma.parts.Json;
import org.stroma.run.RunReader;
import org.stroma.training.PredictedAgain;

/** Compares the metrics of folds in metrics.json with those of predictions that were made again, and their means with them. */
final class MetricsComparison {
  private final double tolerance;
  private int compared;
  private int different;
  private String first = "";

  private MetricsComparison(double tolerance) {
    this.tolerance = tolerance;
  }

  /**
   * Compares number by number.
   *
   * @param written what metrics.json holds
   * @return how many are the same, in words
   * @throws DataException with what is not
   */
  static String check(JsonNode written, List<PredictedAgain> again, double tolerance) {
    MetricsComparison comparison = new MetricsComparison(tolerance);
    Problems problems = new Problems();
    for (PredictedAgain fold : again) {
      JsonNode then = fold(written, fold.fold());
      if (then == null) {
        problems.add(RunReader.METRICS + " has nothing of " + fold.fold());
        continue;
      }
      fold.sides()
          .forEach((side, now) -> comparison.compare(
              fold.fold() + " " + side, then.path(side), Json.written(now.metrics())));
    }
    if (written.path("folds") instanceof ArrayNode folds) {
      ObjectNode summary = Json.MAPPER.createObjectNode();
      FoldSummary.write(summary, folds);
      for (String what : List.of("mean", "std")) {
        comparison.compare(what, written.path(what), Json.written(summary.path(what)));
      }
    }
    if (comparison.different > 0) {
      problems.add(comparison.different + " of " + comparison.compared + " values of "
          + RunReader.METRICS + " do not follow from the predictions and folds; the first is "
          + comparison.first);
    }
    problems.throwIfAny();
    return comparison.compared + " values of " + RunReader.METRICS
        + ", of the folds and their means, follow from the predictions";
  }

  private static JsonNode fold(JsonNode written, String name) {
    for (JsonNode fold : written.path("folds")) {
      if (name.equals("repeat-" + fold.path("repeat").asText() + "-fold-"
          + fold.path("fold").asText())) {
        return fold;
      }
    }
    return null;
  }

  private void compare(String place, JsonNode then, JsonNode now) {
    if (then.isObject() && now.isObject()) {
      TreeSet<String> names = new TreeSet<>();
      then.fieldNames().forEachRemaining(names::add);
      now.fieldNames().forEachRemaining(names::add);
      names.forEach(name -> compare(place + " " + name, then.path(name), now.path(name)));
      return;
    }
    compared++;
    if (then.equals(now)
        || then.isNumber()
            && now.isNumber()
            && PredictionComparison.near(then.doubleValue(), now.doubleValue(), tolerance)) {
      return;
    }
    different++;
    if (first.isEmpty()) {
      first = place + ": " + shown(then) + " there, " + shown(now) + " computed again";
    }
  }

  private static String shown(JsonNode value) {
    return value.isMissingNode() ? "nothing" : value.toString();
  }
}
