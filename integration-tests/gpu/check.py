# Copyright the Stroma authors. SPDX-License-Identifier: Apache-2.0
"""What has to hold on a machine with a GPU, and how fast it is: check.py STROMA FOLDER. run.sh starts it; README.md tells more."""
import csv
import ctypes
import json
import math
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SAMPLE = os.path.join(HERE, '..', '..', 'samples', 'tcga-acc', 'survival.json')
NETWORK = os.path.join(HERE, '..', '..', 'bundles', 'org.stroma.slides.onnx', 'src', 'test', 'resources', 'org', 'stroma', 'slides', 'onnx', 'general.onnx')
TINY = os.environ.get('STROMA_GPU_SIZES') == 'tiny'
DEADLINE = time.monotonic() + float(os.environ.get('STROMA_GPU_SECONDS', 540))

# patients a step, patches a patient, steps an epoch
SIZES = {'A': (16, 256, 10), 'B': (8, 1024, 10), 'C': (1, 8192, 10), 'D': (1, 32768, 3)}
if TINY:
    SIZES = {'A': (4, 16, 10), 'B': (2, 32, 3), 'C': (1, 64, 3), 'D': (1, 128, 3)}
PARTS = ['agreement', 'extraction', 'sample', *SIZES]
CHOSEN = os.environ.get('STROMA_GPU_CHECKS', ','.join(PARTS)).split(',')
# what need not fit into memory yet
MAY_BE_REFUSED = {'D'}
EPOCHS = 6
TOLERANCE = 1e-5
PRECISIONS = ('float32', 'tensorfloat32', 'bfloat16')

# lines that native libraries write: 2026-01-31 12:00:00.000000: E file.cc:1] ..., E0000 00:00:... file.cc:1] ..., WARNING: All log ...
NOISE = re.compile(r'^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+: [IWEF] |^[IWEF]\d{4} \d\d:\d\d|^WARNING: All log messages before absl|^WARNING: ')


class GpuMemory:
    """MiB in use on the first GPU, by its driver; peaks since `start`."""

    class Info(ctypes.Structure):
        _fields_ = [('total', ctypes.c_ulonglong), ('free', ctypes.c_ulonglong), ('used', ctypes.c_ulonglong)]

    def __init__(self):
        self.peak = self.before = None
        self.device = ctypes.c_void_p()
        try:
            self.driver = ctypes.CDLL('libnvidia-ml.so.1')
        except OSError:
            self.driver = None
            return
        if self.driver.nvmlInit_v2() or self.driver.nvmlDeviceGetHandleByIndex_v2(0, ctypes.byref(self.device)):
            self.driver = None
            return
        threading.Thread(target=self.watch, daemon=True).start()

    def used(self):
        info = self.Info()
        if self.driver is None or self.driver.nvmlDeviceGetMemoryInfo(self.device, ctypes.byref(info)):
            return None
        return info.used >> 20

    def watch(self):
        while True:
            used = self.used()
            if used is not None:
                self.peak = max(self.peak or 0, used)
            time.sleep(0.05)

    def start(self):
        self.before = self.used()
        self.peak = self.before

    def taken(self):
        return None if self.peak is None else self.peak - self.before


class Checks:
    def __init__(self, folder):
        self.folder = folder
        self.rows = []
        self.began = time.monotonic()

    def say(self, name, held, what):
        """held: True, False, or None for what is told and cannot fail."""
        self.rows.append({'check': name, 'held': held, 'what': what})
        word = {True: 'holds', False: 'FAILS', None: 'told'}[held]
        print(f'{time.monotonic() - self.began:5.0f} s  {word:5}  {name}: {what}', flush=True)

    def failed(self):
        return [row for row in self.rows if row['held'] is False]


class Ran:
    """A command that has ended, or was ended at its limit."""

    def __init__(self, code, seconds, out, err, memory):
        self.code, self.seconds, self.out, self.err, self.memory = code, seconds, out, err, memory

    def why(self):
        if self.code == 0:
            return f'in {self.seconds:.0f} s'
        if self.code is None:
            return f'ended after its limit of {self.seconds:.0f} s'
        lines = [line for line in self.err.splitlines() if line.strip()]
        return f'exit code {self.code}' + (f': {" / ".join(lines[-2:])[:600]}' if lines else '')


