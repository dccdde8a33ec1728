#!/usr/bin/env python3
"""Makes torch.json beside this file: focal losses and their gradients, in float64.

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

logits = (torch.randn(2, 4, 3, dtype=torch.float64) * 2).requires_grad_()
label = torch.tensor([[0, 1, 1, 2], [2, 0, 0, 1]])
known = torch.tensor([[1, 1, 1, 0], [1, 1, 1, 0]])
inputs = {"logits": logits, "label": label, "known": known.double()}
p = logits.softmax(-1)[known.bool()]
y = label[known.bool()]
own = p[torch.arange(len(y)), y]
weight = torch.tensor([1.0, 2.5, 0.5], dtype=torch.float64)
case("default", (-(1 - own) ** 2 * own.log()).mean(), logits)
case("half", (-(1 - own) ** 0.5 * own.log()).mean(), logits)
case("weighted", (-weight[y] * (1 - own) ** 3 * own.log()).mean(), logits)
case("entropy", F.cross_entropy(logits[known.bool()], y), logits)

print(json.dumps({"weights": {}, "inputs": {k: tensor(v) for k, v in inputs.items()},
                  "outputs": {k: tensor(v) for k, v in outputs.items()}}))
