#!/usr/bin/env python3
# Copyright the Stroma authors. SPDX-License-Identifier: Apache-2.0
"""How a training step grows with patches, patients of a batch, visits and modalities. A benchmark, not a test.

    mvn -q package -DskipTests -pl runtime -am
    integration-tests/benchmarks/growth.py FOLDER [AXES [PATCHES]]

AXES are some of N,B,T,M (default all): N is 256 to PATCHES (default 100,000) patches of one slide, for each encoder of slides; B
patients of 256 patches, T visits and M modalities are of the default encoder, M - 1 of them vectors of 200 numbers. Every row is a
process of its own. Printed, and written to FOLDER/growth.csv, are the CPU-seconds of a training step (the median of three, after
the first two), and the most memory of the process; 'refused' is what Stroma says itself before it trains. FOLDER/growth-AXIS.svg
draws them. Needs numpy and h5py, and 3 GB in FOLDER. STROMA_JAVA_OPTS goes to Stroma, such as -Dstroma.attention=blocks.

    integration-tests/benchmarks/growth.py FOLDER steps [STEPS]

makes so many training steps (default 2,000) of 8 bags of 64 to 256 patches in one process, and prints its memory on the way.
"""
import csv
import json
import math
import os
import statistics
import subprocess
import sys

import h5py
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
STROMA = os.environ.get('STROMA', os.path.join(HERE, '..', '..', 'runtime', 'target', 'stroma', 'bin', 'stroma'))
ENCODERS = ['mean-pool', 'abmil', 'clam', 'dsmil', 'transmil', 'wsi-transformer']
DEFAULT = 'wsi-transformer'
WIDTH = 1024


