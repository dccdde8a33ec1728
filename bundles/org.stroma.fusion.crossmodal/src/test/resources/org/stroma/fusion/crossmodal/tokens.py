"""Writes tokens.json: attention of each modality's vector over the tokens of the others in PyTorch, one patient after the
other, over the modalities and tokens that there are: every token through its key and value layers, one softmax a head."""
import json, math, os
import torch, torch.nn as nn

torch.manual_seed(8)
d, heads, B, names = 8, 2, 4, ("clinical", "genomic", "wsi")
lengths, widths = {"clinical": 3, "wsi": 5}, {"clinical": 6, "genomic": d, "wsi": d}
have = torch.tensor([[1, 1, 1], [0, 1, 1], [0, 0, 1], [0, 0, 0.0]])
mask = {"clinical": torch.tensor([[1, 1, 0], [1, 1, 1], [0, 1, 0], [0, 0, 0.0]]),
        "wsi": torch.tensor([[1, 1, 1, 0, 1], [0, 1, 1, 0, 0], [1, 1, 1, 1, 1], [0, 0, 0, 0, 0.0]])}
vector = {m: torch.randn(B, d) for m in names}
token = {m: torch.randn(B, n, widths[m]) for m, n in lengths.items()}


def drawn(m):
    for p in m.parameters():
        nn.init.normal_(p, 0, 0.4)
    return m


pairs = [(i, j) for i in names for j in names if i != j]
query = {p: drawn(nn.Linear(d, d)) for p in pairs}
key, value = [{p: drawn(nn.Linear(widths[p[1]], d)) for p in pairs} for _ in range(2)]
output, norm = {m: drawn(nn.Linear(d, d)) for m in names}, {m: drawn(nn.LayerNorm(d)) for m in names}
fuse = drawn(nn.Linear(3 * d, d))
attention = {f"{i}->{j}": torch.zeros(B, lengths.get(j, 1)) for i, j in pairs}


def updated(b, i):
    there = [j for k, j in enumerate(names) if j != i and have[b, k]]
    if not there:
        return norm[i](vector[i][b])
    places = {j: [n for n in range(lengths[j]) if mask[j][b, n]] if j in lengths else [0] for j in there}
    tokens = {j: token[j][b, places[j]] if j in lengths else vector[j][b][None] for j in there}
    found = []
    for h in range(heads):
        part = slice(h * d // heads, (h + 1) * d // heads)
        scores = [key[i, j](t)[part] @ query[i, j](vector[i][b])[part] / math.sqrt(d / heads)
                  for j in there for t in tokens[j]]
        a = torch.stack(scores).softmax(0)
        found.append(sum(w * value[i, j](t)[part] for w, (j, t) in zip(a, [(j, t) for j in there for t in tokens[j]])))
        for w, (j, n) in zip(a, [(j, n) for j in there for n in places[j]]):
            attention[f"{i}->{j}"][b, n] += w.detach() / heads
    return norm[i](vector[i][b] + output[i](torch.cat(found)))


rows = [torch.cat([updated(b, i) if have[b, k] else torch.zeros(d) for k, i in enumerate(names)]) for b in range(B)]
weights = {"fuse/kernel": fuse.weight.T, "fuse/bias": fuse.bias}
for i in names:
    weights.update({f"{i}/output/kernel": output[i].weight.T, f"{i}/output/bias": output[i].bias,
                    f"{i}/norm/gamma": norm[i].weight, f"{i}/norm/beta": norm[i].bias})
for i, j in pairs:
    for name, layers in (("query", query), ("key", key), ("value", value)):
        weights[f"{i}/over/{j}/{name}/kernel"] = layers[i, j].weight.T
        weights[f"{i}/over/{j}/{name}/bias"] = layers[i, j].bias
inputs = {**vector, **{"have_" + m: have[:, k] for k, m in enumerate(names)},
          **{"tokens_" + m: t for m, t in token.items()}, **{"mask_" + m: t for m, t in mask.items()}}


def tensor(t):
    return {"shape": list(t.shape), "values": [float(f"{v:.8g}") for v in t.detach().reshape(-1).tolist()]}


groups = {"weights": weights, "inputs": inputs, "outputs": {"fused": fuse(torch.stack(rows)), **attention}}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "tokens.json"), "w") as f:
    f.write(json.dumps({k: {n: tensor(t) for n, t in v.items()} for k, v in groups.items()}) + "\n")
