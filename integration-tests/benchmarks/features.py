#!/usr/bin/env python3
"""Patch features from HDF5: Stroma's reader beside h5py, on the same files, in turn. A benchmark, not a test.

    mvn -q package -DskipTests -pl runtime -am
    integration-tests/benchmarks/features.py [FOLDER]

Needs python3-h5py and about 1.1 GB in FOLDER. Both read a slide whole into memory that is there already, from the system's cache;
the best of three readings a round counts. Stroma's time includes its look for numbers that are not finite; h5py's does not.
"""
import os
import subprocess
import sys
import tempfile
import time

import h5py
import numpy as np

ROUNDS = 3
FILES = {
    "contiguous-20000.h5": (20_000, {}),
    "chunked-20000.h5": (20_000, {"chunks": (512, 1024)}),
    "gzip-20000.h5": (20_000, {"chunks": (512, 1024), "compression": "gzip", "compression_opts": 4}),
    "contiguous-100000.h5": (100_000, {}),
    "half-20000.h5": (20_000, {"dtype": "float16"}),
    # a chunk a patch, as CLAM and TRIDENT append them
    "patches-20000.h5": (20_000, {"chunks": (1, 1024), "maxshape": (None, 1024)}),
}
module = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "bundles", "org.stroma.data.arrays")


def write(folder):
    random = np.random.default_rng(1)
    paths = []
    for name, (rows, options) in FILES.items():
        path = os.path.join(folder, name)
        if not os.path.exists(path):
            features = random.standard_normal((rows, 1024), dtype="float32")
            features[features < 0.5] = 0  # as after a ReLU, so that there is something to compress
            with h5py.File(path, "w") as f:
                f.create_dataset("features", data=features, **options)
        paths.append(path)
    return paths


def read(path):
    best = float("inf")
    target = None
    for _ in range(4):
        start = time.perf_counter()
        with h5py.File(path, "r") as f:
            data = f["features"]
            if target is None:
                target = np.empty(data.shape, "float32")
                start = time.perf_counter()
            data.read_direct(target)
        best = min(best, time.perf_counter() - start)
    return best


folder = sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp()
paths = write(folder)
distribution = os.path.join(module, "..", "..", "runtime", "target", "stroma")
classpath = ":".join([os.path.join(module, "target", "classes"), os.path.join(module, "target", "test-classes"),
                      os.path.join(module, "..", "org.stroma.testkit", "target", "classes")]
                     + [os.path.join(distribution, d, "*") for d in ("bundles", os.path.join("bundles", "first"), "framework", "lib")])
java = ["java", "-Xmx1g", "-cp", classpath, "org.stroma.data.arrays.FeaturesBenchmark"]
print(f"{'file':22} {'Stroma MB/s':>12} {'h5py MB/s':>12} {'slides/s':>9} {'ratio':>6}")
for _ in range(ROUNDS):
    ours = dict(line.split() for line in subprocess.run(java + paths, check=True, capture_output=True, text=True).stdout.splitlines())
    for path in paths:
        name = os.path.basename(path)
        megabytes = FILES[name][0] * 1024 * 4 / 1e6
        mine, theirs = float(ours[name]), read(path)
        print(f"{name:22} {megabytes / mine:12.0f} {megabytes / theirs:12.0f} {1 / mine:9.2f} {theirs / mine:6.2f}")
