"""PyTorch as a library of the benchmark: answers messages on its standard input.

A message is a line of JSON, followed by as many bytes as it says; see remote.ts. The number of threads comes from the
environment (OMP_NUM_THREADS, OPENBLAS_NUM_THREADS), set before anything is loaded.
"""
import json
import os
import sys
import time

import numpy as np
import torch

from programs import PROGRAMS

requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
os.dup2(2, 1)


def answer(header, body=b""):
    answers.write(json.dumps({**header, "bytes": len(body)}).encode() + b"\n" + body)
    answers.flush()


def tensors_of(specs, body):
    at, tensors = 0, []
    for spec in specs:
        count = int(np.prod(spec["shape"]))
        values = np.frombuffer(body, spec["dtype"], count, at).copy().reshape(spec["shape"])
        tensors.append(torch.from_numpy(values))
        at += values.nbytes
    return tensors


def main():
    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    answer({"version": torch.__version__})
    run, result = None, None
    for line in requests:
        request = json.loads(line)
        body = requests.read(request.get("bytes", 0))
        try:
            if request["do"] == "prepare":
                make = PROGRAMS.get(request["workload"])
                if make is not None:
                    run, result = make(*tensors_of(request["inputs"], body))
                answer({"known": make is not None})
            elif request["do"] == "time":
                start = time.perf_counter()
                for _ in range(request["repeats"]):
                    run()
                answer({"ms": (time.perf_counter() - start) * 1000 / request["repeats"]})
            else:
                answer({}, np.ascontiguousarray(result(), dtype="float32").tobytes())
        except Exception as error:
            answer({"error": f"{type(error).__name__}: {error}"})


main()
