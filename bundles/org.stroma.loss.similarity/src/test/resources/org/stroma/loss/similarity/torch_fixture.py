#!/usr/bin/env python3
"""Makes torch.json beside this file: divergences and cosines of probabilities by PyTorch, and their gradients.

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

raw = (torch.randn(5, 3, dtype=torch.float64) * 2).requires_grad_()
label = torch.tensor([0, 2, 1, 1, 2])
known = torch.tensor([1.0, 1, 0, 1, 1], dtype=torch.float64)
inputs = {"raw": raw, "label": label, "known": known}
there = known.bool()
one = F.one_hot(label, 3).double()
smooth = one * 0.9 + 0.1 / 3
case("kl", F.kl_div(F.log_softmax(raw, 1)[there], smooth[there], reduction="batchmean"), raw)
case("hard", F.cross_entropy(raw[there], label[there]), raw)
case("cosine", (1 - F.cosine_similarity(F.softmax(raw, 1), one, dim=1))[there].mean(), raw)

print(json.dumps({"weights": {}, "inputs": {k: tensor(v) for k, v in inputs.items()},
                  "outputs": {k: tensor(v) for k, v in outputs.items()}}))