class Machine:
    def __init__(self, stroma, folder):
        self.stroma, self.folder, self.memory = stroma, folder, GpuMemory()
        self.logs = os.path.join(folder, 'logs')
        os.makedirs(self.logs, exist_ok=True)

    def begin(self, name, command, environment, typed=None):
        to = os.path.join(self.logs, f'{name}.typed')
        if typed is not None:
            with open(to, 'w') as file:
                file.write(typed)
        out, err = (open(os.path.join(self.logs, f'{name}.{kind}'), 'w') for kind in ('out', 'err'))
        with out, err, open(os.devnull if typed is None else to) as read:
            return subprocess.Popen(command, stdout=out, stderr=err, stdin=read, env=environment, start_new_session=True)

    def end(self, name, process, limit):
        began = time.monotonic()
        limit = max(1, min(limit, DEADLINE - began))
        try:
            code = process.wait(limit)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            code = None
        out, err = (open(os.path.join(self.logs, f'{name}.{kind}'), errors='replace').read() for kind in ('out', 'err'))
        return Ran(code, time.monotonic() - began, out, err, self.memory.taken())

    def run(self, name, command, limit, **changes):
        environment = dict(os.environ)
        for key, value in changes.items():
            if value is None:
                environment.pop(key, None)
            else:
                environment[key] = value
        self.memory.start()
        return self.end(name, self.begin(name, command, environment), limit)

    def train(self, name, experiment, limit, *options, **environment):
        """Runs an experiment; returns how it ended and its run directory."""
        to = os.path.join(self.folder, name)
        shutil.rmtree(to, ignore_errors=True)
        sets = [word for option in options for word in ('--set', option)]
        return self.run(name, [self.stroma, 'run', experiment, '--out', to, *sets], limit, **environment), to


def cells(run):
    with open(os.path.join(run, 'predictions.csv'), newline='') as file:
        return list(csv.DictReader(file))


def difference(run, other):
    """The largest difference of two runs' predictions, relative where they are above 1."""
    largest, where = 0.0, ''
    for row, its in zip(cells(run), cells(other), strict=True):
        for column, value in row.items():
            if '.risk' in column or '.probability' in column or '.survival' in column:
                a, b = float(value), float(its[column])
                apart = abs(a - b) / max(1, abs(a))
                if math.isnan(apart):
                    return math.inf, f'{row["patient"]} {column} {a} and {b}'
                if apart > largest:
                    largest, where = apart, f'{row["patient"]} {column} {a:.7g} and {b:.7g}'
    return largest, where


def bits(run):
    with open(os.path.join(run, 'predictions.csv'), 'rb') as file:
        return file.read()


def precision(run):
    with open(os.path.join(run, 'provenance.json')) as file:
        return json.load(file).get('precision')


def step_seconds(run, steps):
    """Seconds a step of each epoch after the second, and those of the first epoch."""
    with open(os.path.join(run, 'history.csv'), newline='') as file:
        seconds = [float(row['seconds']) for row in csv.DictReader(file)]
    return [s / steps for s in seconds[2:]], seconds[0]


