"""Writes gated.json and plain.json: Ilse et al. 2018 (eq. 8 and 9) in PyTorch, one bag after the other, without padding."""
import json, os
import torch, torch.nn as nn

torch.manual_seed(3)
D, d, u, sizes = 5, 8, 6, (4, 2)
project, V, U, w = nn.Linear(D, d), nn.Linear(d, u), nn.Linear(d, u), nn.Linear(u, 1)
for module in (project, V, U, w):
    for p in module.parameters():
        nn.init.normal_(p, 0, 0.5)
x = torch.randn(2, 4, D)


def bag(x, gated):
    h = project(x).relu()
    g = V(h).tanh() * U(h).sigmoid() if gated else V(h).tanh()
    a = w(g)[:, 0].softmax(0)
    return a @ h, torch.cat((a, torch.zeros(4 - len(a)))), torch.cat((h, torch.zeros(4 - len(h), d)))


def both(gated):
    return [torch.stack(t) for t in zip(*(bag(x[b, :n], gated) for b, n in enumerate(sizes)))]


def dense(name, m):
    return {name + "/kernel": m.weight.T, name + "/bias": m.bias}


def tensor(t):
    return {"shape": list(t.shape), "values": [float(f"{v:.8g}") for v in t.detach().reshape(-1).tolist()]}


plain = {**dense("projection", project), **dense("attention/tanh", V), **dense("attention/score", w)}
mask = torch.tensor([[1.0] * n + [0.0] * (4 - n) for n in sizes])
for name, gated, weights in (("gated", True, {**plain, **dense("attention/gate", U)}), ("plain", False, plain)):
    e, a, h = both(gated)
    groups = {"weights": weights, "inputs": {"x": x, "mask": mask}, "outputs": {"embedding": e, "attention": a, "tokens": h}}
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), name + ".json"), "w") as f:
        f.write(json.dumps({k: {n: tensor(t) for n, t in v.items()} for k, v in groups.items()}) + "\n")
