#!/usr/bin/env python3
"""Makes layers.txt beside this file: PyTorch's layers in float64, a tensor a line (name, shape, numbers).

    torch_layers.py > layers.txt
"""
import torch
from torch import nn

torch.manual_seed(5)
torch.set_default_dtype(torch.float64)
d, heads, units, layers = 6, 2, 10, 2


def show(name, t):
    shape = "x".join(map(str, t.shape))
    print(name, shape, *(f"{v:.9g}" for v in t.detach().reshape(-1).tolist()))


def weights(name, layer):
    if isinstance(layer, nn.LayerNorm):
        show(f"weight:{name}/gamma", layer.weight)
        show(f"weight:{name}/beta", layer.bias)
    else:
        show(f"weight:{name}/kernel", layer.weight.T)
        show(f"weight:{name}/bias", layer.bias)


def shaken(module):
    for p in module.parameters():
        p.data.add_(0.3 * torch.randn_like(p))
    return module


x = (2 * torch.randn(2, 4, d)).requires_grad_()
mask = torch.tensor([[1.0, 1, 1, 0], [1, 1, 0, 0]])
show("x", x)
show("mask", mask)
seed = torch.randn(2, 4, d) * mask[:, :, None]
show("seed", seed)  # what the output is multiplied with before the gradient is taken

dense = shaken(nn.Linear(d, 3))
weights("dense", dense)
show("dense", dense(x))

norm = shaken(nn.LayerNorm(d))
weights("norm", norm)
show("norm", norm(x))
show("norm_gradient", torch.autograd.grad((norm(x) * seed).sum(), x)[0])

# in training mode, without dropout: at evaluation PyTorch takes another path, which zeroes padding
encoder = shaken(nn.TransformerEncoder(
    nn.TransformerEncoderLayer(d, heads, units, dropout=0.0, activation="gelu", batch_first=True, norm_first=True),
    layers, norm=nn.LayerNorm(d), enable_nested_tensor=False)).train()
for i, layer in enumerate(encoder.layers):
    at = f"transformer/layer{i}"
    show(f"weight:{at}/qkv/kernel", layer.self_attn.in_proj_weight.T)
    show(f"weight:{at}/qkv/bias", layer.self_attn.in_proj_bias)
    weights(f"{at}/output", layer.self_attn.out_proj)
    weights(f"{at}/norm1", layer.norm1)
    weights(f"{at}/norm2", layer.norm2)
    weights(f"{at}/ff1", layer.linear1)
    weights(f"{at}/ff2", layer.linear2)
weights("transformer/norm", encoder.norm)
y = encoder(x, src_key_padding_mask=mask == 0)
show("transformer", y * mask[:, :, None])
show("transformer_gradient", torch.autograd.grad((y * seed).sum(), x)[0])

hidden, score = shaken(nn.Linear(d, 3)), shaken(nn.Linear(3, 1))
weights("pool/hidden", hidden)
weights("pool/score", score)
w = torch.softmax(score(torch.tanh(hidden(x)))[:, :, 0].masked_fill(mask == 0, -torch.inf), 1)
show("pool_weights", w)
show("pool", torch.einsum("bn,bnd->bd", w, x))

points = torch.tensor([-30.0, -3, -1.5, -0.7, -1e-3, 1e-3, 0.4, 1, 2.5, 30]).requires_grad_()
show("points", points)
for name, f in {"elu": nn.ELU(), "gelu": nn.GELU(), "relu": nn.ReLU(), "selu": nn.SELU(), "sigmoid": nn.Sigmoid(), "softplus": nn.Softplus(),
                "softsign": nn.Softsign(), "swish": nn.SiLU(), "tanh": nn.Tanh()}.items():
    show(f"activation:{name}", f(points))
    show(f"slope:{name}", torch.autograd.grad(f(points).sum(), points)[0])