def agreement(machine, checks, experiment, gpu):
    """float32 is the CPU's, tensorfloat32 is not."""
    # adaptive optimizers divide by what gradients were, which makes a rounding as large as a step: float32 is compared by plain steps
    epochs = ['training.epochs=3', 'training.optimizer={"type":"sgd","learningRate":0.01}']
    words = ' '.join(f"--set '{word}'" for word in epochs)
    environment = dict(os.environ, STROMA_JAVA_OPTS=(os.environ.get('STROMA_JAVA_OPTS', '') + ' -Dstroma.device=cpu').strip())
    on_cpu = os.path.join(machine.folder, 'cpu')
    shutil.rmtree(on_cpu, ignore_errors=True)
    aside = machine.begin('cpu', [machine.stroma, 'run', experiment, '--out', on_cpu, *(word for setting in epochs for word in ('--set', setting))], environment)
    fine, on_gpu = machine.train('float32', experiment, 90, *epochs)
    coarse, in_tf32 = machine.train('tensorfloat32', experiment, 90, *epochs, 'training.precision=tensorfloat32')
    cpu = machine.end('cpu', aside, 120)
    for name, ran in (('cpu', cpu), ('float32', fine), ('tensorfloat32', coarse)):
        if ran.code != 0:
            checks.say(f'30 steps, {name}', False, ran.why())
    if cpu.code == 0 and fine.code == 0:
        largest, where = difference(on_cpu, on_gpu)
        checks.say('float32 is the CPU\'s after 30 steps', largest <= TOLERANCE, f'at most {largest:.1e} apart ({where})')
        checks.say('provenance says float32', precision(on_gpu) == 'float32', str(precision(on_gpu)))
    if cpu.code == 0 and coarse.code == 0:
        largest, where = difference(on_cpu, in_tf32)
        checks.say(
            'tensorfloat32 is coarser', largest > TOLERANCE if gpu else None, f'at most {largest:.1e} apart from the CPU\'s ({where})')
        wanted = 'tensorfloat32' if gpu else 'float32'
        checks.say(f'provenance says {wanted}', precision(in_tf32) == wanted, str(precision(in_tf32)))
    if gpu and fine.code == 0:
        ran, off = machine.train('off', experiment, 60, *epochs, NVIDIA_TF32_OVERRIDE='0')
        same = ran.code == 0 and bits(off) == bits(on_gpu)
        checks.say('float32 has the bits of a process where NVIDIA\'s libraries forbid TensorFloat32', same, ran.why())
    # what a process has compiled and tuned for one precision must not serve the other
    typed, both = '', {'tensorfloat32': in_tf32, 'float32': on_gpu}
    for wanted in both:
        to = os.path.join(machine.folder, 'console-' + wanted)
        shutil.rmtree(to, ignore_errors=True)
        typed += f"run '{experiment}' --out '{to}' {words} --set training.precision={wanted}\n"
    console = machine.end('console', machine.begin('console', [machine.stroma, 'console'], dict(os.environ), typed + 'exit\n'), 120)
    if console.code == 0 and fine.code == 0 and coarse.code == 0:
        same = {wanted: os.path.exists(os.path.join(machine.folder, 'console-' + wanted, 'predictions.csv'))
                and bits(os.path.join(machine.folder, 'console-' + wanted)) == bits(run) for wanted, run in both.items()}
        checks.say('both precisions in one process, one after the other, give the bits of a process each', all(same.values()), str(same))
    else:
        checks.say('both precisions in one process', False, console.why())
    ran, _ = machine.train('forbidden', experiment, 60, 'training.epochs=1', 'training.precision=tensorfloat32', NVIDIA_TF32_OVERRIDE='0')
    if gpu:
        refused = ran.code == 2 and 'NVIDIA_TF32_OVERRIDE' in ran.err
        checks.say('tensorfloat32 that the environment forbids is refused', refused, ran.why())
    else:
        checks.say('tensorfloat32 on a CPU whatever the environment', ran.code == 0, ran.why())


def extraction(machine, checks, gpu):
    """An ONNX model gives on the GPU what it gives on the CPU."""
    import h5py
    sys.path.append(os.path.join(HERE, '..', 'benchmarks'))
    from drawn_slide import slide
    scan = os.path.join(machine.folder, 'slide.tif')
    slide(scan, 1)
    features = {}
    for device in ('gpu' if gpu else 'auto', 'cpu'):
        out = os.path.join(machine.folder, 'features-' + device)
        shutil.rmtree(out, ignore_errors=True)
        ran = machine.run('extract-' + device, [
            machine.stroma, 'extract', scan, '--extractor', 'onnx', '--set', 'extractor.model=' + NETWORK, '--set', 'extractor.inputSize=224',
            '--device', device, '--patch-size', '128', '--slide-mpp', '0.5', '--out', out], 100)
        checks.say(f'extract --device {device}', ran.code == 0, ran.why())
        if ran.code == 0:
            with h5py.File(os.path.join(out, 'slide.h5')) as file:
                features[device] = file['features'][()]
    if len(features) == 2:
        one, other = features.values()
        far = float(abs(one - other).max() / abs(other).max())
        checks.say('features are those of the CPU', far < TOLERANCE, f'{far:.1e} of the largest from them')


