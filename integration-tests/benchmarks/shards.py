#!/usr/bin/env python3
# Copyright the Stroma authors. SPDX-License-Identifier: Apache-2.0
"""Work that is split over processes and over executors of Spark, beside one process. A benchmark, not a test.

    mvn -q verify -DskipTests            # the distribution, and Spark's jars for a cluster on the loopback address
    integration-tests/benchmarks/shards.py FOLDER [run] [empty] [extract]

Needs Python alone, and 0.8 GB in FOLDER for `extract`. `run` prints folds a minute of samples/tcga-acc (two repeats, ten folds), `empty`
the seconds of a shard without folds (start, and reading of the data), `extract` slides a second of 1,000 drawn slides of 512 x 512
pixels. In turn, medians of ROUNDS; a process each, start included.
"""
import os
import shutil
import statistics
import subprocess
import sys
import time

from drawn_slide import slide

ROUNDS = 3
SLIDES = 1_000
here = os.path.dirname(os.path.abspath(__file__))
root = os.path.normpath(os.path.join(here, "..", ".."))
home = os.path.join(root, "runtime", "target", "stroma")
stroma = os.path.join(home, "bin", "stroma")
folder = os.path.abspath(sys.argv[1])
wanted = sys.argv[2:] or ["run", "empty", "extract"]
experiment = os.path.join(root, "samples", "tcga-acc", "survival.json")
out = os.path.join(folder, "out")


def timed(command, environment=None):
    """Wall and CPU seconds, those of children among them."""
    for left in (out, out + ".shards", os.path.join(folder, "cluster")):
        shutil.rmtree(left, ignore_errors=True)
    before, start = os.times(), time.perf_counter()
    done = subprocess.run(command, cwd=folder, env={**os.environ, **(environment or {})}, capture_output=True, text=True)
    wall, after = time.perf_counter() - start, os.times()
    if done.returncode:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}: {done.stderr[-2000:]}")
    return wall, after.children_user + after.children_system - before.children_user - before.children_system


def compare(ways, amount, unit):
    """Each way in turn; `amount` of `unit` a way."""
    times = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, (command, environment) in ways.items():
            times[name].append(timed(command, environment))
    first = None
    for name, all_times in times.items():
        wall = statistics.median(t[0] for t in all_times)
        first = first or wall
        cpu = statistics.median(t[1] for t in all_times)
        print(f"{name:24s} {wall:7.1f} s wall {cpu:7.1f} s CPU  {amount / wall * unit[0]:8.2f} {unit[1]}  {first / wall:5.2f} of one process", flush=True)


def on_spark(workers, *command):
    options = ["--conf", f"spark.stroma.home={home}", "--class", "org.stroma.spark.Main", os.path.join(home, "spark", "org.stroma.spark.jar")]
    script = os.path.join(root, "integration-tests", "spark", "cluster.sh")
    jars = os.path.join(root, "bundles", "org.stroma.spark", "target", "spark")
    return [script, jars, os.path.join(folder, "cluster"), *options, *command, "--out", out], {"WORKERS": str(workers), "TF_DETERMINISTIC_OPS": "1"}


if "run" in wanted:
    os.makedirs(folder, exist_ok=True)
    line = ["run", experiment, "--set", "evaluation.repeats=2"]
    ways = {"one process": ([stroma, *line, "--out", out], None),
            "two processes": ([stroma, *line, "--processes", "2", "--out", out], None),
            "Spark, one executor": on_spark(1, *line, "--shards", "10"),
            "Spark, two executors": on_spark(2, *line, "--shards", "10")}
    compare(ways, 10, (60, "folds a minute"))
if "empty" in wanted:
    os.makedirs(folder, exist_ok=True)
    compare({"a shard without folds": ([stroma, "run", experiment, "--shard", "99/100", "--out", out], None)}, 1, (1, "a second"))
if "extract" in wanted:
    slides = os.path.join(folder, "slides")
    if not os.path.isdir(slides):
        os.makedirs(slides + ".partial", exist_ok=True)
        for i in range(SLIDES):
            slide(os.path.join(slides + ".partial", f"s{i:04d}.tif"), i % 8)
        os.rename(slides + ".partial", slides)
    line = [stroma, "extract", slides, "--slide-mpp", "0.5", "--patch-size", "128", "--out", out]
    compare({"one process": (line, None), "two processes": ([*line, "--processes", "2"], None)}, SLIDES, (1, "slides a second"))
