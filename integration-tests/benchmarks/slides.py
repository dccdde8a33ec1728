#!/usr/bin/env python3
"""Tiles of a slide: Stroma's TIFF format beside OpenSlide's C library, on the same file, in turn. A benchmark, not a test.

    mvn -q package -DskipTests -pl runtime -am
    integration-tests/benchmarks/slides.py [FOLDER] [jpeg|deflate|lzw|none ...]

Needs libvips-tools, libopenslide0 and numpy, and about 2.5 GB in FOLDER for all four. The slide is histology of 512 x 512 pixels
(that of python3-skimage, or where it is not there a picture like it), repeated to 20480 x 20480, as a tiled pyramidal TIFF. Both
read regions of 256 x 256 at level 0, in one thread, from the system's cache: at random places, which touch four tiles each; random
tiles; and tile by tile in rows, as an extraction does.
OpenSlide is called directly (ctypes, into memory that is there already), so that no time goes into Python's pictures. Opening
the file counts for both. Speeds are by CPU-seconds, all threads of the process together (Java collects garbage in one of its own).
All pixels have to be the same.
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

ROUNDS = 3
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


def picture(folder):
    """Tissue on glass with noise, where scikit-image's picture is not there."""
    if os.path.exists(PICTURE):
        return PICTURE
    import numpy
    random = numpy.random.default_rng(1)
    y, x = numpy.mgrid[0:512, 0:512]
    wave = numpy.sin(x / 37) * numpy.cos(y / 23)
    glass, nucleus = wave < -0.4, numpy.sin(x / 3.1) * numpy.sin(y / 2.7 + x / 50) > 0.8
    channels = [numpy.where(glass, 225, numpy.where(nucleus, dark, light + swing * wave))
                for dark, light, swing in ((70, 190, 40), (40, 110, 60), (120, 170, 30))]
    pixels = numpy.stack(channels, -1) + random.normal(0, 4, (512, 512, 3))
    path = os.path.join(folder, "picture.ppm")
    with open(path, "wb") as f:
        f.write(b"P6 512 512 255\n" + pixels.clip(0, 255).astype("uint8").tobytes())
    return path


def slide(folder, codec):
    path = os.path.join(folder, codec + ".tif")
    if not os.path.exists(path):
        large = os.path.join(folder, "large.v")
        subprocess.run(["vips", "replicate", picture(folder), large, str(REPEATS), str(REPEATS)], check=True)
        subprocess.run(["vips", "tiffsave", large, path, "--tile", "--pyramid", "--tile-width", str(SIZE), "--tile-height",
                        str(SIZE), "--compression", codec, "--Q", "80", "--predictor", "horizontal"], check=True)
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
    start = time.process_time()
    handle = openslide.openslide_open(path.encode())
    for x, y in places:
        openslide.openslide_read_region(handle, at, x, y, 0, SIZE, SIZE)
        if crc:
            check = zlib.crc32(pixels, check)
    error = openslide.openslide_get_error(handle)
    openslide.openslide_close(handle)
    if error:
        sys.exit(error.decode())
    return time.process_time() - start, check


folder = sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp()
codecs = sys.argv[2:] or ["jpeg", "deflate", "lzw", "none"]
lists = places(folder)
distribution = os.path.join(module, "..", "..", "runtime", "target", "stroma")
classpath = ":".join([os.path.join(module, "target", "classes"), os.path.join(module, "target", "test-classes")]
                     + [os.path.join(distribution, d, "*") for d in ("bundles", os.path.join("bundles", "first"), "framework", "lib")])
print(f"{'codec':8} {'places':8} {'tiles':>6} {'Stroma tiles/CPU-s':>19} {'OpenSlide':>10} {'ratio':>6}   medians of {ROUNDS}")
for codec in codecs:
    path = slide(folder, codec)
    crcs = {name: read(path, list_, True)[1] for name, list_ in lists.items()}  # and warms up
    java = ["java", "-Xmx1g", "-cp", classpath, "org.stroma.slides.tiff.SlidesBenchmark", path, str(SIZE)]
    java += [os.path.join(folder, name) for name in lists]
    speeds = {name: ([], []) for name in lists}
    for _ in range(ROUNDS):
        for line in subprocess.run(java, check=True, capture_output=True, text=True).stdout.splitlines():
            name, seconds, crc = line.split()
            if int(crc) != crcs[name]:
                sys.exit(f"{codec}: the pixels of {name} differ")
            count = len(lists[name])
            speeds[name][0].append(count / float(seconds))
            speeds[name][1].append(count / read(path, lists[name], False)[0])
    for name, (mine, theirs) in speeds.items():
        mine, theirs = statistics.median(mine), statistics.median(theirs)
        print(f"{codec:8} {name:8} {len(lists[name]):6} {mine:19.0f} {theirs:10.0f} {mine / theirs:6.2f}", flush=True)