def timing(machine, checks, size, experiment, gpu):
    batch, patches, steps = SIZES[size]
    row = {'size': size, 'batch': batch, 'patches': patches}
    refusable = size in MAY_BE_REFUSED
    epochs = f'training.epochs={EPOCHS if not refusable else 4}'
    command = [sys.executable, os.path.join(HERE, 'reference.py'), '--batch', str(batch), '--patches', str(patches),
               '--device', 'cuda' if gpu else 'cpu', '--precisions', ','.join(PRECISIONS) if gpu else 'float32,bfloat16',
               '--steps', '10' if not (refusable or TINY) else '3', '--rounds', '3' if not (refusable or TINY) else '1']
    measured = {wanted: [] for wanted in PRECISIONS}
    runs = {wanted: [] for wanted in PRECISIONS}

    def stroma(name, wanted, limit):
        ran, run = machine.train(f'{size}-{name}', experiment, limit, epochs, f'training.precision={wanted}')
        if ran.code != 0:
            checks.say(f'{size} trains in {wanted}', None if refusable and ran.code == 2 else False, ran.why())
            return False
        later, first = step_seconds(run, steps)
        measured[wanted] += later
        row.setdefault('first epoch', first)
        row[f'{wanted} GPU MiB'] = ran.memory
        row[f'{wanted} whole run'] = ran.seconds
        runs[wanted].append(run)
        return True

    def otherwise():
        """What it brings that an optimizer gets all parameters as one vector, as on a GPU, or each variable alone, as on a CPU."""
        way = 'alone' if gpu else 'joined'
        options = (os.environ.get('STROMA_JAVA_OPTS', '') + f' -Dstroma.parameters={way}').strip()
        ran, run = machine.train(f'{size}-{way}', experiment, 90, epochs, STROMA_JAVA_OPTS=options)
        if ran.code != 0:
            checks.say(f'{size} trains with parameters {way}', False, ran.why())
            return
        seconds = statistics.median(step_seconds(run, steps)[0])
        usual = statistics.median(measured['float32'])
        checks.say(f'{size}: parameters {way}', None, f'{seconds * 1000:.1f} ms a step, {usual * 1000:.1f} as they are by default')

    def twice(wanted):
        if stroma(f'{wanted}-again', wanted, 90):
            same = bits(runs[wanted][0]) == bits(runs[wanted][1])
            checks.say(f'{size}: the same seed gives the same bits in {wanted}', same, f'{len(cells(runs[wanted][0]))} patients\' predictions, {EPOCHS} epochs')

    trains = stroma('float32', 'float32', 90)
    # PyTorch brings CUDA's libraries of its own
    ran = machine.run(f'{size}-pytorch', command, 90, LD_LIBRARY_PATH=None)
    if ran.code == 0:
        row['PyTorch'] = json.loads(ran.out.strip().splitlines()[-1])
        row['PyTorch']['GPU MiB'] = ran.memory
    else:
        checks.say(f'{size} in PyTorch', False, ran.why())
    if trains:
        stroma('tensorfloat32', 'tensorfloat32', 90)
        if not refusable:
            twice('float32')
            otherwise()
    if stroma('bfloat16', 'bfloat16', 90):
        told = precision(runs['bfloat16'][0])
        checks.say(f'{size}: provenance says bfloat16', told == 'bfloat16', str(told))
        if size == 'A':
            twice('bfloat16')
    for wanted, seconds in measured.items():
        if seconds:
            row[wanted] = statistics.median(seconds)
    return row


def table(rows):
    lines = ['', f'{"":14}{"Stroma":>20}{"PyTorch":>10}{"ratio":>8}{"GPU MiB":>18}{"first epoch":>13}',
             f'{"":14}{"ms a step":>20}{"ms":>10}{"":8}{"Stroma, PyTorch":>18}{"s":>13}']
    for row in rows:
        torch = row.get('PyTorch', {})
        for wanted in PRECISIONS:
            own, its = row.get(wanted), torch.get('seconds', {}).get(wanted)
            if own is None and its is None:
                continue
            show = lambda x, form='{:.1f}', scale=1000: '-' if x is None else form.format(x * scale)
            memory = f'{show(row.get(wanted + " GPU MiB"), "{:.0f}", 1)}, {show(torch.get("GPU MiB"), "{:.0f}", 1)}'
            name = f'{row["size"]} {row["batch"]}x{row["patches"]}' if wanted == 'float32' else ''
            lines.append(f'{name:14}{wanted:>13}{show(own):>7}{show(its):>10}'
                         + f'{"-" if own is None or its is None else f"{its / own:.2f}":>8}{memory:>18}'
                         + f'{show(row.get("first epoch"), "{:.1f}", 1) if wanted == "float32" else "":>13}')
    lines.append('ratio: PyTorch\'s time by Stroma\'s, above 1 where Stroma is faster. GPU MiB by the driver, the context of CUDA included.')
    return '\n'.join(lines)


