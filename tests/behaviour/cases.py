"""A program and what is expected of it: `programs/<name>/` with its modules and `case.toml`.

Keys of case.toml:
  why        what this is a case of, in one line
  group      "requests" or "context" (tables, branches, limits)
  kind       "rewrite" or "noop" (what the case is about must stay)
  naive      what a find-and-replace of the ids does: "works", or a part of what is wrong then
  needs      modules that must be installed
  argv, env  of the program; `tiktoken = "0.12"`: with that release's table of models
  prints     lines that it prints, before and after (`prints_before`, `prints_after` where they differ)
  retries    refused requests are part of its work
  broken_before  the program does not work yet: someone began to move it
  old_stays  the old models must answer after the migration too
  unchanged  the migration leaves every byte
  stays      lines of source that the migration leaves
  gone       text that no file holds afterwards
  reviews    reasons for which the migration asks a person
  settings   as in [tool.gpt55-migrate]
  after      the accepted requests, in order: `model` (a variant, an id, or several to accept), `endpoint`,
             `host`, `sends` (parameters and values), `lacks`, `sampling` (sent only where the model's variant
             and catalogue allow it), `tokens` (lowest and highest input), `times` (so many of them)
  published  the same keys where they differ under the published catalogue
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tomli

from .models import VARIANTS, Mode

if TYPE_CHECKING:
    from .server import Request

PROGRAMS = Path(__file__).parent / "programs"
SUFFIXES = {".py", ".json", ".toml", ".txt", ".cfg", ".yaml", ".yml", ".md", ".env", ".dockerfile", ".ipynb"}


@dataclass(frozen=True)
class Expected:
    """One accepted request after the migration."""

    model: Any
    endpoint: str = "chat"
    host: str = ""
    sends: dict[str, Any] = field(default_factory=dict)
    lacks: tuple[str, ...] = ()
    sampling: dict[str, Any] = field(default_factory=dict)
    tokens: tuple[int, int] | None = None
    times: int = 1

    def models(self) -> list[str]:
        return [self.model] if isinstance(self.model, str) else list(self.model)

    def problems(self, request: Request, mode: Mode, *, naive: bool = False) -> list[str]:
        """What is wrong with a request; of a find-and-replace only what a user would notice is asked."""
        found = []
        if request.host != self.host or not request.endpoint.startswith("/" + self.endpoint):
            found.append(f"sent to {request.host or 'the API'} {request.endpoint}")
        if self.tokens and not self.tokens[0] <= request.tokens <= self.tokens[1]:
            found.append(f"{request.tokens} input tokens, not {self.tokens[0]} to {self.tokens[1]}")
        wanted = {name: value for name, value in self.sends.items() if request.body.get(name) != value}
        if wanted:
            found.append(f"expected {wanted}, got { {name: request.body.get(name) for name in wanted} }")
        if naive:
            return found
        variants = [one for one in self.models() if self._is(one, request, mode)]
        if mode == "published" and _effort(request) == "none":
            variants.sort(key=lambda one: one != "instant")
        if not variants:
            found.append(f"calls {request.model}, not {' or '.join(self.models())}: {_effort(request)}")
        moved = bool(set(variants) & set(VARIANTS[mode]))
        found += [f"sends {name}" for name in self.lacks if moved and name in request.body]
        return found + self._sampling_problems(variants[:1], request, mode)

    def _is(self, variant: str, request: Request, mode: Mode) -> bool:
        wanted = VARIANTS[mode].get(variant, variant)
        prefix = "openai/" if self.host == "openrouter.ai" and variant in VARIANTS[mode] else ""
        if request.model != prefix + wanted:
            return False
        own = "reasoning" in self.sends or "reasoning_effort" in self.sends
        return own or mode == "guide" or variant != "instant" or _effort(request) == "none"

    def _sampling_problems(self, variants: list[str], request: Request, mode: Mode) -> list[str]:
        allowed = (mode == "published" and variants != ["flagship"]) or not set(variants) & set(
            VARIANTS["guide"]
        )
        if allowed:
            lost = {name: value for name, value in self.sampling.items() if request.body.get(name) != value}
            return [f"lost {lost}, which the model accepts"] if lost else []
        return [f"sends {name}" for name in self.sampling if name in request.body]


def _effort(request: Request) -> str:
    reasoning = request.body.get("reasoning") or {}
    return str(request.body.get("reasoning_effort") or reasoning.get("effort"))


@dataclass(frozen=True)
class Case:
    """A program's table; see the module's text."""

    name: str
    why: str
    group: str
    kind: str
    naive: str
    needs: tuple[str, ...] = ("openai",)
    argv: tuple[str, ...] = ()
    env: dict[str, str] = field(default_factory=dict)
    tiktoken: str = ""
    prints: tuple[str, ...] | None = None
    prints_before: tuple[str, ...] | None = None
    prints_after: tuple[str, ...] | None = None
    retries: bool = False
    broken_before: bool = False
    old_stays: bool = False
    unchanged: bool = False
    stays: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    reviews: tuple[str, ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)
    after: tuple[Expected, ...] = ()

    @property
    def folder(self) -> Path:
        return PROGRAMS / self.name

    @property
    def before_lines(self) -> tuple[str, ...] | None:
        return self.prints if self.prints_before is None else self.prints_before

    @property
    def after_lines(self) -> tuple[str, ...] | None:
        return self.prints if self.prints_after is None else self.prints_after

    def files(self) -> dict[str, bytes]:
        """The program without its table."""
        found = sorted(path for path in self.folder.rglob("*") if path.suffix in SUFFIXES)
        named = {path.relative_to(self.folder).as_posix(): path for path in found}
        return {name: path.read_bytes() for name, path in named.items() if name != "case.toml"}


@cache
def case(name: str, mode: Mode = "guide") -> Case:
    """The case of that name under a catalogue."""
    table = tomli.loads((PROGRAMS / name / "case.toml").read_text())
    published = table.pop("published", {})
    if mode == "published":
        table = {**table, **published}
    after = tuple(Expected(**_frozen(Expected, one)) for one in table.pop("after", ()))
    return Case(name=name, after=after, **_frozen(Case, table))


def _frozen(record: type, table: dict[str, Any]) -> dict[str, Any]:
    unknown = set(table) - {one.name for one in dataclasses.fields(record)}
    assert not unknown, f"unknown keys {sorted(unknown)}"
    return {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}


def names() -> list[str]:
    """Every program."""
    return sorted(path.parent.name for path in PROGRAMS.glob("*/case.toml"))
