"""Scores of answers, 0 to 1, without a model: labels, sets, fields, schemas, tool calls, tests."""

from __future__ import annotations

import json
import re
import subprocess
import unicodedata
from difflib import SequenceMatcher
from importlib.util import module_from_spec, spec_from_file_location
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from migrator.plan.dataset_row import Row
    from migrator.plan.plan_records import Grader
    from migrator.plan.results import Result

_ITEMS = re.compile(r"[,;\n]")
_FENCED = re.compile(r"\A\s*```[\w-]*\n(.*?)\n?```\s*\Z", re.DOTALL)
_JOINED = re.compile(r"(?<=\w)[_-](?=\w)|\s+")
_AROUND = " \t\r\n\"'`\u201c\u201d\u2018\u2019*.,;:!?()[]{}"
_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?(?:[eE][-+]?\d+)?|-?\.\d+")
TEST_SECONDS = 60


class Broken(Exception):  # noqa: N818
    """A grader cannot grade: not the answer is wrong, but the grader."""


class Scorer:
    """Scores the answers of one experiment; what a team wrote itself runs only where `own` allows it."""

    def __init__(self, grader: Grader, folder: Path | None = None, *, own: bool = False) -> None:
        self.grader = grader
        self.folder = folder
        self.own = own
        self.broken: list[str] = []
        self._function: Callable[..., object] | None = None

    def __call__(self, row: Row, answer: Result, judgement: float | None = None) -> float | None:
        """The score of one answer; none where it cannot be told (no judgement, own graders not allowed)."""
        if answer.error:
            return 0.0
        try:
            return self._score(row, answer, judgement)
        except Broken as error:
            if str(error) not in self.broken:
                self.broken.append(str(error))
            return None

    def _score(self, row: Row, answer: Result, judgement: float | None) -> float | None:
        grader, expected = self.grader, row.vars.get("expected", "")
        if grader.id == "judge":
            return judgement if answer.output else 0.0
        if grader.id == "tests":
            return tested(grader.test_command, answer.output, expected) if self.own else None
        if grader.id == "python":
            return self._own(row, answer, expected) if self.own else None
        if grader.id == "tool-call":
            return float(called(answer.tool_calls, decoded(expected)))
        return plain(grader, answer.output, expected)

    def _own(self, row: Row, answer: Result, expected: object) -> float:
        if self._function is None:
            self._function = loaded(self.grader.function, self.folder)
        try:
            found = self._function(answer.output, expected, dict(row.vars))
            score = float(found)  # type: ignore[arg-type]
        except Exception as error:
            raise Broken(f"{self.grader.function} raised {type(error).__name__}: {error}") from None
        if not 0 <= score <= 1:
            raise Broken(f"{self.grader.function} gave {found!r}, not a number from 0 to 1")
        return score


def plain(grader: Grader, output: str, expected: object) -> float:
    """The score of a text by a grader that needs nothing but the text."""
    if grader.id == "exact":
        return float(normal(label(output)) == normal(label(expected)))
    if grader.id == "set":
        return overlap(items(output), items(expected))
    if grader.id == "fields":
        return fields(decoded(output), decoded(expected))
    if grader.id == "numeric":
        return float(near(number(output), number(expected), grader.tolerance))
    if grader.id == "regex":
        return float(re.search(grader.pattern, output) is not None)
    if grader.id == "similarity":
        return SequenceMatcher(None, normal(output), normal(expected), autojunk=False).ratio()
    value = decoded(output)
    if grader.id == "json":
        return float(value is not None)
    return float(value is not None and valid(value, json.loads(grader.schema or "{}")))


def loaded(function: str, folder: Path | None) -> Callable[..., object]:
    """`file.py:name` in the experiment's or the plan's folder."""
    file, _, name = function.partition(":")
    places = [] if folder is None else [folder / file, folder.parent.parent / file]
    found = next((place for place in places if place.is_file()), None)
    if found is None:
        raise Broken(f"function = {function!r}: there is no {file} in the experiment's folder or the plan's")
    spec = spec_from_file_location(found.stem, found)
    if spec is None or spec.loader is None:
        raise Broken(f"{found}: is no Python file")
    module = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
        wanted: Callable[..., object] = getattr(module, name)
    except Exception as error:
        raise Broken(f"{found}: {type(error).__name__}: {error}") from None
    return wanted


def normal(text: object) -> str:
    """Text as labels are compared: case, blanks and what stands around it dropped; signs within it kept."""
    found = unicodedata.normalize("NFKC", str(text)).replace("\u2212", "-").casefold()
    return _JOINED.sub(" ", found.strip(_AROUND)).strip()


def number(value: object) -> float | None:
    """The number that an answer is or ends with; none where it holds none."""
    found = label(value)
    if isinstance(found, (int, float)) and not isinstance(found, bool):
        return float(found)
    numbers = _NUMBER.findall(unicodedata.normalize("NFKC", str(found)).replace("\u2212", "-"))
    return float(numbers[-1].replace(",", "")) if numbers else None


