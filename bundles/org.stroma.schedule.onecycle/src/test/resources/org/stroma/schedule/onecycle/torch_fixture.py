#!/usr/bin/env python3
"""Makes torch.json beside this file: the learning rates of PyTorch's schedulers, the optimizer's being 1, before each step.

    torch_fixture.py > torch.json
"""
import json
import torch
from torch.optim.lr_scheduler import OneCycleLR

STEPS = 20


def factors(make):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1)
    scheduler, all = make(optimizer), []
    for _ in range(STEPS):
        all.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return {"shape": [STEPS], "values": [float(f"{f:.9g}") for f in all]}


outputs = {
    "cosine": factors(lambda o: OneCycleLR(o, max_lr=1, total_steps=STEPS)),
    "linear": factors(lambda o: OneCycleLR(o, max_lr=2, total_steps=STEPS, pct_start=0.45, anneal_strategy="linear",
                                           div_factor=10, final_div_factor=100)),
}
print(json.dumps({"weights": {}, "inputs": {}, "outputs": outputs}))
