#!/usr/bin/env python3
"""Makes patches.json beside this file: cross-entropy of patches by PyTorch, and its gradient.

    patches.py > patches.json
"""
import json
import torch
import torch.nn.functional as F

torch.manual_seed(3)


def tensor(t):
    t = t.detach()
    return {"shape": list(t.shape), "values": [float(f"{v:.9g}") if t.is_floating_point() else int(v) for v in t.reshape(-1).tolist()]}


def case(name, loss, leaf):
    """A loss and its gradient."""
    outputs[name] = loss.reshape(1)
    outputs[name + "_gradient"] = torch.autograd.grad(loss, leaf, retain_graph=True)[0]


outputs = {}

logits = (torch.randn(2, 4, 3, dtype=torch.float64) * 2).requires_grad_()
label = torch.tensor([[0, 1, 1, 2], [2, 0, 0, 1]])
known = torch.tensor([[1, 1, 1, 0], [1, 1, 1, 0]])
shares = torch.tensor([0.5, 0.375, 0.125], dtype=torch.float64)
inputs = {"logits": logits, "label": label, "known": known.double(), "shares": shares}
rows, y = logits[known.bool()], label[known.bool()]
case("plain", F.cross_entropy(rows, y), logits)
case("smooth", F.cross_entropy(rows, y, label_smoothing=0.2), logits)
case("balanced", F.cross_entropy(rows, y, weight=1 / shares), logits)

print(json.dumps({"weights": {}, "inputs": {k: tensor(v) for k, v in inputs.items()},
                  "outputs": {k: tensor(v) for k, v in outputs.items()}}))
