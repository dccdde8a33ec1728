"""Writes yardstick.json: the mean and the maximum of ReLU(W x + b) in PyTorch, one bag after the other, without padding."""
import json, os
import torch, torch.nn as nn

torch.manual_seed(3)
D, d, sizes = 5, 8, (4, 2)
project = nn.Linear(D, d)
for p in project.parameters():
    nn.init.normal_(p, 0, 0.5)
x = torch.randn(2, 4, D)
bags = [project(x[b, :n]).relu() for b, n in enumerate(sizes)]


def share(h):
    held = torch.zeros(4)
    for value, patch in zip(*h.max(0)):
        held[patch] += value > 0
    return held / held.sum()


def tensor(t):
    return {"shape": list(t.shape), "values": [float(f"{v:.8g}") for v in t.detach().reshape(-1).tolist()]}


groups = {
    "weights": {"projection/kernel": project.weight.T, "projection/bias": project.bias},
    "inputs": {"x": x, "mask": torch.tensor([[1.0] * n + [0.0] * (4 - n) for n in sizes])},
    "outputs": {"mean": torch.stack([h.mean(0) for h in bags]), "max": torch.stack([h.max(0).values for h in bags]),
                "share": torch.stack([share(h) for h in bags])}}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "yardstick.json"), "w") as f:
    f.write(json.dumps({k: {n: tensor(t) for n, t in v.items()} for k, v in groups.items()}) + "\n")
