#!/usr/bin/env python3
# Copyright the Stroma authors. SPDX-License-Identifier: Apache-2.0
"""Training steps and predictions of Stroma's default parts beside the same model in PyTorch, in turn. A benchmark, not a test.

    mvn -q package -DskipTests -pl runtime -am
    integration-tests/benchmarks/steps.py FOLDER [SIZES [ROUNDS]]

Needs numpy, h5py and torch, and 700 MB in FOLDER. SIZES are some of A to E, such as A,B (batch x patches: A 16 x 256, B 8 x 1,024,
C 1 x 8,192, D 1 x 32,768, E 1 x 100,000, which is Stroma's alone); default A,B,C. For each size both programs run beside each other,
each in a process of its own that waits while the other one works; in a round each makes some steps and some predictions. Printed are
the medians of the rounds, and the median of each round's ratio PyTorch / Stroma: above 1 Stroma is faster. CPU-seconds are those of
all threads, and tell more than wall time where a machine has other work. STROMA_BENCHMARK_DEVICE=cuda has PyTorch on a GPU;
STROMA_JAVA_OPTS goes to Stroma, such as -Dstroma.attention=blocks.
"""
import json
import os
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
STROMA = os.environ.get('STROMA', os.path.join(HERE, '..', '..', 'runtime', 'target', 'stroma', 'bin', 'stroma'))
GPU = os.path.join(HERE, '..', 'gpu')
# batch, patches, steps of a round
SIZES = {'A': (16, 256, 5), 'B': (8, 1024, 3), 'C': (1, 8192, 2), 'D': (1, 32768, 1), 'E': (1, 100000, 1)}
ALONE = 'E'


class Side:
    """A program that answers lines."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.ready = self.answer()

    def answer(self):
        for line in self.process.stdout:
            if line.startswith('{'):
                return json.loads(line)
        raise SystemExit('it ended: ' + self.process.stderr.read()[-2000:])

    def ask(self, what, count):
        self.process.stdin.write(f'{what} {count}\n')
        self.process.stdin.flush()
        return self.answer()

    def end(self):
        self.process.stdin.close()
        self.process.stderr.close()
        self.process.wait()


def measure(folder, size, rounds):
    batch, patches, steps = SIZES[size]
    cohort = os.path.join(folder, size)
    if not os.path.exists(os.path.join(cohort, 'experiment.json')):
        subprocess.run([sys.executable, os.path.join(GPU, 'cohort.py'), cohort, str(batch), str(patches), '1'], check=True)
    sides = {'Stroma': Side([STROMA, 'benchmark', os.path.join(cohort, 'experiment.json'), '--listen'])}
    if size != ALONE:
        sides['PyTorch'] = Side([
            sys.executable, os.path.join(GPU, 'reference.py'), '--batch', str(batch), '--patches', str(patches),
            '--device', os.environ.get('STROMA_BENCHMARK_DEVICE', 'cpu'), '--listen'])
    first = {side: {what: program.ask(what, 1) for what in ('train', 'predict')} for side, program in sides.items()}
    for what in ('train', 'predict'):  # virtual machines compile what runs often
        for program in sides.values():
            program.ask(what, steps)
    found = {(side, what): [] for side in sides for what in ('train', 'predict')}
    for _ in range(rounds):
        for what in ('train', 'predict'):
            for side, program in sides.items():
                found[side, what].append(program.ask(what, steps))
    for program in sides.values():
        program.end()
    for what in ('train', 'predict'):
        words = [f'{size} {batch} x {patches:,}'.ljust(15), what.ljust(8)]
        for side in sides:
            rows = found[side, what]
            words.append(f"{side} {statistics.median(r['seconds'] for r in rows):.3f} s, {statistics.median(r['cpu'] for r in rows):.3f} CPU-s,"
                         f" first {first[side][what]['seconds']:.2f} s, peak {max(r['peak_mib'] for r in rows):,} MiB".ljust(60))
        if len(sides) > 1:
            for key, name in (('seconds', 'wall'), ('cpu', 'CPU')):
                ratios = [p[key] / s[key] for s, p in zip(found['Stroma', what], found['PyTorch', what])]
                words.append(f'{name} {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})')
        print('  '.join(words), flush=True)


if __name__ == '__main__':
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    for one in (sys.argv[2] if len(sys.argv) > 2 else 'A,B,C').split(','):
        measure(sys.argv[1], one, int(sys.argv[3]) if len(sys.argv) > 3 else 5)
