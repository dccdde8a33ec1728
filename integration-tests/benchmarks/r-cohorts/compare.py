#!/usr/bin/env python3
"""The model that an experiment gets which names none, beside a ridge Cox and coxph, on cohorts of R's package survival.

    compare.py STROMA FOLDER [--seeds 42,1] [NAME...]

STROMA is runtime/stroma; FOLDER gets the cohorts and a run of each. R with its package survival has to be there.
"""
import argparse
import json
import os
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
NAMES = ["veteran", "lung", "pbc", "colon", "rotterdam", "gbsg", "mgus", "nwtco"]


def r(*arguments):
    return subprocess.run(["Rscript", os.path.join(HERE, "cohorts.R"), *arguments],
                          check=True, capture_output=True, text=True).stdout.strip()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("stroma")
    parser.add_argument("folder")
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--seeds", default="42,1")
    options = parser.parse_intermixed_args()
    r("write", options.folder)
    print("cohort      seed  Stroma   ridge   coxph  chosen")
    for name in options.names or NAMES:
        for seed in options.seeds.split(","):
            out = os.path.join(options.folder, f"{name}-{seed}")
            if not os.path.exists(os.path.join(out, "metrics.json")):
                subprocess.run([options.stroma, "run", os.path.join(options.folder, name + ".json"), "--out", out,
                                "--set", "seed=" + seed], check=True, capture_output=True)
            with open(os.path.join(out, "metrics.json")) as file:
                metrics = json.load(file)
            ridge = metrics["baselines"]["ridge clinical"]["mean"]["os"]["c_index"]
            chosen = {c["candidate"]: c["chosen"] for c in metrics["selection"]["candidates"] if c["chosen"]}
            print(f"{name:11} {seed:>4}  {metrics['mean']['os']['c_index']:.4f}  {ridge:.4f}  {r('coxph', name, out)}  {chosen}",
                  flush=True)


main()
