"""Writes arrays/*.pt: patch features as torch.save writes them. Needs PyTorch; those that are there are of 1.13.

Features are 10 * patch + feature, so that every test can tell what it should read.
"""
import collections
import os

import torch

out = os.path.join(os.path.dirname(os.path.abspath(__file__)), "arrays")
features = 10.0 * torch.arange(3)[:, None] + torch.arange(4)[None, :]
coords = torch.tensor([[0, 0], [256, 0], [0, 256]])


def write(name, content):
    torch.save(content, os.path.join(out, name))


write("clam.pt", features)
write("coords.pt", {"features": features.half(), "coords": coords})
write("ordered.pt", collections.OrderedDict(feats=features.bfloat16(), coords=coords.int(), name="slide", n=3, level=1.5,
                                            empty=None, ok=True, l=[1, [2]], t=(1, 2, 3, 4)))
# a view: the numbers of a feature lie side by side
write("transposed.pt", features.t().contiguous().t())
