#!/usr/bin/env python3
"""Makes torch.json beside this file: cross-entropy of several labels by PyTorch, and their gradients.

    torch_fixture.py > torch.json
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

raw = (torch.randn(4, 3, dtype=torch.float64) * 3).requires_grad_()
value = torch.tensor([[1.0, 0, 1], [0, 0, 1], [1, 1, 0], [0, 1, 1]], dtype=torch.float64)
known = torch.tensor([[1.0, 1, 0], [1, 0, 1], [0, 0, 0], [1, 1, 1]], dtype=torch.float64)
inputs = {"raw": raw, "value": value, "known": known}
shares = torch.tensor([0.25, 0.5, 0.8], dtype=torch.float64)


def loss(target, weight):
    each = F.binary_cross_entropy_with_logits(raw, target, pos_weight=weight, reduction="none")
    return (each * known).sum() / known.sum()


case("none", loss(value, None), raw)
case("balanced", loss(value, (1 - shares) / shares), raw)
case("smooth", loss(value * 0.8 + 0.1, None), raw)

print(json.dumps({"weights": {}, "inputs": {k: tensor(v) for k, v in inputs.items()},
                  "outputs": {k: tensor(v) for k, v in outputs.items()}}))
