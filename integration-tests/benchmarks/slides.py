#!/usr/bin/env python3
"""Tiles of a slide: Stroma's TIFF format beside OpenSlide's C library, on the same file, in turn. A benchmark, not a test.

    mvn -q install -DskipTests -pl bundles/org.stroma.slides.tiff -am
    integration-tests/benchmarks/slides.py [FOLDER]

Needs libvips-tools, libopenslide0 and python3-skimage (for its picture), and about 200 MB in FOLDER. The slide is histology of
512 x 512 pixels, repeated to 20480 x 20480, as a tiled pyramidal TIFF in JPEG. Both read regions of 256 x 256 at level 0, in one
thread, from the system's cache: at random places, which touch four tiles each; random tiles; and tile by tile in rows, as an
extraction does.
OpenSlide is called directly (ctypes, into memory that is there already), so that no time goes into Python's pictures. Opening
the file counts for both. All pixels have to be the same.
"""
import array
import ctypes
import ctypes.util
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import zlib

ROUNDS = 5
SIZE, REPEATS = 256, 40
SIDE = 512 * REPEATS
PICTURE = "/usr/lib/python3/dist-packages/skimage/data/ihc.png"
module = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "bundles", "org.stroma.slides.tiff")

openslide = ctypes.CDLL(ctypes.util.find_library("openslide"))
openslide.openslide_open.restype = ctypes.c_void_p
openslide.openslide_get_error.restype = ctypes.c_char_p
openslide.openslide_get_error.argtypes = [ctypes.c_void_p]
openslide.openslide_close.argtypes = [ctypes.c_void_p]
openslide.openslide_read_region.argtypes = [ctypes.c_void_p, ctypes.c_void_p] + [ctypes.c_int64] * 2 + [ctypes.c_int32] + [ctypes.c_int64] * 2


def slide(folder):
    path = os.path.join(folder, "slide.tif")
    if not os.path.exists(path):
        large = os.path.join(folder, "large.v")
        subprocess.run(["vips", "replicate", PICTURE, large, str(REPEATS), str(REPEATS)], check=True)
        subprocess.run(["vips", "tiffsave", large, path, "--tile", "--pyramid", "--tile-width", str(SIZE), "--tile-height",
                        str(SIZE), "--compression", "jpeg", "--Q", "80"], check=True)
        os.remove(large)
    return path


def places(folder):
    chance = random.Random(1)
    lists = {
        "random": [(chance.randrange(SIDE - SIZE), chance.randrange(SIDE - SIZE)) for _ in range(1000)],
        "tiles": [(chance.randrange(SIDE // SIZE) * SIZE, chance.randrange(SIDE // SIZE) * SIZE) for _ in range(1000)],
        "rows": [(x, y) for y in range(0, 25 * SIZE, SIZE) for x in range(0, SIDE, SIZE)],
    }
    for name, list_ in lists.items():
        with open(os.path.join(folder, name), "w") as f:
            f.writelines(f"{x} {y}\n" for x, y in list_)
    return lists


def read(path, places, crc):
    pixels = array.array("I", bytes(4 * SIZE * SIZE))
    at = pixels.buffer_info()[0]
    check = 0
    start = time.perf_counter()
    handle = openslide.openslide_open(path.encode())
    for x, y in places:
        openslide.openslide_read_region(handle, at, x, y, 0, SIZE, SIZE)
        if crc:
            check = zlib.crc32(pixels, check)
    error = openslide.openslide_get_error(handle)
    openslide.openslide_close(handle)
    if error:
        sys.exit(error.decode())
    return time.perf_counter() - start, check


folder = sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp()
path = slide(folder)
lists = places(folder)
crcs = {name: read(path, list_, True)[1] for name, list_ in lists.items()}  # and warms up
classpath = subprocess.run(
    ["mvn", "-q", "-f", module, "dependency:build-classpath", "-DincludeScope=test", "-Dmdep.outputFile=/dev/stdout"],
    check=True, capture_output=True, text=True).stdout.strip().splitlines()[-1]
java = ["java", "-Xmx1g", "-cp", ":".join([os.path.join(module, "target", "classes"), os.path.join(module, "target", "test-classes"), classpath]),
        "org.stroma.slides.tiff.SlidesBenchmark", path, str(SIZE)] + [os.path.join(folder, name) for name in lists]
print(f"{'places':8} {'tiles':>6} {'Stroma tiles/s':>15} {'OpenSlide tiles/s':>18}")
speeds = {name: ([], []) for name in lists}
for _ in range(ROUNDS):
    for line in subprocess.run(java, check=True, capture_output=True, text=True).stdout.splitlines():
        name, seconds, crc = line.split()
        if int(crc) != crcs[name]:
            sys.exit(f"the pixels of {name} differ")
        count = len(lists[name])
        mine, theirs = count / float(seconds), count / read(path, lists[name], False)[0]
        speeds[name][0].append(mine)
        speeds[name][1].append(theirs)
        print(f"{name:8} {count:6} {mine:15.0f} {theirs:18.0f}")
for name, (mine, theirs) in speeds.items():
    mine, theirs = statistics.median(mine), statistics.median(theirs)
    print(f"{name:8} median {mine:15.0f} {theirs:18.0f}   ratio {mine / theirs:.2f}")
