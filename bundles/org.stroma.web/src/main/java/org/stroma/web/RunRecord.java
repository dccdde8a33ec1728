/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.web;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.stroma.training.Epoch;
import org.stroma.training.RunEvent;

/** What is kept of one run. Guarded by the {@link RunStore} that it is in. */
final class RunRecord {
  /** Models whose curves are kept; the oldest go. */
  static final int MODELS = 200;

  /** Terms of the loss that are kept of a model. */
  private static final int TERMS = 12;

  private static final int NOTES = 100;

  /** A model of a fold, or one of an inner fold; with the metric that decides, the epochs after which it was asked. */
  private record Model(int number, String label, boolean inner, Curve curve) {}

  private final int number;
  private final RunEvent.Run run;
  private final Instant started = Instant.now();
  private final Map<String, Model> models = new LinkedHashMap<>();
  private final Map<String, Curve> metrics = new LinkedHashMap<>();
  private final Deque<String> notes = new ArrayDeque<>();
  private int lastModel;
  private String progress = "";
  private RunEvent.@Nullable RunEnded end;
  private @Nullable ObjectNode results;

  RunRecord(int number, RunEvent.Run run) {
    this.number = number;
    this.run = run;
  }

  int number() {
    return number;
  }

  String name() {
    return run.name();
  }

  Path directory() {
    return run.directory();
  }

  Instant started() {
    return started;
  }

  /** How it ended; null while it goes on. */
  RunEvent.@Nullable RunEnded end() {
    return end;
  }

  String progress() {
    return progress;
  }

  List<String> notes() {
    return List.copyOf(notes);
  }

  void progress(String sentence) {
    progress = sentence;
  }

  void note(String message) {
    if (notes.size() == NOTES) {
      notes.removeFirst();
    }
    notes.addLast(message);
  }

  void end(RunEvent.RunEnded event, @Nullable ObjectNode metricsOfFolds) {
    end = event;
    results = metricsOfFolds;
    progress = "";
  }

  /** @param label of the model, by which it is known */
  void epoch(long version, String label, boolean inner, Epoch epoch) {
    Model model = models.get(label);
    // what begins again, such as after its parts were chosen anew, is another model
    if (model == null || epoch.epoch() < model.curve().lastEpoch()) {
      List<String> columns = new ArrayList<>(List.of("loss", "gradient_norm", "learning_rate"));
      epoch.losses().keySet().stream()
          .limit(TERMS)
          .map(term -> "loss." + term)
          .forEach(columns::add);
      model = new Model(++lastModel, label, inner, new Curve(columns));
      models.remove(label);
      drop(models);
      models.put(label, model);
    }
    List<String> columns = model.curve().columns();
    double[] values = new double[columns.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(epoch, columns.get(i));
    }
    model.curve().add(version, epoch.epoch() + 1, values);
  }

  private static double value(Epoch epoch, String column) {
    Double value =
        switch (column) {
          case "loss" -> epoch.loss();
          case "gradient_norm" -> epoch.gradientNorm();
          case "learning_rate" -> epoch.learningRate();
          default -> epoch.losses().get(column.substring("loss.".length()));
        };
    return value == null ? Double.NaN : value;
  }

  /** The metric of an inner fold's validation patients, by epoch. */
  void metric(long version, String label, RunEvent.InnerEnded event) {
    Curve curve = new Curve(List.of(event.head() + "." + event.metric()));
    for (int epoch = 0; epoch < event.values().size(); epoch++) {
      Double value = event.values().get(epoch);
      curve.add(version, epoch + 1, value == null ? Double.NaN : value);
    }
    metrics.remove(label);
    drop(metrics);
    metrics.put(label, curve);
  }

  private static void drop(Map<String, ?> all) {
    if (all.size() >= MODELS) {
      all.remove(all.keySet().iterator().next());
    }
  }

  /** What happened after a version, for the browser; all of it after -1. */
  ObjectNode since(long version) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("number", number).put("epochs", run.epochs());
    ArrayNode list = json.putArray("models");
    for (Model model : models.values()) {
      if (model.curve().newer(version)) {
        list.add(model
            .curve()
            .since(version)
            .put("model", model.number())
            .put("label", model.label())
            .put("inner", model.inner()));
      }
    }
    ArrayNode validation = json.putArray("metrics");
    metrics.forEach((label, curve) -> {
      if (curve.newer(version)) {
        validation.add(curve.since(version).put("label", label));
      }
    });
    if (results != null) {
      json.set("results", results);
    }
    return json;
  }
}
