"""What `record` adds to a request: python bench/record.py (no network; one thread).

The same requests are answered by a transport in the process, without the hook and with it; the difference
of the medians is what the hook costs.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

SIZES = (1_000, 10_000, 100_000, 1_000_000)
REQUESTS = 400


def measured(size: int, requests: int) -> list[float]:
    """Seconds of each request of that many bytes."""
    import httpx

    answer = {
        "model": "m", "choices": [{"message": {"role": "assistant", "content": "x" * 2_000}}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1},
    }  # fmt: skip
    sent = json.dumps({"model": "m", "messages": [{"role": "user", "content": "y" * size}]}).encode()
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json=answer))
    found = []
    with httpx.Client(transport=transport, base_url="http://localhost") as client:
        for _ in range(requests):
            start = time.perf_counter()
            client.post("/v1/chat/completions", content=sent)
            found.append(time.perf_counter() - start)
    return found


def run(size: int, requests: int, env: dict[str, str]) -> list[float]:
    """The same in a process of its own."""
    command = [sys.executable, __file__, str(size), str(requests)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    found: list[float] = json.loads(done.stdout)
    return found


def added(size: int, requests: int = REQUESTS) -> tuple[float, float, float]:
    """Milliseconds: the median without the hook, and what median and 95 % quantile rise by with it."""
    from migrator.evidence import recorded_run

    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "requests.jsonl"
        plain = run(size, requests, dict(os.environ))
        hooked = run(size, requests, recorded_run.environment(file, Path.cwd()))
        assert len(file.read_text().splitlines()) == requests
    one, two = (statistics.median(times) * 1e3 for times in (plain, hooked))
    tail = statistics.quantiles(hooked, n=20)[-1] * 1e3 - statistics.quantiles(plain, n=20)[-1] * 1e3
    return one, two - one, tail


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps(measured(int(sys.argv[1]), int(sys.argv[2]))))
        raise SystemExit
    print("| bytes sent | without, ms | added, median, ms | added, p95, ms |\n| ---: | ---: | ---: | ---: |")
    for bytes_ in SIZES:
        print(f"| {bytes_:,} | " + " | ".join(f"{figure:.3f}" for figure in added(bytes_)) + " |")
