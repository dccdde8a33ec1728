# Copyright the Stroma authors.
# SPDX-License-Identifier: Apache-2.0
"""Makes org/stroma/slides/pixels/resize.json: what Pillow makes of a picture at other sizes. Run it in this folder."""
import json

import numpy
import PIL
from PIL import Image

random = numpy.random.default_rng(5)
picture = random.integers(0, 256, (11, 14, 3), dtype=numpy.uint8)
picture[3:8, 4:9] = 255  # hard edges, at which bicubic weights overshoot
cases = {}
for name, filter in (("bilinear", Image.BILINEAR), ("bicubic", Image.BICUBIC)):
    for width, height in ((7, 7), (14, 5), (3, 11), (20, 31), (1, 1), (14, 11)):
        cases[f"{name} {width} {height}"] = numpy.asarray(Image.fromarray(picture).resize((width, height), filter))
# resized and its centre cut, as torchvision's CenterCrop does: half of an odd margin is rounded to even
for side, cut in ((10, 7), (9, 6), (12, 12)):
    margin = int(round((side - cut) / 2.0))
    resized = numpy.asarray(Image.fromarray(picture).resize((side, side), Image.BICUBIC))
    cases[f"centre {side} {cut}"] = resized[margin:margin + cut, margin:margin + cut]
numbers = {"made by": {"Pillow": {"shape": [], "values": [PIL.__version__]}},
           "input": {"picture": {"shape": list(picture.shape), "values": picture.ravel().tolist()}},
           "output": {n: {"shape": list(c.shape), "values": c.ravel().tolist()} for n, c in cases.items()}}
with open("org/stroma/slides/pixels/resize.json", "w") as file:
    json.dump(numbers, file, separators=(",", ":"))
