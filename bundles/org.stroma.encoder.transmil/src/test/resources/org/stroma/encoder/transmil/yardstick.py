"""Writes yardstick.json: TransMIL (Shao et al. 2021, algorithm 2) in PyTorch, one bag after the other, without padding.

Nystrom attention with runs of tokens cut from the bag, the first one shorter; the pseudo-inverse starts from the norm of each
matrix. The attention is the class token's in the second layer over patches: fill-ins added to their patch, cut at zero, sum 1.
The gradients are those of the sum of the squares of embedding and tokens.
"""
import json, math, os
import torch, torch.nn as nn, torch.nn.functional as F

torch.manual_seed(4)
D, d, heads, m, taps, iterations, sizes = 5, 8, 2, 4, 5, 6, (11, 9, 2, 1)
e, N = d // heads, max(sizes)


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm, self.qkv, self.out = nn.LayerNorm(d), nn.Linear(d, 3 * d, bias=False), nn.Linear(d, d)
        self.taps = nn.Parameter(torch.zeros(heads, taps))

    def forward(self, x):
        n = len(x)
        q, k, v = self.qkv(self.norm(x)).view(n, 3, heads, e).permute(1, 2, 0, 3)
        run = -(-n // m)
        ids = (torch.arange(n) + run * m - n) // run
        one = F.one_hot(ids - ids[0]).float()
        mean = (one / one.sum(0)).T
        q = q / math.sqrt(e)
        ql, kl = mean @ q, mean @ k
        a1, a2, a3 = ((a @ b.transpose(1, 2)).softmax(-1) for a, b in ((q, kl), (ql, kl), (ql, k)))
        z = a2.transpose(1, 2) / (a2.sum(1).amax(1) * a2.sum(2).amax(1))[:, None, None]
        i = torch.eye(z.shape[-1])
        for _ in range(iterations):
            az = a2 @ z
            z = 0.25 * z @ (13 * i - az @ (15 * i - az @ (7 * i - az)))
        weights = a1 @ z @ a3
        local = F.conv1d(v.permute(2, 0, 1), self.taps[:, None], padding=taps // 2, groups=heads).permute(1, 2, 0)
        y = (weights @ v + local).transpose(0, 1).reshape(n, d)
        return x + self.out(y), weights[:, 0].mean(0)


project, cls = nn.Linear(D, d), nn.Parameter(torch.zeros(1, d))
layer1, layer2, norm = Layer(), Layer(), nn.LayerNorm(d)
convs = {k: nn.Conv2d(d, d, k, padding=k // 2, groups=d) for k in (7, 5, 3)}
for p in [cls, *(p for x in (project, layer1, layer2, norm, *convs.values()) for p in x.parameters())]:
    nn.init.normal_(p, 0, 0.4)
x = torch.randn(len(sizes), N, D)


def padded(t):
    return torch.cat((t, torch.zeros(N - len(t), *t.shape[1:])))


def bag(x):
    n = len(x)
    h = project(x).relu()
    s = math.isqrt(n - 1) + 1
    fill = s * s - n
    y, _ = layer1(torch.cat((cls, h, h[:fill])))
    grid = y[1:].T.reshape(1, d, s, s)
    grid = grid + sum(c(grid) for c in convs.values())
    y, a = layer2(torch.cat((y[:1], grid[0].flatten(1).T)))
    y = norm(y)
    a = a[1:n + 1] + F.pad(a[n + 1:], (0, n - fill))
    a = a.relu()
    return y[0], padded(a / a.sum()), padded(y[1:n + 1])


def named(f):
    """What f makes of each parameter, in the shape and by the name of the model's variable."""
    def dense(name, l):
        return {name + "/kernel": f(l.weight).T, **({name + "/bias": f(l.bias)} if l.bias is not None else {})}

    def gains(name, l):
        return {name + "/gamma": f(l.weight), name + "/beta": f(l.bias)}

    def layer(name, l):
        return {**gains(name + "/norm", l.norm), **dense(name + "/qkv", l.qkv), **dense(name + "/output", l.out),
                name + "/local/kernel": f(l.taps).T}

    made = {**dense("projection", project), "class/embeddings": f(cls), **layer("layer1", layer1),
            **layer("layer2", layer2), **gains("norm", norm)}
    for k, c in convs.items():
        made[f"positions/convolution{k}/kernel"] = f(c.weight)[:, 0].permute(1, 2, 0)
        made[f"positions/convolution{k}/bias"] = f(c.bias)
    return made


def tensor(t):
    return {"shape": list(t.shape), "values": [float(f"{v:.8g}") for v in t.detach().reshape(-1).tolist()]}


made = [torch.stack(t) for t in zip(*(bag(x[b, :n]) for b, n in enumerate(sizes)))]
(made[0].square().sum() + made[2].square().sum()).backward()
groups = {"weights": named(lambda p: p), "gradients": named(lambda p: p.grad),
          "inputs": {"x": x, "mask": torch.tensor([[1.0] * n + [0.0] * (N - n) for n in sizes])},
          "outputs": dict(zip(("embedding", "attention", "tokens"), made))}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "yardstick.json"), "w") as f:
    f.write(json.dumps({k: {n: tensor(t) for n, t in v.items()} for k, v in groups.items()}) + "\n")
