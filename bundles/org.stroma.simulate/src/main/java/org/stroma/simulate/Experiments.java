/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.simulate;

/** The experiments that come with a simulated cohort. */
final class Experiments {
  private Experiments() {}

  static String survival(Simulation s) {
    return experiment(
        s,
        "survival",
        "\"kind\": \"survival\", \"time\": \"time_days\", \"event\": \"event\"",
        "{\"type\": \"survival\", \"target\": \"target\", \"norm\": false, \"dropout\": 0}",
        "cox",
        "target.event");
  }

  static String classes(Simulation s) {
    return experiment(
        s,
        "outcome",
        "\"kind\": \"class\", \"column\": \"outcome\"",
        "{\"type\": \"classification\", \"target\": \"target\", \"dropout\": 0}",
        "cross-entropy",
        "target");
  }

  /** Survival by a model that is left to the size of the data; for cohorts without visits. */
  static String brief() {
    return """
        {
          // simulated data: see README.txt. Encoders and fusion are left to the size of the data
          "name": "simulated-short", "seed": 1,
          "cohort": {"table": "cohort.csv", "id": "patient_id",
                     "targets": {"target": {"kind": "survival", "time": "time_days", "event": "event"}}},
          "modalities": {
            "patches": {"reader": {"type": "npy-patches", "path": "patches/{slide}.npy"}},
            "genes": {"reader": {"type": "csv-matrix", "path": "genes.csv"}},
            "text": {"reader": {"type": "text-column", "column": "report"}}
          }
        }
        """;
  }

  private static String experiment(
      Simulation s, String what, String target, String head, String loss, String stratify) {
    boolean visits = s.visits() > 1;
    return """
        {
          // simulated data: see README.txt
          "name": "simulated-%s", "seed": 1,
          "cohort": {"table": "cohort.csv", "id": "patient_id",%s
                     "targets": {"target": {%s}}},
          "modalities": {
            "patches": {"reader": {"type": "npy-patches", "path": "patches/{slide}.npy",
                                   "coordinates": "patches/{slide}.coordinates.npy"},
                        "encoder": {"type": "wsi-transformer", "layers": 1, "heads": 2}},
            "genes": {%s"reader": {"type": "csv-matrix", "path": "genes.csv"}, "transforms": [{"type": "zscore"}],
                      "encoder": {"type": "genomic-mlp", "hidden1": 32, "hidden2": 0}},
            "text": {"reader": {"type": "text-column", "column": "report"}, "tokenizer": {"type": "word"},
                     "encoder": {"type": "clinical-transformer", "layers": 1, "heads": 2, "dropout": 0}}
          },
          "model": {"embedDim": 32, "fusion": {"type": "mean"},%s
                    "heads": {"target": %s}},
          "losses": [{"type": "%s", "head": "target"}],
          "training": {"epochs": 12, "batchSize": 16, "optimizer": {"type": "adamw", "learningRate": 0.003}},
          "evaluation": {"split": {"type": "k-fold", "folds": 3, "stratify": "%s"}}
        }
        """
        .formatted(
            what,
            visits ? " \"visit\": {\"id\": \"visit_id\", \"days\": \"days\"}," : "",
            target,
            visits ? "\"per\": \"patient\", " : "",
            visits ? " \"temporal\": {\"type\": \"pool\", \"mode\": \"last\"}," : "",
            head,
            loss,
            stratify);
  }
}
