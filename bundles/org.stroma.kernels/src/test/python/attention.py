# PyTorch's fused attention, beside AttentionBenchmark: attention.py BATCH HEADS WIDTH THREADS N...
import resource
import sys
import time

import torch

batch, heads, width, threads = (int(a) for a in sys.argv[1:5])
torch.set_num_threads(threads)


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


for n in (int(a) for a in sys.argv[5:]):
    q, k, v = (torch.randn(batch, heads, n, width, requires_grad=True) for _ in range(3))
    gradient = torch.randn(batch, heads, n, width)
    pairs = batch * heads * n * n
    rounds = max(3, min(40, int(3e9 / pairs)))
    seconds = [[], [], [], []]
    for i in range(-max(1, min(15, int(3e9 / pairs))), rounds):
        c0, t0 = cpu(), time.perf_counter()
        out = torch.nn.functional.scaled_dot_product_attention(q, k, v)
        c1, t1 = cpu(), time.perf_counter()
        torch.autograd.grad(out, (q, k, v), gradient)
        c2, t2 = cpu(), time.perf_counter()
        if i >= 0:
            for kind, value in zip(seconds, (t1 - t0, c1 - c0, t2 - t1, c2 - c1)):
                kind.append(value)
    f, b = (sorted(s)[rounds // 2] for s in seconds[::2])
    fc, bc = (sum(s) / rounds for s in seconds[1::2])
    flops = pairs * width / 1e9
    print(f"torch B {batch} H {heads} D {width} N {n}: forward {f:.4f} s (cpu {fc:.4f}), backward {b:.4f} s (cpu {bc:.4f}), "
          f"GFLOP/s {4 * flops / f:.0f} and {10 * flops / b:.0f}, a cpu-second {4 * flops / fc:.0f} and {10 * flops / bc:.0f}")
