"""Writes attention.json, mean.json, max.json and last.json: the module in PyTorch, one patient after the other, over the
visits that are there and nothing else. The transformer is torch.nn.TransformerEncoder."""
import json, math, os
import torch, torch.nn as nn

torch.manual_seed(4)
d, heads, layers, span, B, T = 8, 2, 2, 3650.0, 5, 4
norm = nn.LayerNorm(d)
layer = nn.TransformerEncoderLayer(d, heads, 4 * d, 0.0, "gelu", batch_first=True, norm_first=True)
transformer = nn.TransformerEncoder(layer, layers, norm, enable_nested_tensor=False)
hidden, progression, output = nn.Linear(2 * d, d), nn.Linear(d, d // 2), nn.Linear(d + d // 2, d)
units, score = nn.Linear(d, d // 2), nn.Linear(d // 2, 1)
for module in (transformer, hidden, progression, output, units, score):
    for p in module.parameters():
        nn.init.normal_(p, 0, 0.4)
x = torch.randn(B, T, d)
# beyond five years, before the first, single visits, holes, none
days = torch.tensor([[0, 18, 400, 4200], [0, 90, 7, 9], [0, 0, -30, 55], [3, 0, 0, 0], [0, 1, 2, 3.0]])
mask = torch.tensor([[1, 1, 1, 1], [1, 0, 0, 1], [0, 1, 1, 1], [0, 0, 1, 0], [0, 0, 0, 0.0]])


def encoding(day):
    p, row = day * 1000 / span, []
    for i in range(0, d, 2):
        row += [math.sin(p / 10000 ** (i / d)), math.cos(p / 10000 ** (i / d))]
    return torch.tensor(row)


def patient(b, pooling):
    there = [t for t in range(T) if mask[b, t]]
    states, steps, e = torch.zeros(T, d), torch.zeros(T - 1, d // 2), torch.zeros(d)
    if there:
        s = transformer(torch.stack([x[b, t] + encoding(float(days[b, t])) for t in there])[None])[0]
        states[there] = s
        made = [progression(hidden(torch.cat((s[i], s[i] - s[i - 1]))).relu()) for i in range(1, len(there))]
        for t, step in zip(there[1:], made):
            steps[t - 1] = step
        change = torch.stack(made).mean(0) if made else torch.zeros(d // 2)
        pooled = {"attention": lambda: score(units(s).tanh())[:, 0].softmax(0) @ s, "mean": lambda: s.mean(0),
                  "max": lambda: s.amax(0), "last": lambda: s[-1]}[pooling]()
        e = output(torch.cat((pooled, change)))
    return e, states, steps


def dense(name, w, b):
    return {name + "/kernel": w.T, name + "/bias": b}


def layer_norm(name, m):
    return {name + "/gamma": m.weight, name + "/beta": m.bias}


def tensor(t):
    return {"shape": list(t.shape), "values": [float(f"{v:.8g}") for v in t.detach().reshape(-1).tolist()]}


weights = {**dense("progression/hidden", hidden.weight, hidden.bias),
           **dense("progression/output", progression.weight, progression.bias),
           **dense("output", output.weight, output.bias), **layer_norm("transformer/norm", norm)}
for i, l in enumerate(transformer.layers):
    p, a = f"transformer/layer{i}/", l.self_attn
    weights.update({**layer_norm(p + "norm1", l.norm1), **layer_norm(p + "norm2", l.norm2),
                    **dense(p + "qkv", a.in_proj_weight, a.in_proj_bias),
                    **dense(p + "output", a.out_proj.weight, a.out_proj.bias),
                    **dense(p + "ff1", l.linear1.weight, l.linear1.bias),
                    **dense(p + "ff2", l.linear2.weight, l.linear2.bias)})
pool = {**dense("pooling/hidden", units.weight, units.bias), **dense("pooling/score", score.weight, score.bias)}
for pooling in ("attention", "mean", "max", "last"):
    e, states, steps = [torch.stack(t) for t in zip(*(patient(b, pooling) for b in range(B)))]
    groups = {"weights": {**weights, **(pool if pooling == "attention" else {})},
              "inputs": {"x": x, "days": days, "mask": mask},
              "outputs": {"embedding": e, "states": states, "progression": steps}}
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), pooling + ".json"), "w") as f:
        f.write(json.dumps({k: {n: tensor(t) for n, t in v.items()} for k, v in groups.items()}) + "\n")
