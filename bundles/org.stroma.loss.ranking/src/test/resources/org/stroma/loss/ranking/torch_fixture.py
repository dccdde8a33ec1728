#!/usr/bin/env python3
"""Makes torch.json beside this file: the bound on one minus the concordance by loops over pairs, and its gradient, in float64.

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

risk = torch.randn(9, dtype=torch.float64).requires_grad_()
time = torch.tensor([2.0, 7, 2, 4, 4, 5, 9, 9, 1], dtype=torch.float64)
event = torch.tensor([1.0, 1, 0, 1, 1, 0, 1, 0, 0], dtype=torch.float64)
inputs = {"risk": risk, "time": time, "event": event}
for name, sigma in (("plain", 1.0), ("steep", 3.0)):
    pairs = [(i, j) for i in range(9) for j in range(9) if event[i] and time[i] < time[j]]
    case(name, sum(1 - (1 + F.logsigmoid(sigma * (risk[i] - risk[j])) / torch.log(torch.tensor(2.0, dtype=torch.float64)))
                   for i, j in pairs) / len(pairs), risk)

# hazards in time bins: the risk is minus the sum of the survival
logits = torch.randn(9, 3, dtype=torch.float64).requires_grad_()
inputs["logits"] = logits
risks = -torch.cumprod(1 - torch.sigmoid(logits), 1).sum(1)
pairs = [(i, j) for i in range(9) for j in range(9) if event[i] and time[i] < time[j]]
case("bins", sum(torch.log2(1 + torch.exp(risks[j] - risks[i])) for i, j in pairs) / len(pairs), logits)

print(json.dumps({"weights": {}, "inputs": {k: tensor(v) for k, v in inputs.items()},
                  "outputs": {k: tensor(v) for k, v in outputs.items()}}))
