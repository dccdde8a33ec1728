# Copyright the Stroma authors. SPDX-License-Identifier: Apache-2.0
"""Writes a slide of random pink: slide.py FILE [SIDE]. A tiled TIFF without compression, half a micrometre a pixel."""
import struct
import sys

import numpy as np

TILE = 256
SHORT, LONG, RATIO = 3, 4, 5


def write(path, side=1024):
    draw = np.random.default_rng(1)
    pixels = (draw.normal(150, 40, (side, side, 3)).clip(60, 240) * (1, .6, .9)).astype(np.uint8)
    places = [(y, x) for y in range(0, side, TILE) for x in range(0, side, TILE)]
    size = TILE * TILE * 3
    # after the header: what does not fit into an entry, then the entries, then the tiles
    bits = struct.pack('<3H2x', 8, 8, 8)
    resolution = struct.pack('<2I', 20000, 1)
    tables = len(bits) + len(resolution) + 8 * len(places)
    first = 8 + tables + 2 + 14 * 12 + 4
    offsets = struct.pack(f'<{len(places)}I', *(first + i * size for i in range(len(places))))
    lengths = struct.pack(f'<{len(places)}I', *[size] * len(places))
    at = 8 + len(bits) + len(resolution)
    entries = [(256, SHORT, 1, side), (257, SHORT, 1, side), (258, SHORT, 3, 8), (259, SHORT, 1, 1), (262, SHORT, 1, 2), (277, SHORT, 1, 3),
               (282, RATIO, 1, 8 + len(bits)), (283, RATIO, 1, 8 + len(bits)), (284, SHORT, 1, 1), (296, SHORT, 1, 3),
               (322, SHORT, 1, TILE), (323, SHORT, 1, TILE), (324, LONG, len(places), at), (325, LONG, len(places), at + len(offsets))]
    with open(path, 'wb') as file:
        file.write(b'II*\0' + struct.pack('<I', 8 + tables) + bits + resolution + offsets + lengths)
        file.write(struct.pack('<H', len(entries)))
        for tag, kind, count, value in entries:
            file.write(struct.pack('<HHII', tag, kind, count, value))
        file.write(struct.pack('<I', 0))
        for y, x in places:
            file.write(pixels[y:y + TILE, x:x + TILE].tobytes())


if __name__ == '__main__':
    write(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1024)
