#!/usr/bin/env python3
"""Makes torch.json beside this file: mean squared and absolute errors, Huber and log-cosh losses of standardised numbers by PyTorch, and their gradients.

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

raw = (torch.randn(6, 1, dtype=torch.float64) * 2).requires_grad_()
value = torch.tensor([50.0, 61, 72, 40, 95, 58], dtype=torch.float64)
known = torch.tensor([1.0, 1, 0, 1, 1, 1], dtype=torch.float64)
inputs = {"raw": raw, "value": value, "known": known}
expected = ((value - 60) / 12)[known.bool()]
given = raw[:, 0][known.bool()]
case("mse", F.mse_loss(given, expected), raw)
case("huber", F.huber_loss(given, expected), raw)
case("narrow", F.huber_loss(given, expected, delta=0.3), raw)
case("mae", F.l1_loss(given, expected), raw)
case("logcosh", torch.log(torch.cosh(given - expected)).mean(), raw)

print(json.dumps({"weights": {}, "inputs": {k: tensor(v) for k, v in inputs.items()},
                  "outputs": {k: tensor(v) for k, v in outputs.items()}}))
