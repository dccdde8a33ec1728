# Copyright the Stroma authors. SPDX-License-Identifier: Apache-2.0
"""Makes a cohort of random numbers with an experiment of Stroma's default parts: cohort.py FOLDER BATCH PATCHES STEPS [FEATURES].

An epoch of the experiment FOLDER/experiment.json has STEPS steps of BATCH patients with PATCHES patches each.
"""
import csv
import json
import math
import os
import sys

import h5py
import numpy as np

WORDS, GENES, CLASSES = 30522, 2000, 4


def main(folder, batch, patches, steps, features=1024):
    os.makedirs(os.path.join(folder, 'features'), exist_ok=True)
    draw = np.random.default_rng(1)
    train, test = batch * steps, max(4, batch // 4)
    vocabulary = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'] + [f'w{i}' for i in range(WORDS - 5)]
    with open(os.path.join(folder, 'vocabulary.txt'), 'w') as out:
        out.write('\n'.join(vocabulary) + '\n')
    side = math.ceil(math.sqrt(patches))
    index = np.arange(patches)
    coordinates = np.stack((index % side, index // side), 1) * 256
    # numbers are drawn for one slide and shifted for the others: drawing takes longer than writing
    numbers = draw.standard_normal((patches, features), dtype=np.float32)
    rows = []
    for i in range(train + test):
        patient = f'p{i:04d}'
        with h5py.File(os.path.join(folder, 'features', patient + '.h5'), 'w') as file:
            file['features'] = np.roll(numbers, i * 131 + 1) * np.float32(1 + i / 1000)
            coords = file.create_dataset('coords', data=coordinates)
            coords.attrs['patch_size'] = 256
            coords.attrs['patch_level'] = 0
        # all classes and an event are on both sides
        label = i % CLASSES if i < CLASSES or i >= train else int(draw.integers(CLASSES))
        event = 1 if i >= train or i == 0 else int(draw.random() < 0.6)
        words = ' '.join(vocabulary[w] for w in draw.integers(5, WORDS, 126))
        rows.append((patient, 'train' if i < train else 'test', f'class{label}', f'{draw.random() * 1000 + 1:.2f}', event, words))
    with open(os.path.join(folder, 'patients.csv'), 'w', newline='') as out:
        writer = csv.writer(out)
        writer.writerow(('patient_id', 'side', 'class', 'days', 'event', 'report'))
        writer.writerows(rows)
    with open(os.path.join(folder, 'genes.csv'), 'w', newline='') as out:
        writer = csv.writer(out)
        writer.writerow(['patient_id'] + [f'g{j}' for j in range(GENES)])
        for row in rows:
            writer.writerow([row[0]] + [f'{x:.4f}' for x in draw.standard_normal(GENES)])
    experiment = {
        'name': 'gpu', 'seed': 7,
        'cohort': {'table': 'patients.csv', 'id': 'patient_id', 'targets': {
            'os': {'kind': 'survival', 'time': 'days', 'event': 'event'},
            'type': {'kind': 'class', 'column': 'class'}}},
        'modalities': {
            'slide': {'reader': {'type': 'hdf5-patches', 'path': 'features/{patient_id}.h5'},
                      'encoder': {'type': 'wsi-transformer'}},
            'genes': {'reader': {'type': 'csv-matrix', 'path': 'genes.csv'}, 'transforms': [{'type': 'zscore'}],
                      'encoder': {'type': 'genomic-mlp'}},
            'text': {'reader': {'type': 'text-column', 'column': 'report'},
                     'tokenizer': {'type': 'wordpiece', 'vocabulary': 'vocabulary.txt'},
                     'encoder': {'type': 'clinical-transformer'}}},
        'model': {'fusion': {'type': 'cross-modal-attention'}, 'heads': {
            'os': {'type': 'survival', 'target': 'os'}, 'type': {'type': 'classification', 'target': 'type'}}},
        'losses': [{'type': 'cox', 'head': 'os'}, {'type': 'cross-entropy', 'head': 'type'}],
        'training': {'epochs': 5, 'batchSize': batch},
        'evaluation': {'split': {'type': 'column', 'column': 'side'}, 'baselines': []}}
    with open(os.path.join(folder, 'experiment.json'), 'w') as out:
        json.dump(experiment, out, indent=1)


if __name__ == '__main__':
    main(sys.argv[1], *(int(number) for number in sys.argv[2:]))
