#!/usr/bin/env python3
"""Makes torch.json beside this file: the learning rates of PyTorch's schedulers, the optimizer's being 1, before each step.

    torch_fixture.py > torch.json
"""
import json
import torch
from torch.optim.lr_scheduler import CosineAnnealingLR, LambdaLR, LinearLR, SequentialLR

STEPS = 20


def factors(make):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1)
    scheduler, all = make(optimizer), []
    for _ in range(STEPS):
        all.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return {"shape": [STEPS], "values": [float(f"{f:.9g}") for f in all]}


def chain(optimizer, first, second, at):
    return SequentialLR(optimizer, [first, second], milestones=[at])


outputs = {
    "constant": factors(lambda o: chain(o, LinearLR(o, start_factor=0.2, total_iters=5), LambdaLR(o, lambda t: 1), 5)),
    "cosine": factors(lambda o: chain(o, LinearLR(o, start_factor=0.2, total_iters=5),
                                      CosineAnnealingLR(o, T_max=STEPS - 5, eta_min=0.1), 5)),
    "linear": factors(lambda o: chain(o, LinearLR(o, start_factor=0.2, total_iters=5),
                                      LinearLR(o, start_factor=1, end_factor=0.1, total_iters=STEPS - 5), 5)),
}
print(json.dumps({"weights": {}, "inputs": {}, "outputs": outputs}))
