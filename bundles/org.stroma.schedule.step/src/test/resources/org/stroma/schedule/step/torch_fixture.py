#!/usr/bin/env python3
"""Makes torch.json beside this file: the learning rates of PyTorch's schedulers, the optimizer's being 1, before each step.

    torch_fixture.py > torch.json
"""
import json
import torch
from torch.optim.lr_scheduler import StepLR

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
    "step": factors(lambda o: StepLR(o, step_size=4, gamma=0.5)),
}
print(json.dumps({"weights": {}, "inputs": {}, "outputs": outputs}))
