#!/usr/bin/env python3
"""Makes torch.json beside this file: the steps of torch.optim.Adam with several settings.

    torch_fixture.py > torch.json
"""
import json
import torch

torch.manual_seed(8)


def tensor(t):
    return {"shape": list(t.shape), "values": [float(f"{v:.9g}") for v in t.reshape(-1).tolist()]}


def steps(**settings):
    """The values after each of the steps."""
    p = torch.nn.Parameter(start.clone())
    optimizer, states = torch.optim.Adam([p], **settings), []
    for g in gradients:
        p.grad = g.clone()
        optimizer.step()
        states.append(p.detach().clone())
    return torch.stack(states)


start = torch.tensor([0.5, -1.0, 2.0])
gradients = torch.randn(6, 3)
outputs = {
    "plain": steps(lr=0.1, eps=1e-3),
    "decay": steps(lr=0.1, eps=1e-3, weight_decay=0.3),
    "betas": steps(lr=0.1, eps=1e-3, betas=(0.5, 0.7)),
}
print(json.dumps({"weights": {}, "inputs": {"start": tensor(start), "gradients": tensor(gradients)},
                  "outputs": {k: tensor(v) for k, v in outputs.items()}}))
