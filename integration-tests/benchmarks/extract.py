#!/usr/bin/env python3
# Copyright the Stroma authors. SPDX-License-Identifier: Apache-2.0
"""`stroma extract` beside a Python loop over OpenSlide that makes the same of a slide. A benchmark, not a test.

    mvn -q package -DskipTests -pl runtime -am
    integration-tests/benchmarks/slides.py FOLDER      # writes the slides, 20480 x 20480 pixels in four codecs
    integration-tests/benchmarks/extract.py FOLDER [jpeg|deflate|lzw|none ...]

Needs python3-openslide, h5py and numpy. Both read all 6,400 patches of 256 x 256 and compute colour statistics (mean, deviation and
five quantiles of each channel and of its optical density), both look for tissue on a thumbnail and write HDF5. `apart` reads patches
off the grid of tiles (patches of 250 pixels), each of which touches up to four tiles. Two threads each, from the system's cache; a
process each, start included.
"""
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor

ROUNDS = 3
THREADS = 2
SIDE = 20480
stroma = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "runtime", "target", "stroma", "bin", "stroma")


def loop(path, size, out):
    import h5py
    import numpy as np
    import openslide

    local = threading.local()
    levels = np.arange(256)
    scales = (levels / 255.0, -np.log10((levels + 1) / 256.0))
    shares = np.arange(1, 6) / 6

    def features(place):
        if not hasattr(local, "slide"):
            local.slide = openslide.OpenSlide(path)
        pixels = np.asarray(local.slide.read_region(place, 0, (size, size)))[:, :, :3].reshape(-1, 3)
        row = []
        for channel in range(3):
            histogram = np.bincount(pixels[:, channel], minlength=256)
            below = np.searchsorted(np.cumsum(histogram), shares * len(pixels))
            for values in scales:
                mean = values @ histogram / len(pixels)
                row += [mean, np.sqrt(max(0.0, values ** 2 @ histogram / len(pixels) - mean * mean)), *values[below]]
        return row

    slide = openslide.OpenSlide(path)
    hsv = np.asarray(slide.get_thumbnail((2048, 2048)).convert("HSV"))
    tissue = hsv[:, :, 1] > 8
    places = [(x, y) for y in range(0, SIDE - size + 1, size) for x in range(0, SIDE - size + 1, size)
              if tissue[y // 10:(y + size) // 10, x // 10:(x + size) // 10].mean() >= 0]
    with ThreadPoolExecutor(THREADS) as threads:
        rows = list(threads.map(features, places))
    with h5py.File(out, "w") as f:
        f["features"] = np.asarray(rows, "float32")
        f["coords"] = places


def measure(command):
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command} ended with {process.returncode}")
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


if len(sys.argv) > 2 and sys.argv[1] == "--loop":
    loop(sys.argv[2], int(sys.argv[3]), sys.argv[4])
    sys.exit()
folder = sys.argv[1]
codecs = sys.argv[2:] or ["jpeg", "deflate", "lzw", "none"]
print(f"{'codec':8} {'patches':8} {'Stroma: patches/s':>18} {'CPU s':>7} {'peak MB':>8} {'OpenSlide: patches/s':>21} {'CPU s':>7} {'peak MB':>8} {'speed':>6} {'CPU':>6}")
for codec in codecs:
    slide = os.path.join(folder, codec + ".tif")
    for name, size in (("tiles", 256), ("apart", 250)):
        count = (SIDE // size) ** 2
        runs = ([], [])
        for _ in range(ROUNDS):
            with tempfile.TemporaryDirectory() as out:
                runs[0].append(measure([
                    stroma, "extract", slide, "--out", out, "--threads", str(THREADS), "--patch-size", str(size), "--tissue", "0",
                    "--slide-magnification", "20", "--magnification", "20", "--least-saturation", "8"]))
                runs[1].append(measure([sys.executable, os.path.abspath(__file__), "--loop", slide, str(size), os.path.join(out, "loop.h5")]))
        mine, theirs = ([statistics.median(column) for column in zip(*run)] for run in runs)
        print(f"{codec:8} {name:8} {count / mine[0]:18.0f} {mine[1]:7.1f} {mine[2]:8.0f} {count / theirs[0]:21.0f} {theirs[1]:7.1f} {theirs[2]:8.0f}"
              f" {theirs[0] / mine[0]:6.2f} {theirs[1] / mine[1]:6.2f}", flush=True)
