"""Sums, quantiles and rates of requests, in memory that does not grow with their number."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from math import exp, log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from migrator.evidence.usage_forms import Used

STEP = log(1.04)
MINUTES, OWNERS = 20_000, 1_000
BITS = 1 << 28
DAY = 86_400.0


class Sketch:
    """Quantiles within 2 %: how many values fell between powers of 1.04."""

    def __init__(self) -> None:
        self.bins: Counter[int] = Counter()
        self.most = 0.0

    def add(self, value: float) -> None:
        """A value; what is not positive counts as nothing."""
        self.most = max(self.most, value)
        self.bins[round(log(value) / STEP) if value > 0 else -10_000] += 1

    def quantile(self, share: float) -> float:
        """The value below which that share lies; 0 without values."""
        wanted, seen = share * sum(self.bins.values()), 0
        for bin_, count in sorted(self.bins.items()):
            seen += count
            if seen >= wanted:
                return 0.0 if bin_ == -10_000 else min(exp(bin_ * STEP), self.most)
        return 0.0


@dataclass
class Tally:
    """What was asked of one place, one model, one owner."""

    requests: int = 0
    failed: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    tokens_cached: int = 0
    usd: float = 0.0
    billed: int = 0
    images: int = 0
    first: float = 0.0
    last: float = 0.0
    peak: int = 0
    inputs: Sketch = field(default_factory=Sketch)
    outputs: Sketch = field(default_factory=Sketch)
    seconds: Sketch = field(default_factory=Sketch)
    models: Counter[str] = field(default_factory=Counter)
    methods: Counter[str] = field(default_factory=Counter)
    owners: Counter[str] = field(default_factory=Counter)
    minutes: Counter[int] = field(default_factory=Counter)

    def add(self, one: Used, method: str) -> None:
        """A request, or a sum of them."""
        self.requests += one.requests
        self.failed += one.requests * one.failed
        self.tokens_in += one.tokens_in
        self.tokens_out += one.tokens_out
        self.tokens_cached += one.tokens_cached
        self.images += one.images
        self.models[one.model] += one.requests
        self.methods[method] += one.requests
        if one.owner and (one.owner in self.owners or len(self.owners) < OWNERS):
            self.owners[one.owner] += one.requests
        if one.usd is not None:
            self.usd += one.usd
            self.billed += one.requests
        if one.begun is not None:
            self._at(one.begun, one.ended if one.summed and one.ended else one.begun, one)
        if not one.summed and not one.failed:
            self.inputs.add(one.tokens_in)
            self.outputs.add(one.tokens_out)
            if one.seconds is not None:
                self.seconds.add(one.seconds)

    def _at(self, begun: float, ended: float, one: Used) -> None:
        self.first = min(self.first or begun, begun)
        self.last = max(self.last, ended)
        if one.summed:
            return
        minute = int(begun // 60)
        self.minutes[minute] += one.requests
        self.peak = max(self.peak, self.minutes[minute])
        if len(self.minutes) > MINUTES:
            for old in sorted(self.minutes)[: MINUTES // 2]:
                del self.minutes[old]

    @property
    def days(self) -> float:
        """How long it was looked at; a day at least."""
        return max((self.last - self.first) / DAY, 1.0)


class Known:
    """Whether an id was there before: a Bloom filter, wrong once in thousands for ten million ids."""

    def __init__(self) -> None:
        self.bits: bytearray | None = None

    def has(self, name: str) -> bool:
        """Note an id; whether it was noted already."""
        if not name:
            return False
        if self.bits is None:
            self.bits = bytearray(BITS // 8)
        digest = hashlib.blake2b(name.encode("utf-8", "replace"), digest_size=16).digest()
        there = True
        for at in range(0, 16, 4):
            place = int.from_bytes(digest[at : at + 4], "little") % BITS
            byte, bit = place >> 3, 1 << (place & 7)
            there = there and bool(self.bits[byte] & bit)
            self.bits[byte] |= bit
        return there