def near(got: float | None, wanted: float | None, tolerance: float) -> bool:
    """Whether a number is within the tolerance of the wanted one."""
    return got is not None and wanted is not None and abs(got - wanted) <= tolerance + 1e-12 * abs(wanted)


def label(value: object) -> object:
    """The label itself; the only field's value where an answer is an object with one field."""
    found = decoded(value) if isinstance(value, str) else value
    if isinstance(found, dict) and len(found) == 1:
        return next(iter(found.values()))
    return value


def decoded(text: object) -> Any:  # noqa: ANN401
    """JSON text (fenced or not) as a value; none where it is no JSON."""
    if not isinstance(text, str):
        return text
    fenced = _FENCED.match(text)
    try:
        return json.loads(fenced[1] if fenced else text)
    except (ValueError, RecursionError):
        return None


def items(value: object) -> set[str]:
    """The items of an answer: of a JSON list or object, else what commas, semicolons and lines separate."""
    found = decoded(value)
    if isinstance(found, dict):
        found = [one for entry in found.values() for one in (entry if isinstance(entry, list) else [entry])]
    parts: list[Any] = found if isinstance(found, list) else _ITEMS.split(str(value))
    return {name for part in parts if (name := normal(part))}


def overlap(got: set[str], wanted: set[str]) -> float:
    """F1 of two sets; 1 where both are empty."""
    return 2 * len(got & wanted) / (len(got) + len(wanted)) if got or wanted else 1.0


def fields(got: object, wanted: object) -> float:
    """Share of the wanted fields that have the wanted value."""
    if not isinstance(wanted, dict) or not wanted:
        return float(got == wanted)
    if not isinstance(got, dict):
        return 0.0
    return sum(_equal(got.get(name), value) for name, value in wanted.items()) / len(wanted)


def _equal(one: object, two: object) -> bool:
    if isinstance(one, str) and isinstance(two, str):
        return normal(one) == normal(two)
    return one == two


def called(calls: Sequence[dict[str, Any]], wanted: object) -> bool:
    """Whether a call of the wanted tool has the wanted arguments; `null` wanted: no call at all."""
    if not isinstance(wanted, dict):
        return not calls
    return any(_called(call.get("function", call), wanted) for call in calls)


def _called(call: dict[str, Any], wanted: dict[str, Any]) -> bool:
    given = decoded(call.get("arguments") or "{}")
    asked = wanted.get("arguments") or {}
    if call.get("name") != wanted.get("name") or not isinstance(given, dict):
        return False
    return all(_equal(given.get(name), value) for name, value in asked.items())


def tested(command: Sequence[str], output: str, expected: object) -> float:
    """Whether the team's test command accepts an answer: the answer's code on standard input, exit code 0."""
    if not command:
        raise Broken("no test_command is set in settings.toml")
    fenced = _FENCED.match(output)
    arguments = expected if isinstance(expected, list) else [expected] if expected else []
    try:
        done = subprocess.run(
            [*command, *map(str, arguments)],
            input=(fenced[1] if fenced else output).encode(),
            capture_output=True,
            timeout=TEST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return 0.0
    except OSError as error:
        raise Broken(f"test_command {command[0]}: {error.strerror or error}") from None
    return float(done.returncode == 0)


# -- JSON Schema: the part that structured outputs use --------------------------------------------

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,), "array": (list,), "string": (str,), "boolean": (bool,), "null": (type(None),),
    "integer": (int,), "number": (int, float),
}  # fmt: skip


def valid(value: object, schema: Any, root: Any = None) -> bool:  # noqa: ANN401
    """Whether a value fits a JSON Schema: type, enum, const, required, items, anyOf, allOf, inner $ref."""
    if isinstance(schema, bool):
        return schema
    root = schema if root is None else root
    if "$ref" in schema:
        return valid(value, _referenced(schema["$ref"], root), root)
    if ("enum" in schema and value not in schema["enum"]) or ("const" in schema and value != schema["const"]):
        return False
    if "anyOf" in schema and not any(valid(value, one, root) for one in schema["anyOf"]):
        return False
    if not all(valid(value, one, root) for one in schema.get("allOf", ())):
        return False
    return _typed(value, schema.get("type")) and _members(value, schema, root)


def _typed(value: object, kind: object) -> bool:
    kinds = kind if isinstance(kind, list) else [kind] if kind else []
    if isinstance(value, bool) and kinds and "boolean" not in kinds:
        return False
    return not kinds or any(isinstance(value, _TYPES.get(str(name), (object,))) for name in kinds)


def _members(value: object, schema: dict[str, Any], root: Any) -> bool:  # noqa: ANN401
    if isinstance(value, dict):
        known = schema.get("properties", {})
        if not set(schema.get("required", ())) <= set(value):
            return False
        if schema.get("additionalProperties") is False and not set(value) <= set(known):
            return False
        return all(valid(value[name], known[name], root) for name in known if name in value)
    if isinstance(value, list):
        return all(valid(item, schema.get("items", {}), root) for item in value)
    return True


def _referenced(name: str, root: Any) -> Any:  # noqa: ANN401
    found = root
    for part in name.lstrip("#/").split("/"):
        found = found.get(part, {}) if isinstance(found, dict) and part else found
    return found
