# Copyright the Stroma authors. SPDX-License-Identifier: Apache-2.0
"""Stroma's default parts as a PyTorch model, to be timed: a yardstick, and no part of Stroma.

    reference.py --batch 16 --patches 256 [--device cuda] [--precisions float32,tensorfloat32,bfloat16] [--steps 10] [--rounds 3]
    reference.py --parameters
    reference.py --batch 16 --patches 256 --listen

A slide encoder (wsi-transformer), genes (genomic-mlp) and a text (clinical-transformer), joined by cross-modal-attention, with a
survival and a classification head; the loss is Cox's partial likelihood (Efron) and cross-entropy, the optimizer AdamW with clipping.
Eager PyTorch with its fused attention; bfloat16 is autocast around the model, with the losses in float32; each step copies its batch to the device, as Stroma has to. The precisions take turns, round
by round. Prints one JSON object: seconds a step by precision (median of all rounds), the first step, and peak memory. With --listen
it answers lines as Stroma's command benchmark does.
"""
import argparse
import json
import math
import os
import resource
import statistics
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

WIDTH, HEADS, LAYERS = 256, 8, 2
VOCABULARY, WORDS, GENES, FEATURES, CLASSES, GRID = 30522, 128, 2000, 1024, 4, 256


class TransformerLayer(nn.Module):
    """Pre-norm; [B, N, d] to [B, N, d]."""

    def __init__(self, dropout=0.1):
        super().__init__()
        self.before_attention = nn.LayerNorm(WIDTH)
        self.project_in = nn.Linear(WIDTH, 3 * WIDTH)
        self.project_out = nn.Linear(WIDTH, WIDTH)
        self.feed_forward = nn.Sequential(
            nn.LayerNorm(WIDTH), nn.Linear(WIDTH, 4 * WIDTH), nn.GELU(), nn.Dropout(dropout),
            nn.Linear(4 * WIDTH, WIDTH), nn.Dropout(dropout))
        self.dropout = nn.Dropout(dropout)

    def forward(self, x):
        batch, length, _ = x.shape
        heads = self.project_in(self.before_attention(x)).reshape(batch, length, 3, HEADS, WIDTH // HEADS)
        query, key, value = heads.permute(2, 0, 3, 1, 4)  # [B, h, N, d/h] each
        found = F.scaled_dot_product_attention(query, key, value).transpose(1, 2).reshape(x.shape)
        x = x + self.dropout(self.project_out(found))
        return x + self.feed_forward(x)


def transformer():
    return nn.Sequential(*(TransformerLayer() for _ in range(LAYERS)), nn.LayerNorm(WIDTH))


class SlideEncoder(nn.Module):
    """[B, N, 1024] to [B, d]: learned places on a grid, a transformer, attention pooling."""

    def __init__(self):
        super().__init__()
        self.projection = nn.Linear(FEATURES, WIDTH)
        self.rows, self.columns = nn.Embedding(GRID, WIDTH), nn.Embedding(GRID, WIDTH)
        self.layers = transformer()
        self.scores = nn.Sequential(nn.Linear(WIDTH, WIDTH // 2), nn.Tanh(), nn.Linear(WIDTH // 2, 1))

    def forward(self, patches, places):
        x = self.projection(patches) + self.columns(places[..., 0]) + self.rows(places[..., 1])
        tokens = self.layers(x)
        weights = self.scores(tokens).softmax(1)  # [B, N, 1]
        return (weights * tokens).sum(1)


class GeneEncoder(nn.Module):
    def __init__(self, hidden=(1024, 512), dropout=0.1):
        super().__init__()
        layers, width = [], GENES
        for units in hidden:
            layers += [nn.Linear(width, units), nn.BatchNorm1d(units), nn.ReLU(), nn.Dropout(dropout)]
            width = units
        self.layers = nn.Sequential(*layers, nn.Linear(width, WIDTH), nn.LayerNorm(WIDTH))

    def forward(self, genes):
        return self.layers(genes)


class TextEncoder(nn.Module):
    """Ids [B, L] to the state of the first one, [B, d]."""

    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(VOCABULARY, WIDTH)
        self.layers = transformer()
        rates = torch.exp(torch.arange(0, WIDTH, 2) * (-math.log(1e4) / WIDTH))
        angles = torch.arange(WORDS)[:, None] * rates
        self.register_buffer('places', torch.cat((angles.sin(), angles.cos()), 1))

    def forward(self, ids):
        return self.layers(self.words(ids) + self.places[: ids.shape[1]])[:, 0]


class CrossModalAttention(nn.Module):
    """Each modality asks the others, with one softmax over all of them."""

    def __init__(self, names, dropout=0.1):
        super().__init__()
        self.names = names
        self.pairs = nn.ModuleDict({
            f'{asks}-{other}': nn.ModuleList(nn.Linear(WIDTH, WIDTH) for _ in 'qkv')
            for asks in names for other in names if asks != other})
        self.outputs = nn.ModuleDict({name: nn.Linear(WIDTH, WIDTH) for name in names})
        self.norms = nn.ModuleDict({name: nn.LayerNorm(WIDTH) for name in names})
        self.fuse = nn.Linear(len(names) * WIDTH, WIDTH)
        self.dropout = nn.Dropout(dropout)

    def forward(self, vectors):
        joined = []
        for asks in self.names:
            scores, values = [], []
            for other in self.names:
                if other == asks:
                    continue
                query, key, value = self.pairs[f'{asks}-{other}']
                split = lambda x: x.unflatten(1, (HEADS, WIDTH // HEADS))
                scores.append((split(query(vectors[asks])) * split(key(vectors[other]))).sum(2))
                values.append(split(value(vectors[other])))
            weights = (torch.stack(scores, 2) / math.sqrt(WIDTH // HEADS)).softmax(2)  # [B, h, M-1]
            found = (weights.unsqueeze(3) * torch.stack(values, 2)).sum(2).flatten(1)
            joined.append(self.norms[asks](vectors[asks] + self.dropout(self.outputs[asks](found))))
        return self.fuse(torch.cat(joined, 1))


def head(hidden, outputs):
    return nn.Sequential(
        nn.LayerNorm(WIDTH), nn.Linear(WIDTH, hidden), nn.ReLU(), nn.Dropout(0.3), nn.Linear(hidden, outputs))


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.slide, self.genes, self.text = SlideEncoder(), GeneEncoder(), TextEncoder()
        self.fusion = CrossModalAttention(('genes', 'slide', 'text'))
        self.survival, self.classes = head(WIDTH // 2, 1), head(WIDTH, CLASSES)

    def forward(self, batch):
        fused = self.fusion({
            'genes': self.genes(batch['genes']),
            'slide': self.slide(batch['patches'], batch['places']),
            'text': self.text(batch['words'])})
        return self.survival(fused)[:, 0], self.classes(fused)


def cox(log_hazard, times, events):
    """Efron's partial likelihood, negative, a mean over the events; 0 without any."""
    hazard = log_hazard.exp()
    at_risk = (times[None, :] >= times[:, None]).float()
    tied = ((times[None, :] == times[:, None]) & events[None, :].bool()).float()
    place = torch.tril(tied, -1).sum(1)  # among the events of the same time
    share = place / tied.sum(1).clamp(min=1)
    risk = at_risk @ hazard - share * (tied @ hazard)
    return -(events * (log_hazard - risk.clamp(min=1e-30).log())).sum() / events.sum().clamp(min=1)


def random_batch(size, patches):
    draw = torch.Generator().manual_seed(1)
    index = torch.arange(patches)
    side = math.ceil(math.sqrt(patches))
    places = torch.stack((index % side, index // side), 1) % GRID
    batch = {
        'patches': torch.randn(size, patches, FEATURES, generator=draw),
        'places': places.expand(size, patches, 2).contiguous(),
        'genes': torch.randn(size, GENES, generator=draw),
        'words': torch.randint(5, VOCABULARY, (size, WORDS), generator=draw),
        'label': torch.randint(0, CLASSES, (size,), generator=draw),
        'times': torch.rand(size, generator=draw) * 1000 + 1,
        'events': (torch.rand(size, generator=draw) < 0.6).float()}
    return {name: tensor.pin_memory() if torch.cuda.is_available() else tensor for name, tensor in batch.items()}


def cpu():
    spent = os.times()
    return spent.user + spent.system


def listen(model, step, predict):
    """Does what lines of the standard input say, train N or predict N, and answers each with a line of JSON."""
    print('{"ready": true}', flush=True)
    norms = [(module, module.training) for module in model.modules()]
    for line in sys.stdin:
        what, count = line.split()
        if what == 'predict':
            model.eval()
        else:
            for module, training in norms:
                module.training = training
        before = cpu()
        taken = [(step if what == 'train' else predict)() for _ in range(int(count))]
        print(json.dumps({
            'seconds': statistics.median(taken), 'cpu': (cpu() - before) / len(taken),
            'peak_mib': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--batch', type=int, default=16)
    parser.add_argument('--patches', type=int, default=256)
    parser.add_argument('--device', default='cpu')
    parser.add_argument('--precisions', default='float32')
    parser.add_argument('--steps', type=int, default=10)
    parser.add_argument('--rounds', type=int, default=3)
    parser.add_argument('--parameters', action='store_true')
    parser.add_argument('--listen', action='store_true')
    asked = parser.parse_args()
    torch.manual_seed(7)
    model = Model().to(asked.device)
    if asked.parameters:
        print(json.dumps({'parameters': sum(p.numel() for p in model.parameters())}))
        return
    model.train()
    if asked.batch == 1:  # batch norm cannot learn from one patient
        for module in model.modules():
            if isinstance(module, nn.BatchNorm1d):
                module.eval()
    here = random_batch(asked.batch, asked.patches)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, weight_decay=0.01)
    cuda = asked.device.startswith('cuda')

    def step(precision='float32'):
        began = time.perf_counter()
        batch = {name: tensor.to(asked.device, non_blocking=True) for name, tensor in here.items()}
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast(asked.device.split(':')[0], dtype=torch.bfloat16, enabled=precision == 'bfloat16'):
            log_hazard, logits = model(batch)
        log_hazard, logits = log_hazard.float(), logits.float()
        loss = cox(log_hazard, batch['times'], batch['events']) + F.cross_entropy(logits, batch['label'])
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if cuda:
            torch.cuda.synchronize()
        return time.perf_counter() - began

    def predict():
        began = time.perf_counter()
        with torch.inference_mode():
            log_hazard, logits = model({name: tensor.to(asked.device, non_blocking=True) for name, tensor in here.items()})
            log_hazard.cpu(), logits.softmax(1).cpu()
        return time.perf_counter() - began

    if asked.listen:
        listen(model, step, predict)
        return
    first = step()
    taken = {}
    peak = {}
    for _ in range(asked.rounds):
        for precision in asked.precisions.split(','):
            coarse = precision == 'tensorfloat32'
            torch.backends.cuda.matmul.allow_tf32 = coarse
            torch.backends.cudnn.allow_tf32 = coarse
            if cuda:
                torch.cuda.reset_peak_memory_stats()
            step(precision)  # the first one with other settings is not counted
            taken.setdefault(precision, []).extend(step(precision) for _ in range(asked.steps))
            if cuda:
                peak[precision] = max(peak.get(precision, 0), torch.cuda.max_memory_allocated() / 2**20)
    print(json.dumps({
        'torch': torch.__version__, 'device': torch.cuda.get_device_name() if cuda else 'CPU',
        'batch': asked.batch, 'patches': asked.patches, 'first': first,
        'seconds': {p: statistics.median(t) for p, t in taken.items()},
        'fastest': {p: min(t) for p, t in taken.items()},
        'peak_mib': peak, 'load': os.getloadavg()[0]}))


if __name__ == '__main__':
    main()
