/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report.section;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.stream.StreamSupport;
import org.stroma.report.MetricNames;
import org.stroma.report.StackedModel;
import org.stroma.report.Study;
import org.stroma.report.markup.Markup;
import org.stroma.report.markup.Table;
import org.stroma.report.markup.Words;
import org.stroma.run.RunMetrics;

/** How epochs and settings were chosen, inside of the training patients, and what came of it. */
public final class SelectionSection implements Section {
  @Override
  public String anchor() {
    return "selection";
  }

  @Override
  public String title() {
    return "How settings were chosen";
  }

  @Override
  public boolean applies(Study study) {
    return study.metrics().json().path("selection").isObject();
  }

  @Override
  public void write(Study study, Markup page) {
    JsonNode selection = study.metrics().json().path("selection");
    String head = selection.path("head").asText();
    String metric = selection.path("metric").asText();
    String title = study.run().heads().stream()
        .filter(one -> one.name().equals(head))
        .findFirst()
        .map(one -> MetricNames.title(one.kind(), metric))
        .orElse(metric);
    page.element(
        "p",
        "Epochs" + (selection.path("candidates").isEmpty() ? "" : " and settings")
            + " were chosen in each fold by " + selection.path("chosen_by").asText() + ", by "
            + title + " of " + head + ". Test patients had no part in it.");
    Table table = Table.of("What", "Value");
    row(
        table,
        "Rule",
        selection.path("rule_in_words").asText(selection.path("rule").asText()));
    row(table, "Then", selection.path("refit").asText());
    List<Integer> epochs = StreamSupport.stream(selection.path("epochs").spliterator(), false)
        .map(JsonNode::asInt)
        .sorted()
        .toList();
    if (!epochs.isEmpty()) {
      row(
          table,
          "Epochs chosen",
          epochs.get(0).equals(epochs.get(epochs.size() - 1))
              ? Words.count(epochs.get(0))
              : Words.count(epochs.get(0)) + " to " + Words.count(epochs.get(epochs.size() - 1)));
    }
    if (selection.path("inner_mean").isNumber()) {
      row(
          table,
          title + " where it was chosen, mean over folds",
          Words.number(selection.path("inner_mean").asDouble()));
    }
    RunMetrics.get(study.metrics().mean(), head, metric)
        .ifPresent(value ->
            row(table, title + " of the test patients, mean over folds", Study.text(value)));
    last(study, head, metric)
        .ifPresent(value -> row(
            table, title + " of the test patients at the last epoch instead", Study.text(value)));
    table.write(page);
    candidates(selection, page);
    stacked(study, page);
  }

  /** What modalities count in a stacked fusion, and how long each was trained. */
  private static void stacked(Study study, Markup page) {
    StackedModel stack = StackedModel.of(study);
    if (stack.folds() == 0) {
      return;
    }
    page.element("h3", "What the stack learned");
    stack.weights().forEach((head, byModality) -> {
      Table table = Table.of(
          "Modality, for " + head,
          "Weight, mean",
          "Least to most",
          "Epochs, median",
          "Fewest to most");
      byModality.forEach((modality, weights) -> {
        List<Double> epochs = stack.epochs().getOrDefault(modality, List.of());
        table.row(
            modality,
            Words.number(StackedModel.mean(weights)),
            range(weights, Words::number),
            epochs.isEmpty() ? "–" : Words.plain(StackedModel.median(epochs)),
            range(epochs, Words::plain));
      });
      table.write(page);
      page.element(
          "p",
          "Of " + Words.count(stack.folds(), "fold")
              + (stack.missing(head).isEmpty() ? "" : "; " + stack.missing(head))
              + ". Weights are of what a modality's own model says of this head, none negative; 0 is a modality that is not heard.",
          "class",
          "caption");
    });
  }

  private static String range(List<Double> values, DoubleFunction<String> told) {
    if (values.isEmpty()) {
      return "–";
    }
    DoubleSummaryStatistics all = values.stream().mapToDouble(v -> v).summaryStatistics();
    return told.apply(all.getMin()) + " to " + told.apply(all.getMax());
  }

  private static java.util.Optional<RunMetrics.Value> last(
      Study study, String head, String metric) {
    return RunMetrics.get(study.metrics().lastMean(), head, metric);
  }

  private static void candidates(JsonNode selection, Markup page) {
    Table table = Table.of("Candidate", "Settings", "Chosen in folds");
    for (JsonNode candidate : selection.path("candidates")) {
      List<String> settings = new ArrayList<>();
      candidate
          .path("set")
          .fields()
          .forEachRemaining(entry -> settings.add(entry.getKey() + " = " + text(entry.getValue())));
      table.row(
          candidate.path("candidate").asText(),
          String.join(", ", settings),
          Words.count(candidate.path("chosen").asInt()));
    }
    if (!table.isEmpty()) {
      page.element("h3", "Candidates");
      table.write(page);
    }
  }

  private static String text(JsonNode value) {
    return value.isNumber()
        ? Words.plain(value.asDouble())
        : value.isValueNode() ? value.asText() : value.toString();
  }

  private static void row(Table table, String what, String value) {
    if (!value.isEmpty()) {
      table.row(what, value);
    }
  }
}
