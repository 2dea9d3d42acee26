"""What usage records say of call sites."""

from __future__ import annotations

from migrator.inventory.record_base import Record


class Measured(Record, frozen=True):
    """What usage records say of one call site. Quantiles are of single requests, within 2 %; 0: not known.

    Attributes:
        joined: requests by how they were joined: place, tag, prompt, or model (the one site that has it).
        models: requests by the model that was asked.
        days: from the first request to the last.
        peak: the most requests in a minute.
        usd_before: what a month (30 days) of it costs, as it was billed or by the old model's price.
        usd_after: the same tokens at the price of what is recommended.
    """

    requests: int
    failed: int = 0
    joined: dict[str, int] = {}
    models: dict[str, int] = {}
    days: float = 0.0
    tokens_in: int = 0
    tokens_out: int = 0
    tokens_cached: int = 0
    in_p50: int = 0
    in_p95: int = 0
    in_most: int = 0
    out_p50: int = 0
    out_p95: int = 0
    seconds_p50: float = 0.0
    seconds_p95: float = 0.0
    peak: int = 0
    images: int = 0
    usd_before: float = 0.0
    usd_after: float = 0.0


class Spent(Record, frozen=True):
    """Requests and a month's USD of a folder, an owner or a model, before and after."""

    name: str
    requests: int
    usd_before: float
    usd_after: float


class UsageNote(Record, frozen=True):
    """Usage records as a whole.

    Attributes:
        joined: requests that belong to a call site, by how; `requests` has all.
        by_model: those that belong to none, by their model.
        never: call sites that no record is of.
        first_to_move: call sites that are safe to move, the least money at stake first.
        forms: the kinds of export that were read.
        broken, duplicates: rows left out; skewed: rows taken without their time.
    """

    files: tuple[str, ...]
    forms: tuple[str, ...]
    requests: int
    joined: dict[str, int]
    days: float = 0.0
    usd_before: float = 0.0
    usd_after: float = 0.0
    by_folder: tuple[Spent, ...] = ()
    by_owner: tuple[Spent, ...] = ()
    by_model: tuple[Spent, ...] = ()
    never: tuple[str, ...] = ()
    first_to_move: tuple[str, ...] = ()
    broken: int = 0
    duplicates: int = 0
    skewed: int = 0
    unknown: int = 0
