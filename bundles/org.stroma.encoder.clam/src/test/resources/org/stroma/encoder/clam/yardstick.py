"""Writes single.json and multi.json: CLAM (Lu et al. 2021) in PyTorch, one bag after the other, without padding, with the
instance loss for k = 2 (at most half of a bag's patches in a group) with and without subtyping."""
import json, os
import torch, torch.nn as nn, torch.nn.functional as F

torch.manual_seed(3)
D, d, u, C, k, sizes, labels = 5, 8, 6, 3, 2, (7, 3, 5), (2, 0, 1)
N = max(sizes)
x = torch.randn(len(sizes), N, D)


def tensor(t):
    t = t.detach()
    return {"shape": list(t.shape),
            "values": [float(f"{v:.8g}") if t.is_floating_point() else int(v) for v in t.reshape(-1).tolist()]}


def padded(t):
    return torch.cat((t, torch.zeros(N - len(t), *t.shape[1:])))


def dense(name, m):
    return {name + "/kernel": m.weight.T, name + "/bias": m.bias}


for name in ("single", "multi"):
    multi = name == "multi"
    project, V, U, w = nn.Linear(D, d), nn.Linear(d, u), nn.Linear(d, u), nn.Linear(u, C if multi else 1)
    merge, classifiers = nn.Linear(C * d, d), [nn.Linear(d, 2) for _ in range(C)]
    for module in (project, V, U, w, merge, *classifiers):
        for p in module.parameters():
            nn.init.normal_(p, 0, 0.5)

    def bag(x):
        h = project(x).relu()
        a = w(V(h).tanh() * U(h).sigmoid()).softmax(0)                       # [n, branches]
        pooled = (a.T @ h).flatten()
        logits = torch.stack([c(h) for c in classifiers], 1)                 # [n, C, 2]
        return merge(pooled) if multi else pooled, a.mean(1), a if multi else a.expand(-1, C), logits

    def instance_loss(a, logits, label, subtyping):
        each, total = min(k, len(a) // 2), 0
        for c in range(C):
            order = a[:, c].argsort(descending=True)
            if c == label:
                chosen, wanted = torch.cat((order[:each], order[-each:])), torch.tensor([1] * each + [0] * each)
            elif subtyping:
                chosen, wanted = order[:each], torch.tensor([0] * each)
            else:
                continue
            total = total + F.cross_entropy(logits[chosen, c], wanted)
        return total / C if subtyping else total

    made = [bag(x[b, :n]) for b, n in enumerate(sizes)]
    weights = {**dense("projection", project), **dense("attention/tanh", V), **dense("attention/gate", U),
               **dense("attention/score", w),
               "instance/kernel": torch.cat([c.weight.T for c in classifiers], 1),
               "instance/bias": torch.cat([c.bias for c in classifiers])}
    if multi:
        weights.update(dense("merge", merge))
    outputs = {"embedding": torch.stack([m[0] for m in made])}
    for i, part in enumerate(("attention", "class_attention", "instance_logits"), 1):
        outputs[part] = torch.stack([padded(m[i]) for m in made])
    for loss, subtyping in (("loss", False), ("subtyping_loss", True)):
        outputs[loss] = torch.stack([instance_loss(m[2], m[3], y, subtyping) for m, y in zip(made, labels)])
    groups = {"weights": weights, "outputs": outputs,
              "inputs": {"x": x, "mask": torch.tensor([[1.0] * n + [0.0] * (N - n) for n in sizes]),
                         "label": torch.tensor(labels)}}
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), name + ".json"), "w") as f:
        f.write(json.dumps({g: {n: tensor(t) for n, t in v.items()} for g, v in groups.items()}) + "\n")
