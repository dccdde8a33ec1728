#!/usr/bin/env python3
# Copyright the Stroma authors. SPDX-License-Identifier: Apache-2.0
"""A simulated cohort with a wide table: gene expression of many patients, as log2 counts with four decimals. Not real patients.

    integration-tests/benchmarks/wide_table.py FOLDER [PATIENTS] [GENES] [--together]

Writes FOLDER/clinical.csv (two classes, a survival time), FOLDER/genes.csv (a row a patient; 4,000 x 20,000 take 563 MB) and
FOLDER/experiment.json. With --together the genes stand in clinical.csv itself, as many exports have them, and genes.csv is left
out. Twenty genes carry the signal. Needs numpy.
"""
import json
import os
import sys

import numpy as np

arguments = [a for a in sys.argv[1:] if not a.startswith("--")]
together = "--together" in sys.argv
folder = arguments[0]
patients = int(arguments[1]) if len(arguments) > 1 else 4_000
genes = int(arguments[2]) if len(arguments) > 2 else 20_000

os.makedirs(folder, exist_ok=True)
random = np.random.default_rng(1)
level = random.gamma(2.0, 3.0, genes)
weights = np.zeros(genes)
weights[:: max(1, genes // 20)] = random.choice([-1.0, 1.0], len(weights[:: max(1, genes // 20)]))
names = [f"GENE{g:05d}" for g in range(genes)]
clinical = ["patient_id", "subtype", "time_days", "event"]


def cells(values):
    return ",".join(["%.4f" % v for v in values])


with open(os.path.join(folder, "clinical.csv"), "w") as table, open(os.path.join(folder, "genes.csv"), "w") as matrix:
    table.write(",".join(clinical + (names if together else [])) + "\n")
    if not together:
        matrix.write(",".join(["patient_id"] + names) + "\n")
    for p in range(patients):
        values = np.abs(level + random.normal(0, 1, genes))
        score = float(weights @ (values - level)) / np.sqrt(20)
        row = f"P{p:05d},{'AB'[int(score + random.normal(0, 0.5) > 0)]},{random.exponential(1000 * np.exp(-score)) + 1:.0f},{int(random.random() < 0.6)}"
        table.write(row + ("," + cells(values) if together else "") + "\n")
        if not together:
            matrix.write(f"P{p:05d},{cells(values)}\n")

reader = {"type": "csv-matrix", "path": "genes.csv"}
if together:
    os.remove(os.path.join(folder, "genes.csv"))
    reader = {"type": "table-columns", "numeric": names}
with open(os.path.join(folder, "experiment.json"), "w") as f:
    json.dump({
        "name": "wide-table",
        "cohort": {"table": "clinical.csv", "id": "patient_id", "targets": {"subtype": {"kind": "class", "column": "subtype"}}},
        "modalities": {"rna": {
            "reader": reader, "transforms": [{"type": "zscore"}],
            "encoder": {"type": "genomic-mlp", "hidden1": 0, "hidden2": 0}}},
        "model": {"embedDim": 16, "heads": {"subtype": {"type": "classification", "target": "subtype"}}},
        "losses": [{"type": "cross-entropy", "head": "subtype"}],
        "training": {"epochs": 1, "batchSize": 128, "ensemble": 1},
        "evaluation": {"split": {"type": "k-fold", "folds": 2}, "repeats": 1, "baselines": []},
    }, f, indent=1)
