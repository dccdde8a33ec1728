#!/usr/bin/env python3
"""Makes torch.json beside this file: losses and gradients of the discrete-time likelihood in float64, by products of hazards.

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

logits = (torch.randn(7, 4, dtype=torch.float64) * 1.5).requires_grad_()
cuts = torch.tensor([2.0, 5.0, 9.0], dtype=torch.float64)
time = torch.tensor([0.0, 1.9, 2.0, 4.0, 8.99, 9.0, 400.0], dtype=torch.float64)
event = torch.tensor([1.0, 0, 1, 0, 0, 1, 0], dtype=torch.float64)
inputs = {"logits": logits, "cuts": cuts, "time": time, "event": event}
for alpha in (0, 0.4):
    total = 0
    for b in range(7):
        hazard = torch.sigmoid(logits[b])
        bin = sum(int(c <= time[b]) for c in cuts)
        before = torch.prod(1 - hazard[:bin])
        if event[b]:
            total = total - torch.log(before * hazard[bin])
        else:
            total = total - (1 - alpha) * torch.log(before * (1 - hazard[bin]))
    case("nll" if alpha == 0 else "alpha", total / 7, logits)

print(json.dumps({"weights": {}, "inputs": {k: tensor(v) for k, v in inputs.items()},
                  "outputs": {k: tensor(v) for k, v in outputs.items()}}))
