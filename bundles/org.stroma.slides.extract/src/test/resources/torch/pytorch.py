# Copyright the Stroma authors.
# SPDX-License-Identifier: Apache-2.0
"""Reads matrix.pt and none.pt, as Stroma wrote them, with PyTorch: python pytorch.py (tried with 2.13.0)"""
import pathlib

import torch

here = pathlib.Path(__file__).parent
want = torch.tensor([[0, 1, 2, 3], [10, 11, 12, 13], [-20, 0.5, 2.0**-149, 23]])
for how in ({}, {"weights_only": True}, {"weights_only": False}, {"mmap": True}):
    got = torch.load(here / "matrix.pt", **how)
    assert got.dtype == torch.float32 and got.is_contiguous() and torch.equal(got, want), got
    assert torch.load(here / "none.pt", **how).shape == (0, 0)
print("PyTorch", torch.__version__, "reads both")
