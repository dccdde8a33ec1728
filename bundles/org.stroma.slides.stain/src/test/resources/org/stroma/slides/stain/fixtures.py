"""Makes stain.json beside this file: what torchstain (Macenko) and HistomicsTK (Reinhard) make of two small pictures.

    PYTHONPATH=... python3 fixtures.py > stain.json

Needs numpy, scikit-image, torchstain 1.1.0 and HistomicsTK (their NumPy code alone).
"""
import json

import numpy as np
import skimage.data

np.float = float  # torchstain still names it
from torchstain.normalizers.numpy_macenko_normalizer import NumpyMacenkoNormalizer
from histomicstk.preprocessing.color_conversion import rgb_to_lab
from histomicstk.preprocessing.color_normalization.reinhard import reinhard

BACKGROUND = 220
MEAN, DEVIATION = [8.74108109, -0.12440419, 0.0444982], [0.6135447, 0.10989545, 0.0286032]


def mixed(stains, seed, side=30):
    """Two stains, mixed as Beer and Lambert have it, with noise; a sixth is white."""
    random = np.random.default_rng(seed)
    n = side * side
    c = random.gamma(1.5, 0.45, (n, 2)) * np.array([1.0, 0.7])
    c[random.random(n) < 0.25, 0] = 0  # stroma, without nuclei
    c[random.random(n) < 0.10, 1] = 0
    c[: n // 6] = 0.01
    light = 240 * np.exp(-c @ (np.array(stains) / np.linalg.norm(stains, axis=1, keepdims=True)))
    light += random.normal(0, 1, light.shape)
    return np.clip(light, 0, 255).round().astype("uint8").reshape(side, side, 3)


def values(x):
    x = np.asarray(x)
    return {"shape": list(x.shape), "values": [round(float(v), 9) if x.dtype.kind == "f" else int(v) for v in x.ravel()]}


TRUTH = [[0.65, 0.70, 0.29], [0.07, 0.99, 0.11]]  # Ruifrok and Johnston's hematoxylin and eosin
pictures = {"mixed": mixed(TRUTH, 7), "ihc": skimage.data.immunohistochemistry()[::18, ::18]}
inputs = {"truth": values(np.array(TRUTH) / np.linalg.norm(TRUTH, axis=1, keepdims=True))}
outputs = {}
for name, rgb in pictures.items():
    inputs[name] = values(rgb.reshape(-1, 3))
    macenko = NumpyMacenkoNormalizer()
    outputs[name + "_macenko"] = values(macenko.normalize(rgb, stains=False)[0].reshape(-1, 3))
    macenko.fit(rgb)
    outputs[name + "_stains"] = values(macenko.HERef.T)
    outputs[name + "_concentrations"] = values(macenko.maxCRef)
    white = (rgb >= BACKGROUND).all(axis=2)
    lab = rgb_to_lab(rgb.astype(float)).reshape(-1, 3)[~white.ravel()]
    outputs[name + "_mean"] = values(lab.mean(axis=0))
    outputs[name + "_deviation"] = values(lab.std(axis=0))
    outputs[name + "_reinhard"] = values(reinhard(rgb, MEAN, DEVIATION, mask_out=white).reshape(-1, 3))
print(json.dumps({"inputs": inputs, "outputs": outputs}).replace('}, "', '},\n"'))
