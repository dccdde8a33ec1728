"""Writes softmax.json, sigmoid.json and bimodal.json: gated multimodal units (Arevalo et al. 2017) in PyTorch,
one patient after the other, over the modalities that the patient has. bimodal is the paper's z * h_1 + (1 - z) * h_2, whose
one gate layer is the difference of ours."""
import json, os
import torch, torch.nn as nn

torch.manual_seed(6)
d, B, names = 4, 4, ("clinical", "genomic", "wsi")
have = torch.tensor([[1, 1, 1], [1, 0, 1], [0, 1, 0], [0, 0, 0.0]])
x = torch.randn(B, 3, d)


def linear(i, o):
    m = nn.Linear(i, o)
    for p in m.parameters():
        nn.init.normal_(p, 0, 0.5)
    return m


def patient(b, hidden, gate, kind):
    m = len(hidden)
    everything = torch.cat([x[b, i] * have[b, i] for i in range(m)])
    there = [i for i in range(m) if have[b, i]]
    z = torch.zeros(m, d)
    if there:
        g = torch.stack([gate[i](everything) for i in there])
        z[there] = g.softmax(0) if kind == "softmax" else g.sigmoid()
    return sum((z[i] * hidden[i](x[b, i]).tanh() for i in there), torch.zeros(d)), z.mean(1)


def bimodal(b, hidden, gate):
    both = torch.cat((x[b, 0], x[b, 1]))
    z = torch.sigmoid((gate[0].weight - gate[1].weight) @ both + gate[0].bias - gate[1].bias)
    return z * hidden[0](x[b, 0]).tanh() + (1 - z) * hidden[1](x[b, 1]).tanh(), torch.stack((z, 1 - z)).mean(1)


def tensor(t):
    return {"shape": list(t.shape), "values": [float(f"{v:.8g}") for v in t.detach().reshape(-1).tolist()]}


for kind, m in (("softmax", 3), ("sigmoid", 3), ("bimodal", 2)):
    hidden, gate = [linear(d, d) for _ in range(m)], [linear(m * d, d) for _ in range(m)]
    rows = [bimodal(b, hidden, gate) if kind == "bimodal" else patient(b, hidden, gate, kind) for b in range(B)]
    weights, inputs = {}, {}
    for i in range(m):
        for layer, part in (("hidden", hidden[i]), ("gate", gate[i])):
            weights.update({f"{names[i]}/{layer}/kernel": part.weight.T, f"{names[i]}/{layer}/bias": part.bias})
        inputs[names[i]] = x[:, i]
        inputs["have_" + names[i]] = torch.ones(B) if kind == "bimodal" else have[:, i]
    outputs = {"fused": torch.stack([r[0] for r in rows])}
    outputs.update({"gate_" + names[i]: torch.stack([r[1][i] for r in rows]) for i in range(m)})
    groups = {"weights": weights, "inputs": inputs, "outputs": outputs}
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), kind + ".json"), "w") as f:
        f.write(json.dumps({k: {n: tensor(t) for n, t in v.items()} for k, v in groups.items()}) + "\n")