def cohort(folder, patches, patients, visits=1, modalities=1, bags=None):
    """Random numbers: patients of so many visits with a slide each, or bags[i] patches of patient i."""
    os.makedirs(os.path.join(folder, 'features'), exist_ok=True)
    draw = np.random.default_rng(1)
    numbers = draw.standard_normal((max([patches] + (bags or [])), WIDTH), dtype=np.float32)
    rows = []
    for i in range(patients + 4):
        for visit in range(visits):
            name = f'p{i:03d}-{visit}'
            n = bags[i] if bags and i < len(bags) else patches if i < patients else 16
            side = math.ceil(math.sqrt(n))
            with h5py.File(os.path.join(folder, 'features', name + '.h5'), 'w') as file:
                file['features'] = numbers[:n] * np.float32(1 + i / 1000)
                coords = file.create_dataset('coords', data=np.stack((np.arange(n) % side, np.arange(n) // side), 1) * 256)
                coords.attrs['patch_size'] = 256
                coords.attrs['patch_level'] = 0
            rows.append((f'p{i:03d}', name, 30 * visit, 'train' if i < patients else 'test', 100 + i, 1))
    with open(os.path.join(folder, 'patients.csv'), 'w', newline='') as out:
        csv.writer(out).writerows([('id', 'visit', 'day', 'side', 'days', 'event')] + rows)
    slide = {'reader': {'type': 'hdf5-patches', 'path': 'features/{visit}.h5'}, 'encoder': {'type': DEFAULT}}
    experiment = {
        'name': 'growth', 'seed': 7,
        'cohort': {'table': 'patients.csv', 'id': 'id', 'targets': {'os': {'kind': 'survival', 'time': 'days', 'event': 'event'}}},
        'modalities': {'slide': slide},
        'model': {'fusion': {'type': 'cross-modal-attention'}, 'heads': {'os': {'type': 'survival', 'target': 'os'}}},
        'losses': [{'type': 'cox', 'head': 'os', 'riskSet': 'memory'}],
        'training': {'epochs': 1, 'batchSize': patients if bags is None else 8},
        'evaluation': {'split': {'type': 'column', 'column': 'side'}, 'baselines': []}}
    if visits > 1:
        experiment['cohort']['visit'] = {'id': 'visit', 'days': 'day'}
        experiment['model']['temporal'] = {'type': 'temporal-attention'}
    for m in range(1, modalities):
        with open(os.path.join(folder, f'm{m}.csv'), 'w', newline='') as out:
            writer = csv.writer(out)
            writer.writerow(['id'] + [f'v{j}' for j in range(200)])
            for row in rows:
                writer.writerow([row[0]] + [f'{x:.4f}' for x in draw.standard_normal(200)])
        experiment['modalities'][f'm{m}'] = {
            'reader': {'type': 'csv-matrix', 'path': f'm{m}.csv'}, 'encoder': {'type': 'genomic-mlp'}}
    with open(os.path.join(folder, 'experiment.json'), 'w') as out:
        json.dump(experiment, out, indent=1)


class Process:
    def __init__(self, folder, *sets):
        words = [STROMA, 'benchmark', os.path.join(folder, 'experiment.json'), '--listen']
        for one in sets:
            words += ['--set', one]
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def answer(self):
        for line in self.process.stdout:
            if line.startswith('{'):
                return json.loads(line)
        return None

    def train(self, steps):
        self.process.stdin.write(f'train {steps}\n')
        self.process.stdin.flush()
        return self.answer()

    def resident(self):
        """MiB in memory now."""
        for line in open(f'/proc/{self.process.pid}/status'):
            if line.startswith('VmRSS'):
                return int(line.split()[1]) >> 10
        raise SystemExit('no VmRSS')

    def end(self):
        self.process.stdin.close()
        said = self.process.stderr.read().strip().splitlines()
        self.process.wait()
        return said[-1] if said else ''


def measure(folder, *sets):
    """CPU-seconds of a step and MiB, or what Stroma says."""
    process = Process(folder, *sets)
    ready = process.answer()
    steps = [process.train(1) for _ in range(5)] if ready else [None]
    said = process.end()
    if steps[-1] is None:
        print(f'  {said}', file=sys.stderr)
        return None, None
    return statistics.median(step['cpu'] for step in steps[2:]), steps[-1]['peak_mib']


def table(folder, axes, most):
    lengths = [n for n in (256, 1024, 4096, 16384, 65536, 100000) if n <= most]
    todo = []
    if 'N' in axes:
        todo += [('N', n, encoder, dict(patches=n, patients=1)) for n in lengths for encoder in ENCODERS]
    if 'B' in axes:
        todo += [('B', b, DEFAULT, dict(patches=256, patients=b)) for b in (1, 4, 16, 64)]
    if 'T' in axes:
        todo += [('T', t, DEFAULT, dict(patches=256, patients=2, visits=t)) for t in (1, 2, 4, 8, 16)]
    if 'M' in axes:
        todo += [('M', m, DEFAULT, dict(patches=256, patients=8, modalities=m)) for m in (1, 2, 4, 8)]
    rows = []
    for axis, value, encoder, sizes in todo:
        there = os.path.join(folder, f'{axis}{value}')
        if not os.path.exists(os.path.join(there, 'experiment.json')):
            cohort(there, **sizes)
        cpu, mib = measure(there, f'modalities.slide.encoder.type={encoder}')
        rows.append((axis, value, encoder, cpu, mib))
        print(f'{axis} {value:7,} {encoder:16} ' + ('refused' if cpu is None else f'{cpu:9.3f} CPU-s {mib:7,} MiB'), flush=True)
    with open(os.path.join(folder, 'growth.csv'), 'w', newline='') as out:
        csv.writer(out).writerows([('axis', 'value', 'encoder', 'cpu_seconds', 'peak_mib')] + rows)
    for axis in axes:
        done = [row for row in rows if row[0] == axis and row[3] is not None]
        if done:
            draw(done, axis, os.path.join(folder, f'growth-{axis}.svg'))


def draw(rows, axis, path):
    """Two panels, both axes logarithmic: CPU-seconds and MiB."""
    colours = ['#1b6ca8', '#d1495b', '#66a182', '#edae49', '#6a4c93', '#2e4057']
    named = {'N': 'patches of a slide', 'B': 'patients of a batch', 'T': 'visits', 'M': 'modalities'}
    encoders = [e for e in ENCODERS if any(row[2] == e for row in rows)]
    out = ['<svg xmlns="http://www.w3.org/2000/svg" width="900" height="380" font-family="sans-serif" font-size="12">',
           '<rect width="900" height="380" fill="white"/>']
    for panel, (column, title) in enumerate(((3, 'CPU-seconds a training step'), (4, 'memory of the process, MiB'))):
        left, top, width, height = 70 + 440 * panel, 40, 340, 260
        xs = [math.log10(row[1]) for row in rows]
        ys = [math.log10(max(row[column], 1e-4)) for row in rows]
        x0, x1, y0, y1 = min(xs), max(max(xs), min(xs) + .1), math.floor(min(ys)), math.ceil(max(ys) + 1e-9)
        at = lambda x, y: (left + (x - x0) / (x1 - x0) * width, top + height - (y - y0) / max(1, y1 - y0) * height)
        out.append(f'<text x="{left}" y="{top - 15}" font-weight="bold">{title}</text>')
        for power in range(y0, y1 + 1):
            _, y = at(x0, power)
            out.append(f'<line x1="{left}" x2="{left + width}" y1="{y:.0f}" y2="{y:.0f}" stroke="#ddd"/>'
                       f'<text x="{left - 6}" y="{y + 4:.0f}" text-anchor="end">{10.0 ** power:g}</text>')
        for value in sorted({row[1] for row in rows}):
            x, _ = at(math.log10(value), y0)
            out.append(f'<text x="{x:.0f}" y="{top + height + 18}" text-anchor="middle">{value:,}</text>')
        out.append(f'<text x="{left + width / 2:.0f}" y="{top + height + 38}" text-anchor="middle">{named[axis]}</text>')
        for encoder, colour in zip(encoders, colours):
            points = [at(math.log10(row[1]), math.log10(max(row[column], 1e-4))) for row in rows if row[2] == encoder]
            out.append(f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="' + ' '.join(f'{x:.1f},{y:.1f}' for x, y in points) + '"/>')
            out += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
    for i, (encoder, colour) in enumerate(zip(encoders, colours)):
        out.append(f'<rect x="{70 + 135 * i}" y="356" width="12" height="12" fill="{colour}"/><text x="{87 + 135 * i}" y="366">{encoder}</text>')
    with open(path, 'w') as file:
        file.write('\n'.join(out + ['</svg>']) + '\n')


def long(folder, count):
    there = os.path.join(folder, 'steps')
    bags = [int(n) for n in np.random.default_rng(3).integers(64, 256, 64)]
    if not os.path.exists(os.path.join(there, 'experiment.json')):
        cohort(there, 64, len(bags), bags=bags)
    process = Process(there)
    if not process.answer():
        raise SystemExit(process.end())
    part = max(1, count // 10)
    for done in range(part, count + 1, part):
        if process.train(part) is None:
            raise SystemExit(process.end())
        print(f'{done:6,} steps  {process.resident():6,} MiB', flush=True)
    process.end()


if __name__ == '__main__':
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    os.makedirs(sys.argv[1], exist_ok=True)
    if len(sys.argv) > 2 and sys.argv[2] == 'steps':
        long(sys.argv[1], int(sys.argv[3]) if len(sys.argv) > 3 else 2000)
    else:
        table(sys.argv[1], (sys.argv[2] if len(sys.argv) > 2 else 'N,B,T,M').split(','), int(sys.argv[3]) if len(sys.argv) > 3 else 100000)
