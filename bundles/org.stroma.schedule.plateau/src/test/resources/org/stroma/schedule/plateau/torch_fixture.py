#!/usr/bin/env python3
"""Makes torch.json beside this file: the learning rates of PyTorch's ReduceLROnPlateau over losses, the optimizer's being 1.

    torch_fixture.py > torch.json
"""
import json
import torch
from torch.optim.lr_scheduler import ReduceLROnPlateau

# falls, stalls, falls by less than a thousandth, rises, stalls at 0
LOSSES = [3.0, 2.0, 1.5, 1.5, 1.6, 1.4, 1.3999, 1.3998, 1.3997, 1.3996, 1.2, 1.9, 2.0, 2.1, 2.2, 2.3, 0.5, 0.5, 0.5, 0.5,
          0.5, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]


def factors(**settings):
    """Before each epoch."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1)
    scheduler, all = ReduceLROnPlateau(optimizer, **settings), []
    for loss in LOSSES:
        all.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step(loss)
    return {"shape": [len(LOSSES)], "values": [float(f"{f:.9g}") for f in all]}


outputs = {
    "plain": factors(patience=2, factor=0.5),
    "cooldown": factors(patience=1, factor=0.5, cooldown=2, threshold=1e-3),
    "absolute": factors(patience=2, factor=0.5, threshold=0.01, threshold_mode="abs", min_lr=0.1),
}
print(json.dumps({"weights": {}, "inputs": {"losses": {"shape": [len(LOSSES)], "values": LOSSES}}, "outputs": outputs}))
