#!/usr/bin/env python3
# Copyright the Stroma authors. SPDX-License-Identifier: Apache-2.0
"""A wide table: Stroma's readers beside FastCSV alone and pandas, on the same file, in turn. A benchmark, not a test.

    integration-tests/benchmarks/wide_table.py FOLDER            # 4,000 x 20,000, 573 MB
    integration-tests/benchmarks/wide_table.py FOLDER2 --together
    mvn -q package -DskipTests -pl runtime -am
    integration-tests/benchmarks/tables.py FOLDER FOLDER2 [HEAP]

Each reading is a process of its own, from the system's cache: FastCSV looks at every cell and keeps none; `matrix` is the reader
csv-matrix; `columns` reads the cohort's table, which keeps its cells, and then all of it by table-columns; pandas.read_csv is left
out where there is no pandas. Java has HEAP (default 1g). CPU-seconds and peak memory are those of the whole process. The ratios
are of medians of CPU-seconds.
"""
import os
import statistics
import subprocess
import sys
import time

ROUNDS = 3
root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
bundles = os.path.join(root, "bundles")
distribution = os.path.join(root, "runtime", "target", "stroma")
module = os.path.join(bundles, "org.stroma.data.csv", "target")
classpath = ":".join([os.path.join(module, "classes"), os.path.join(module, "test-classes"),
                      os.path.join(bundles, "org.stroma.testkit", "target", "classes")]
                     + [os.path.join(distribution, d, "*") for d in ("bundles", os.path.join("bundles", "first"), "framework", "lib")])
matrix = os.path.join(sys.argv[1], "genes.csv")
together = os.path.join(sys.argv[2], "clinical.csv")
heap = sys.argv[3] if len(sys.argv) > 3 else "1g"
java = ["java", "-Xmx" + heap, "-XX:+UseParallelGC", "-cp", classpath, "org.stroma.data.csv.TablesBenchmark"]
ways = {
    "FastCSV": java + ["cells", matrix],
    "matrix": java + ["matrix", matrix],
    "columns": java + ["columns", together],
    "pandas": [sys.executable, "-c", f"import pandas; pandas.read_csv({matrix!r}, index_col=0)"],
}
if subprocess.run([sys.executable, "-c", "import pandas"], capture_output=True).returncode:
    del ways["pandas"]


def measure(command):
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command} ended with {process.returncode}")
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


results = {way: [] for way in ways}
for _ in range(ROUNDS):
    for way, command in ways.items():
        results[way].append(measure(command))
print(f"{'way':8} {'wall s':>8} {'CPU s':>8} {'peak MB':>8} {'CPU / FastCSV':>14}")
medians = {way: [statistics.median(column) for column in zip(*runs)] for way, runs in results.items()}
for way, (wall, cpu, peak) in medians.items():
    print(f"{way:8} {wall:8.2f} {cpu:8.2f} {peak:8.0f} {cpu / medians['FastCSV'][1]:14.2f}")
