/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report.figure;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.stroma.report.MetricNames;
import org.stroma.report.Study;
import org.stroma.report.markup.Figure;
import org.stroma.report.markup.Table;
import org.stroma.report.markup.Words;
import org.stroma.report.plot.Axis;
import org.stroma.report.plot.Ink;
import org.stroma.report.plot.Rows;
import org.stroma.run.RunReader;

/** What becomes of the metric that stands for a head when modalities are missing or permuted. */
public final class StressFigure {
  /** More subsets of modalities than that are shown by those of one and those that lack one. */
  private static final int MOST_ROWS = 24;

  private static final String TRAINED_ALONE = "trained-alone";
  private static final String TRAINED_LATE = "trained-late-fusion";

  private StressFigure() {}

  /** Models that could not be trained to compare with, and why, as sentences. */
  public static List<String> failures(JsonNode scenarios) {
    List<String> failures = new ArrayList<>();
    for (JsonNode scenario : scenarios) {
      if (scenario.has("failure")) {
        failures.add(name(scenario, List.of()) + ": not trained, "
            + scenario.path("failure").asText());
      }
    }
    return failures;
  }

  private static boolean trained(String kind) {
    return kind.equals(TRAINED_ALONE) || kind.equals(TRAINED_LATE);
  }

  /** A scenario, and the metric in it. */
  private record Tried(
      String kind,
      String name,
      int modalities,
      int patients,
      double value,
      double whole,
      double deviation) {}

  /**
   * The figure of a head.
   *
   * @param scenarios as stress.json has them
   */
  public static Optional<Figure> of(Study study, RunReader.Head head, JsonNode scenarios) {
    Optional<String> metric = study.mainMetric(head);
    if (metric.isEmpty()) {
      return Optional.empty();
    }
    List<Tried> all = new ArrayList<>();
    List<String> every = every(scenarios);
    int most = every.size();
    for (JsonNode scenario : scenarios) {
      JsonNode value = scenario.path("metrics").path(head.name()).path(metric.get());
      if (!value.isMissingNode()) {
        all.add(tried(scenario, value, every));
      }
    }
    if (all.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(figure(head, metric.get(), all, most));
  }

  private static List<String> modalities(JsonNode scenario) {
    List<String> modalities = new ArrayList<>();
    scenario.path("modalities").forEach(modality -> modalities.add(modality.asText()));
    return modalities;
  }

  /** The modalities of the scenario that keeps most. */
  private static List<String> every(JsonNode scenarios) {
    List<String> every = List.of();
    for (JsonNode scenario : scenarios) {
      List<String> kept = modalities(scenario);
      every = kept.size() > every.size() ? kept : every;
    }
    return every;
  }

  /** Short for those that lack none or one of many. */
  private static String kept(List<String> modalities, List<String> every) {
    List<String> lacking = new ArrayList<>(every);
    lacking.removeAll(modalities);
    return every.size() > 2 && lacking.isEmpty()
        ? "all modalities"
        : every.size() > 2 && lacking.size() == 1
            ? "without " + lacking.get(0)
            : String.join(" + ", modalities);
  }

  private static String name(JsonNode scenario, List<String> every) {
    List<String> modalities = modalities(scenario);
    return switch (scenario.path("kind").asText()) {
      case "missing" -> Words.percent(scenario.path("share").asDouble()) + " missing";
      case "permuted" -> String.join(", ", modalities) + " permuted";
      case TRAINED_ALONE -> "trained with " + String.join(", ", modalities) + " alone";
      case TRAINED_LATE -> "late fusion of all, trained anew";
      default -> kept(modalities, every);
    };
  }

  private static Tried tried(JsonNode scenario, JsonNode value, List<String> every) {
    return new Tried(
        scenario.path("kind").asText(),
        name(scenario, every),
        modalities(scenario).size(),
        scenario.path("patients").asInt(),
        number(value.path("value")),
        number(value.path("same_patients_with_all")),
        number(value.path("std_over_draws")));
  }

  private static double number(JsonNode value) {
    return value.isNumber() ? value.doubleValue() : Double.NaN;
  }

  private static Figure figure(RunReader.Head head, String metric, List<Tried> all, int most) {
    String name = MetricNames.title(head.kind(), metric);
    String title = name + " of " + head.name() + " under stress";
    double chance = MetricNames.chance(head.kind(), metric);
    List<Tried> drawn = all.stream()
        .filter(tried -> all.size() <= MOST_ROWS
            || !tried.kind().equals("kept")
            || tried.modalities() == 1
            || tried.modalities() >= most - 1)
        .limit(MOST_ROWS * 2L)
        .toList();
    double least = Double.isNaN(chance) ? Double.POSITIVE_INFINITY : chance;
    double top = Double.NEGATIVE_INFINITY;
    Table table = Table.of(
        "Data",
        "Patients",
        name,
        "Of the same patients with all they have",
        "Standard deviation over draws");
    StringBuilder description = new StringBuilder();
    for (Tried tried : all) {
      table.row(
          tried.name(),
          Words.count(tried.patients()),
          Words.number(tried.value()),
          Words.number(tried.whole()),
          Words.number(tried.deviation()));
    }
    for (Tried tried : drawn) {
      for (double value : new double[] {tried.value(), tried.whole()}) {
        if (Double.isFinite(value)) {
          least = Math.min(least, value);
          top = Math.max(top, value);
        }
      }
      description.append(tried.name()).append(": ").append(Words.number(tried.value()));
      description.append(" instead of ").append(Words.number(tried.whole())).append(". ");
    }
    Rows rows = Rows.points(title, description.toString().strip(), Axis.around(name, least, top))
        .reference(chance);
    for (Tried tried : drawn) {
      rows.compared(
          tried.name(),
          tried.value(),
          tried.whole(),
          Words.number(tried.value()),
          ink(tried.kind()));
    }
    return new Figure(
        title,
        rows.drawn(),
        "Blue: patients have these modalities alone. Green: modalities taken away at random. Orange: a modality handed round between "
            + "patients. "
            + (all.stream().anyMatch(tried -> trained(tried.kind()))
                ? "Pink: a simpler model, trained anew on the same folds. "
                : "")
            + "Grey points are this model on the same patients with all that they have."
            + (Double.isNaN(chance) ? "" : " The dashed line is chance.")
            + (drawn.size() < all.size()
                ? " Drawn are " + drawn.size() + " of " + all.size() + "; the numbers are of all."
                : ""),
        table);
  }

  private static Ink ink(String kind) {
    return switch (kind) {
      case "kept" -> Ink.BLUE;
      case "missing" -> Ink.GREEN;
      case TRAINED_ALONE, TRAINED_LATE -> Ink.PINK;
      default -> Ink.ORANGE;
    };
  }
}