def main():
    unknown = [part for part in CHOSEN if part not in PARTS]
    if unknown:
        sys.exit(f"STROMA_GPU_CHECKS has {', '.join(unknown)}; it may have some of {', '.join(PARTS)}")
    stroma, folder = sys.argv[1], os.path.abspath(sys.argv[2])
    if os.sep in stroma:
        stroma = os.path.abspath(stroma)
    os.makedirs(folder, exist_ok=True)
    machine, checks, rows = Machine(stroma, folder), Checks(folder), []
    measure(machine, checks, rows)
    print(table(rows))
    with open(os.path.join(folder, 'results.json'), 'w') as out:
        json.dump({'checks': checks.rows, 'sizes': rows, 'seconds': time.monotonic() - checks.began}, out, indent=1)
    failed = checks.failed()
    print(f'\n{len(checks.rows)} checks, {len(failed)} that do not hold; {time.monotonic() - checks.began:.0f} s; logs in {machine.logs}')
    sys.exit(1 if failed else 0)


def measure(machine, checks, rows):
    folder = machine.folder
    makers = {}
    for size, (batch, patches, steps) in SIZES.items():
        if size not in CHOSEN and (size != 'A' or 'agreement' not in CHOSEN):
            continue
        command = [sys.executable, os.path.join(HERE, 'cohort.py'), os.path.join(folder, 'cohort-' + size), str(batch), str(patches), str(steps)]
        makers[size] = machine.begin('cohort-' + size, command, dict(os.environ, LD_LIBRARY_PATH=''))
    doctor = machine.run('doctor', [machine.stroma, 'doctor'], 150)
    told = {line[:11].strip(): line[12:] for line in doctor.out.splitlines() if line[:11].strip()}
    gpu = 'GPU:0' in told.get('Devices', '')
    checks.say('doctor is well', doctor.code == 0, doctor.why())
    checks.say('doctor sees the GPU', gpu if not TINY else None, told.get('Devices', 'no devices'))
    checks.say('doctor tells the precisions', 'float32' in told.get('Precision', ''), told.get('Precision', 'nothing'))
    experiments = {}
    for size, maker in makers.items():
        made = machine.end('cohort-' + size, maker, 120)
        if made.code == 0:
            experiments[size] = os.path.join(folder, 'cohort-' + size, 'experiment.json')
        else:
            checks.say(f'the cohort of {size} is made', False, made.why())
    if not gpu and not TINY:
        return
    if 'A' in experiments and 'agreement' in CHOSEN:
        agreement(machine, checks, experiments['A'], gpu)
    if 'extraction' in CHOSEN:
        extraction(machine, checks, gpu)
    if 'sample' in CHOSEN:
        ran, _ = machine.train('sample', SAMPLE, 120, 'evaluation.repeats=1')
        checks.say('samples/tcga-acc/survival.json trains', ran.code == 0, ran.why())
    for size, experiment in experiments.items():
        if size not in CHOSEN:
            continue
        if DEADLINE - time.monotonic() < 20:
            checks.say(size, False, 'not tried: no time is left of STROMA_GPU_SECONDS')
        else:
            rows.append(timing(machine, checks, size, experiment, gpu))
    noise = {}
    for name in sorted(os.listdir(machine.logs)):
        if 'pytorch' not in name and 'cohort' not in name:
            with open(os.path.join(machine.logs, name), errors='replace') as log:
                for line in log:
                    if NOISE.search(line):
                        noise.setdefault(re.sub(r'[\d:. -]+', ' ', line)[:60], []).append(f'{name}: {line.strip()[:200]}')
    for lines in noise.values():
        checks.say('native libraries are silent', False, f'{len(lines)} times, first in {lines[0]}')
    if not noise:
        checks.say('native libraries are silent', True, 'no line of theirs on the screen')


if __name__ == '__main__':
    main()
