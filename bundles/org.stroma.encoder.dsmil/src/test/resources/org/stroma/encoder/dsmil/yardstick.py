"""Writes one.json and three.json: DSMIL (Li et al. 2021) with 1 and 3 classes in PyTorch, one bag after the other, without
padding; the score of the max stream enters the embedding by a linear layer."""
import json, math, os
import torch, torch.nn as nn

torch.manual_seed(3)
D, d, dq, sizes = 5, 8, 6, (4, 2)
N = max(sizes)
x = torch.randn(2, N, D)


def dense(name, m):
    return {name + "/kernel": m.weight.T, name + "/bias": m.bias}


def padded(t):
    return torch.cat((t, torch.zeros(N - len(t), *t.shape[1:])))


def tensor(t):
    return {"shape": list(t.shape), "values": [float(f"{v:.8g}") for v in t.detach().reshape(-1).tolist()]}


for name, C in (("one", 1), ("three", 3)):
    layers = {"instance": nn.Linear(D, C), "query": nn.Linear(D, dq), "value": nn.Linear(D, d), "max": nn.Linear(C, d)}
    if C > 1:
        layers["merge"] = nn.Linear(C * d, d)
    for m in layers.values():
        for p in m.parameters():
            nn.init.normal_(p, 0, 0.5)

    def bag(x):
        score, q, v = layers["instance"](x), layers["query"](x), layers["value"](x)
        vectors, attention = [], []
        for c in range(C):
            m = score[:, c].argmax()
            a = (q @ q[m] / math.sqrt(dq)).softmax(0)
            attention.append(a)
            vectors.append(a @ v)
        b = torch.cat(vectors)
        b = layers["merge"](b) if C > 1 else b
        return b + layers["max"](score.max(0).values), torch.stack(attention).mean(0), score

    made = [bag(x[b, :n]) for b, n in enumerate(sizes)]
    groups = {
        "weights": {k: t for n, m in layers.items() for k, t in dense(n, m).items()},
        "inputs": {"x": x, "mask": torch.tensor([[1.0] * n + [0.0] * (N - n) for n in sizes])},
        "outputs": {"embedding": torch.stack([m[0] for m in made]), "attention": torch.stack([padded(m[1]) for m in made]),
                    "instance_scores": torch.stack([padded(m[2]) for m in made])}}
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), name + ".json"), "w") as f:
        f.write(json.dumps({k: {n: tensor(t) for n, t in v.items()} for k, v in groups.items()}) + "\n")
