"""Runs atheris on `target.try_input`; what is found is kept and does not stop it."""

from __future__ import annotations

import hashlib
import importlib
import json
import pkgutil
import random
import signal
import sys
import time
import traceback
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import atheris

if TYPE_CHECKING:
    import re

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
with atheris.instrument_imports(include=["migrator"]):
    import migrator

    for found in pkgutil.walk_packages(migrator.__path__, "migrator."):
        if not found.name.endswith("__main__") and ".hook." not in found.name:
            importlib.import_module(found.name)

import mutations
import target

from migrator.rulebook.rulefiles import load_rulebook

OPTIONS = ("-max_len=6000", "-timeout=300", "-print_final_stats=1")
PATIENCE = 20
"""Seconds of processor time for one input of a few thousand bytes."""
PROGRAMS = 300
"""Inputs to begin with that choose a random program."""
KEPT = 3
"""Inputs kept of each kind of finding."""


class SlowError(Exception):
    """An input took longer than it may."""


class Run:
    """One session: what was tried, what was found."""

    def __init__(self, corpus: Path) -> None:
        self.found = corpus.with_name(corpus.name + ".found")
        self.found.mkdir(exist_ok=True)
        self.pool = [file.read_bytes() for file in corpus.iterdir()]
        self.start = time.time()
        self.tried = 0
        self.kinds: Counter[str] = Counter()

    def one(self, data: bytes) -> None:
        """Try an input; keep it if it breaks something."""
        self.tried += 1
        if self.tried % 500 == 0:
            self.note()
        signal.setitimer(signal.ITIMER_PROF, PATIENCE)
        try:
            target.try_input(data)
        except Exception as error:  # whatever it is, it is a finding
            signal.setitimer(signal.ITIMER_PROF, 0)
            self.keep(data, error)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)

    def keep(self, data: bytes, error: Exception) -> None:
        """The first inputs of each kind, with the traceback."""
        last = traceback.extract_tb(error.__traceback__)[-1]
        kind = f"{type(error).__name__} {Path(last.filename).name}:{last.lineno} {str(error)[:60]}"
        if isinstance(error, SlowError):
            kind = "slow"
        self.kinds[kind] += 1
        if self.kinds[kind] <= KEPT:
            name = hashlib.sha256(data).hexdigest()[:12]
            (self.found / name).write_bytes(data)
            (self.found / f"{name}.txt").write_text("".join(traceback.format_exception(error)))

    def note(self) -> None:
        """The figures so far."""
        figures = {"tried": self.tried, "seconds": round(time.time() - self.start), "found": self.kinds}
        (self.found / "figures.json").write_text(json.dumps(figures, indent=1))

    def mutate(self, data: bytes, most: int, seed: int) -> bytes:
        """Half by tokens, half as libFuzzer does."""
        return mutations.mutated(data, most, seed, self.pool) if seed % 2 else atheris.Mutate(data, most)


def compile_once() -> None:
    """Signals are compiled anew for each project, which takes most of the time of a small one."""
    from migrator.decide.recommend import signals

    compiled, known = signals._compiled, {}

    def once(signal: signals.Signal) -> re.Pattern[str]:
        if id(signal) not in known:
            known[id(signal)] = compiled(signal)
        return known[id(signal)]

    signals._compiled = once


def fill(corpus: Path) -> None:
    """The examples of all rules, each under several first bytes."""
    book = load_rulebook(examples=True)
    rules = [*(call for api in book.apis for call in api.call), *book.parameters, *book.limits.rule]
    texts = {case.before for rule in rules for case in rule.example if case.before}
    texts |= {noop.before for rule in rules for noop in rule.noop if noop.before}
    from safety.test_lossless import PIECES

    texts |= {*PIECES, "\n".join(PIECES)}
    for number, text in enumerate(sorted(texts)):
        name = hashlib.sha256(text.encode()).hexdigest()[:12]
        (corpus / name).write_bytes(bytes([number % 36 * 2]) + text.encode())
        (corpus / f"{name}e").write_bytes(bytes([number % 120 * 2 + 1]) + text.encode())
    chance = random.Random(1)
    for number in range(PROGRAMS):
        (corpus / f"program{number}").write_bytes(bytes([target.PROGRAMS]) + chance.randbytes(400))


def main() -> None:
    """`run.py CORPUS [libFuzzer options]`."""
    corpus = Path(sys.argv[1])
    corpus.mkdir(parents=True, exist_ok=True)
    if not any(corpus.iterdir()):
        fill(corpus)

    def slow(number: int, frame: object) -> None:
        raise SlowError(f"more than {PATIENCE} s")

    signal.signal(signal.SIGPROF, slow)
    compile_once()
    run = Run(corpus)
    atheris.Setup(
        [sys.argv[0], str(corpus), f"-artifact_prefix={run.found}/", *OPTIONS, *sys.argv[2:]],
        run.one,
        custom_mutator=run.mutate,
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()
