#!/usr/bin/env python3
"""Compares settings of by-hand.json by inner validation: never on the test patients of the outer folds.

For each outer fold of the first repeat, a cohort of its training patients alone is cross-validated (4 folds). What is
printed is the mean inner c-index over the outer folds. Candidates are lines of a file: a name, then --set arguments.

    inner-validation.py STROMA CANDIDATES.txt
"""
import csv, json, os, subprocess, sys, tempfile

here = os.path.dirname(os.path.abspath(__file__))
stroma, candidates = sys.argv[1], sys.argv[2]


def run(folder, out, *arguments):
    subprocess.run([stroma, "run", os.path.join(folder, "by-hand.json"), "--out", out, *arguments],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


with tempfile.TemporaryDirectory() as work:
    outer = os.path.join(work, "outer")
    run(here, outer, "--set", "training.epochs=1", "--set", "training.ensemble=1", "--set", "evaluation.repeats=1")
    with open(os.path.join(outer, "predictions.csv")) as f:
        rows = [r for r in csv.DictReader(f) if r["split"] == "train"]
    with open(os.path.join(here, "clinical.csv")) as f:
        lines = f.readlines()
    folders = []
    for fold in sorted({r["fold"] for r in rows}):
        folder = os.path.join(work, "fold" + fold)
        os.mkdir(folder)
        patients = {r["patient"] for r in rows if r["fold"] == fold}
        with open(os.path.join(folder, "clinical.csv"), "w") as f:
            f.writelines([lines[0]] + [l for l in lines[1:] if l.split(",")[0].strip('"') in patients])
        for name in os.listdir(here):
            if name != "clinical.csv" and name.endswith((".csv", ".json")):
                os.symlink(os.path.join(here, name), os.path.join(folder, name))
        folders.append(folder)
    for n, line in enumerate(open(candidates)):
        if not line.strip() or line.startswith("#"):
            continue
        name, *sets = line.split()
        scores = []
        for folder in folders:
            out = os.path.join(folder, f"out{n}")
            arguments = ["--set", "evaluation.split.folds=4", "--set", "evaluation.repeats=1"]
            for s in sets:
                arguments += ["--set", s]
            run(folder, out, *arguments)
            with open(os.path.join(out, "metrics.json")) as f:
                scores.append(json.load(f)["mean"]["os"]["c_index"])
        print(f"{sum(scores) / len(scores):.4f}", name, " ".join(f"{s:.3f}" for s in scores), flush=True)
