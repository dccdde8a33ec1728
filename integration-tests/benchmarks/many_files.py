#!/usr/bin/env python3
# Copyright the Stroma authors. SPDX-License-Identifier: Apache-2.0
"""Many small bags: `stroma validate` and training beside a loop over h5py that does the same reads. A benchmark, not a test.

    mvn -q package -DskipTests -pl runtime -am
    integration-tests/benchmarks/many_files.py FOLDER [BAGS]

Needs numpy and h5py, and 1.4 GB in FOLDER for 5,000 bags: HDF5 files of 256 patches of 256 features with coordinates, as CLAM
writes them, once more by a template with a star, and the same as .npy. The loop opens each file once, reads shape, type, attributes, coordinates and features, and looks
for numbers that are not finite. All is read from the system's cache. CPU-seconds are those of the whole process, start included.
"""
import json
import os
import statistics
import subprocess
import sys
import time

import h5py
import numpy as np

ROUNDS = 3
PATCHES, WIDTH = 256, 256
folder = sys.argv[1]
bags = int(sys.argv[2]) if len(sys.argv) > 2 else 5_000
stroma = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "runtime", "target", "stroma", "bin", "stroma")


def write():
    os.makedirs(os.path.join(folder, "h5"), exist_ok=True)
    os.makedirs(os.path.join(folder, "npy"), exist_ok=True)
    random = np.random.default_rng(1)
    grid = np.stack(np.meshgrid(np.arange(16), np.arange(16)), -1).reshape(-1, 2) * 256
    with open(os.path.join(folder, "cohort.csv"), "w") as table:
        table.write("patient,grade\n")
        for i in range(bags):
            table.write(f"P{i:05d},{'low' if i % 2 else 'high'}\n")
            features = random.standard_normal((PATCHES, WIDTH), dtype="float32")
            np.save(os.path.join(folder, "npy", f"P{i:05d}.npy"), features)
            np.save(os.path.join(folder, "npy", f"P{i:05d}_coords.npy"), grid)
            with h5py.File(os.path.join(folder, "h5", f"P{i:05d}.h5"), "w") as f:
                f["features"] = features
                f["coords"] = grid
                f["coords"].attrs["patch_size_level0"] = 256
    readers = {"h5": {"type": "hdf5-patches", "path": "h5/{patient}.h5"},
               "star": {"type": "hdf5-patches", "path": "h5/{patient}*.h5"},
               "npy": {"type": "npy-patches", "path": "npy/{patient}.npy", "coordinates": "npy/{patient}_coords.npy", "patchSize": 256}}
    for name, reader in readers.items():
        with open(os.path.join(folder, name + ".json"), "w") as f:
            json.dump({
                "name": "many-files",
                "cohort": {"table": "cohort.csv", "id": "patient", "targets": {"grade": {"kind": "class", "column": "grade"}}},
                "modalities": {"wsi": {"reader": reader, "encoder": {"type": "abmil"}}},
                "model": {"embedDim": 16, "heads": {"grade": {"type": "classification", "target": "grade"}}},
                "losses": [{"type": "cross-entropy", "head": "grade"}],
                "training": {"epochs": 3, "batchSize": 64, "ensemble": 1},
                "evaluation": {"split": {"type": "k-fold", "folds": 2}, "repeats": 1, "baselines": []},
            }, f, indent=1)


def h5():
    for i in range(bags):
        with h5py.File(os.path.join(folder, "h5", f"P{i:05d}.h5"), "r") as f:
            features, coordinates = f["features"], f["coords"]
            shape, dtype, size = features.shape, features.dtype, coordinates.attrs["patch_size_level0"]
            if not np.isfinite(features[:]).all() or coordinates[:].shape != (shape[0], 2):
                sys.exit("not finite")


def npy():
    for i in range(bags):
        features = np.load(os.path.join(folder, "npy", f"P{i:05d}.npy"))
        coordinates = np.load(os.path.join(folder, "npy", f"P{i:05d}_coords.npy"))
        if not np.isfinite(features).all() or coordinates.shape != (features.shape[0], 2):
            sys.exit("not finite")


def measure(command):
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command} ended with {process.returncode}")
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime


if len(sys.argv) > 3:
    {"h5": h5, "star": h5, "npy": npy}[sys.argv[3]]()
    sys.exit()
if not os.path.exists(os.path.join(folder, "star.json")):
    write()
print(f"{'files':6} {'validate wall s':>16} {'CPU s':>7} {'Python wall s':>14} {'CPU s':>7} {'wall / Python':>14} {'CPU / Python':>13}")
for kind in ("h5", "star", "npy"):
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(measure([stroma, "validate", os.path.join(folder, kind + ".json")]))
        theirs.append(measure([sys.executable, os.path.abspath(__file__), folder, str(bags), kind]))
    mine, python = ([statistics.median(column) for column in zip(*runs)] for runs in (ours, theirs))
    print(f"{kind:6} {mine[0]:16.2f} {mine[1]:7.2f} {python[0]:14.2f} {python[1]:7.2f} {mine[0] / python[0]:14.2f} {mine[1] / python[1]:13.2f}")
