"""experiments/<name>/settings.toml: what a team decided for one experiment; planning again keeps it."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import msgspec

from migrator.errors import UsageError
from migrator.plan.plan_records import GraderId

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from pathlib import Path

    from migrator.plan.plan_records import Experiment

NAME = "settings.toml"
_SHARES = ("margin", "alpha")


class Overrides(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every key is optional; what is absent has the plan's value.

    Attributes:
        margin: the largest drop of the primary grader that is accepted, as a share of 1.
        spread: the discordance (pass) or deviation (score) that the size is computed with.
        pairs: the number of pairs, whatever the formula says.
        labels: the closed list of answers of an exact grader.
        test_command: program and arguments that judge code; the answer is its standard input.
        grader: another primary grader: exact, set, fields, numeric, regex, schema, json, tool-call,
            similarity, python, tests, judge, preference. `tolerance` belongs to numeric, `pattern` to regex,
            `function` (file.py:name) to python.
        control_at_least: what the old model must score, else the experiment is void.
        cost_ratio, latency_ratio, p95_ratio: the most that the new model may cost and take (the median pair;
            one answer in twenty), as ratios to the old.
        failed: share of an arm's requests that may fail.
        served: names under which the endpoint serves a model: `served = { "gpt-x" = ["my-deployment"] }`.
    """

    grader: GraderId | None = None
    tolerance: float | None = None
    pattern: str | None = None
    function: str | None = None
    control_at_least: float | None = None
    cost_ratio: float | None = None
    latency_ratio: float | None = None
    p95_ratio: float | None = None
    failed: float | None = None
    served: dict[str, tuple[str, ...]] | None = None

    margin: float | None = None
    spread: float | None = None
    alpha: float | None = None
    power: float | None = None
    pairs: int | None = None
    labels: tuple[str, ...] | None = None
    rubric: str | None = None
    judge_model: str | None = None
    test_command: tuple[str, ...] | None = None
    control_model: str | None = None
    treatment_model: str | None = None
    challenger_model: str | None = None
    budget_usd: float | None = None
    concurrency: int | None = None
    requests_per_minute: int | None = None
    retries: int | None = None
    timeout_seconds: float | None = None
    seed: int | None = None
    answer_limit: int | None = None
    usd_per_million: dict[str, tuple[float, ...]] | None = None

    def given(self) -> dict[str, object]:
        """The keys that are set."""
        return {k: v for k in self.__struct_fields__ if (v := getattr(self, k)) is not None}


def read(folder: Path) -> Overrides:
    """The settings in an experiment's folder; raises UsageError with the file and the key."""
    file = folder / NAME
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Overrides()
    except (OSError, ValueError) as error:
        raise UsageError(f"{file}: cannot be read: {' '.join(str(error).split())}") from None
    try:
        found = msgspec.convert(table, Overrides, strict=False)
    except msgspec.ValidationError as error:
        raise UsageError(f"{file}: {error}") from None
    _check(found, file)
    _check_grader(found, file)
    return found


def _check_grader(found: Overrides, file: Path) -> None:
    needed = {"regex": "pattern", "python": "function"}.get(found.grader or "")
    if needed and not getattr(found, needed):
        raise UsageError(f"{file}: grader = {found.grader!r} needs {needed}")
    if found.function is not None and not re.fullmatch(r"[\w./-]+\.py:\w+", found.function):
        raise UsageError(f"{file}: function = {found.function!r}: expected file.py:name")
    if found.pattern is not None:
        try:
            re.compile(found.pattern)
        except re.error as error:
            raise UsageError(f"{file}: pattern = {found.pattern!r}: {error}") from None
    if any(len(price) not in (2, 3) for price in (found.usd_per_million or {}).values()):
        raise UsageError(f"{file}: usd_per_million: expected [in, out] or [in, out, cached in]")


def _check(found: Overrides, file: Path) -> None:
    for name, value in found.given().items():
        problem = _problem(name, value)
        if problem:
            shown = f"{value:g}" if isinstance(value, float) else value
            raise UsageError(f"{file}: {name} = {shown}: {problem}")


def _problem(name: str, value: object) -> str:
    if name in ("seed", "labels", "rubric") or not isinstance(value, (int, float)):
        return ""
    if name in _SHARES and not 0 < value < 0.5:
        return "expected a share above 0 and below 0.5"
    if name in ("control_at_least", "failed") and not 0 <= value < 1:
        return "expected a share from 0 to below 1"
    if name in ("control_at_least", "failed", "tolerance"):
        return "" if value >= 0 else "expected 0 or more"
    if name == "power" and not 0.5 <= value < 1:
        return "expected a share from 0.5 to below 1"
    if name == "spread" and not 0 < value <= 2:
        return "expected a number above 0, up to 2"
    if name == "retries" and not 0 <= value <= 20:
        return "expected 0 to 20"
    if name not in ("retries",) and not value > 0:
        return "expected a number above 0"
    return ""


def template(experiment: Experiment) -> str:
    """The file as it is first written: every key as a comment with the plan's value."""
    run, size, primary = experiment.run, experiment.size, experiment.primary
    arms = {f"{arm.name}_model": arm.model for arm in experiment.arms}
    values: dict[str, object] = {
        "grader": primary.id,
        "cost_ratio": experiment.limits.cost_ratio,
        "latency_ratio": experiment.limits.latency_ratio,
        "p95_ratio": experiment.limits.p95_ratio,
        "failed": experiment.limits.failed,
        "control_at_least": primary.control_at_least,
        "margin": size.margin,
        "spread": size.spread,
        "alpha": size.alpha,
        "power": size.power,
        "pairs": size.pairs,
        **arms,
        "judge_model": primary.judge_model,
        "rubric": primary.rubric,
        "labels": list(primary.labels),
        "budget_usd": run.budget_usd,
        "concurrency": run.concurrency,
        "requests_per_minute": run.requests_per_minute,
        "retries": run.retries,
        "timeout_seconds": run.timeout_seconds,
        "seed": run.seed,
        "answer_limit": run.answer_limit,
    }
    if primary.id == "tests":
        values["test_command"] = ["python", "check.py"]
    lines = [
        "# What your team decides for this experiment. Remove the # before a line to set it; the plan "
        "keeps what is set.",
        "# Shares are fractions of 1, money is USD. Unknown keys are errors.",
        "",
    ]
    return (
        "\n".join([*lines, *(f"# {k} = {_toml(v)}" for k, v in values.items() if v not in (None, "", []))])
        + "\n"
    )


def _toml(value: object) -> str:
    return msgspec.json.encode(value).decode()
