#!/usr/bin/env python3
"""Makes torch.json beside this file: the Poisson likelihood of counts by PyTorch, and their gradients.

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

raw = torch.randn(6, 1, dtype=torch.float64).requires_grad_()
value = torch.tensor([0.0, 1, 7, 3, 25, 0], dtype=torch.float64)
known = torch.tensor([1.0, 1, 0, 1, 1, 1], dtype=torch.float64)
inputs = {"raw": raw, "value": value, "known": known}
case("poisson", F.poisson_nll_loss(raw[:, 0][known.bool()], value[known.bool()] / 5, log_input=True), raw)

print(json.dumps({"weights": {}, "inputs": {k: tensor(v) for k, v in inputs.items()},
                  "outputs": {k: tensor(v) for k, v in outputs.items()}}))
