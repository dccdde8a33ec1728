#!/usr/bin/env python3
"""Makes torch.json beside this file: soft Dice by loops over classes, and its gradient, in float64. The last class does not occur.

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

logits = (torch.randn(2, 5, 4, dtype=torch.float64) * 2).requires_grad_()
label = torch.tensor([[0, 1, 1, 2, 3], [2, 2, 0, 1, 3]])
known = torch.tensor([[1, 1, 1, 1, 0], [1, 1, 1, 0, 0]])
inputs = {"logits": logits, "label": label, "known": known.double()}
p = logits.softmax(-1)[known.bool()]
y = label[known.bool()]
for name, smooth, squared in (("paper", 1, True), ("plain", 0.5, False), ("bare", 0, True)):
    dice = []
    for c in sorted(set(y.tolist())):
        g = (y == c).double()
        size = (p[:, c] ** 2).sum() if squared else p[:, c].sum()
        dice.append((2 * (p[:, c] * g).sum() + smooth) / (size + g.sum() + smooth))
    case(name, 1 - sum(dice) / len(dice), logits)

print(json.dumps({"weights": {}, "inputs": {k: tensor(v) for k, v in inputs.items()},
                  "outputs": {k: tensor(v) for k, v in outputs.items()}}))
