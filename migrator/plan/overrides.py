"""experiments/<name>/settings.toml: what a team decided for one experiment; planning again keeps it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import msgspec

from migrator.commands import UsageError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from pathlib import Path

    from migrator.plan.records import Experiment

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
    """

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
    usd_per_million: dict[str, tuple[float, float]] | None = None

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
    return found


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
