"""What `--usage` costs: python bench/usage.py [MB]. Files are made, and read in a process of their own.

The most memory that the process had is given; it must not grow with the file.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "tests")]

READ = """
import resource, sys, time
from pathlib import Path
sys.path[:0] = {path!r}
from migrator.evidence import usage
from migrator.inventory import CallSite, CatalogNote, Inventory

sites = tuple(
    CallSite(id=f"s{{n}}", path="app.py", line=9 + n, column=1, api="x", framework="x", models=("gpt-4o",),
             scope=f"f{{n}}") for n in range(100)
)
inventory = Inventory(root=".", catalog=CatalogNote(name="guide", title="", targets={{}}), call_sites=sites)
start = time.perf_counter()
found = usage.read([Path({file!r})], inventory)
seconds = time.perf_counter() - start
rows = sum(t.requests for t in (*found.sites.values(), *found.rest.values()))
print(rows, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def made(form: str, size: int, folder: Path) -> Path:
    """A file of that many megabytes."""
    import test_evidence_usage as examples

    row = {
        "recording": examples.recording,
        "LiteLLM": examples.spend_log,
        "Langfuse, one array": examples.observation,
        "OTLP": examples.trace,
    }[form]
    file = folder / "usage.json"
    is_array = "array" in form
    with file.open("w") as stream:
        stream.write("[" if is_array else "")
        written = number = 0
        while written < size * 1_000_000:
            written += stream.write(json.dumps(row(number)) + (",\n" if is_array else "\n"))
            number += 1
        stream.write(json.dumps(row(number)) + "]" if is_array else "")
    return file


def measured(form: str, size: int) -> tuple[float, ...]:
    """Rows, seconds, megabytes of memory at most."""
    with tempfile.TemporaryDirectory() as place:
        file = made(form, size, Path(place))
        code = READ.format(path=sys.path[:2], file=str(file))
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return tuple(map(float, done.stdout.split()))


if __name__ == "__main__":
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    print("| export | MB | rows | seconds | MB a second | memory, MB |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for name in ("recording", "LiteLLM", "Langfuse, one array", "OTLP"):
        for megabytes in (most // 10, most):
            rows, seconds, memory = measured(name, megabytes)
            speed = megabytes / seconds
            print(f"| {name} | {megabytes} | {rows:,.0f} | {seconds:.1f} | {speed:.0f} | {memory:.0f} |")
