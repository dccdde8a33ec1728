# Copyright the Stroma authors. SPDX-License-Identifier: Apache-2.0
"""Small slides without libraries, for benchmarks and checks."""
import random
import struct

SIDE = 512


def slide(path, seed):
    """An uncompressed TIFF of one strip: a disc of one colour with noise, on glass."""
    chance = random.Random(seed)
    noise = chance.randbytes(3 * SIDE)
    pixels = bytearray()
    for y in range(SIDE):
        half = int(max(0, 200 ** 2 - (y - SIDE // 2) ** 2) ** 0.5)
        row = bytearray(b"\xf0" * (3 * SIDE))
        for x in range(SIDE // 2 - half, SIDE // 2 + half):
            shade = noise[(3 * x + 7 * y) % len(noise)] & 15
            row[3 * x:3 * x + 3] = bytes((190 + shade, 110 + shade, 170 + shade))
        pixels += row
    tags = [(256, 3, 1, SIDE), (257, 3, 1, SIDE), (258, 3, 3, 8), (259, 3, 1, 1), (262, 3, 1, 2), (273, 4, 1, 200), (277, 3, 1, 3), (278, 3, 1, SIDE), (279, 4, 1, len(pixels))]
    head = struct.pack("<2sHL", b"II", 42, 16) + struct.pack("<HHHH", 8, 8, 8, 0)
    table = struct.pack("<H", len(tags))
    for tag, kind, count, value in tags:
        value = 8 if tag == 258 else value
        table += struct.pack("<HHL", tag, kind, count) + (struct.pack("<HH", value, 0) if kind == 3 and count == 1 else struct.pack("<L", value))
    table += struct.pack("<L", 0)
    with open(path, "wb") as f:
        f.write((head + table).ljust(200, b"\0") + pixels)
