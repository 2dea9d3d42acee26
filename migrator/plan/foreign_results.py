"""Rows and answers from elsewhere: promptfoo's output, LangSmith's and Braintrust's exports, recorded
requests.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from migrator.errors import UsageError
from migrator.plan.dataset_row import Row
from migrator.plan.experiment_requests import fill
from migrator.plan.jobs import answer_jobs
from migrator.plan.results import Result

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from migrator.inventory.prompt_records import Message
    from migrator.plan.plan_records import Experiment

_VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")


class Record(NamedTuple):
    """One request of another tool, and its answer."""

    values: dict[str, Any]
    messages: list[dict[str, Any]]
    model: str
    output: str = ""
    calls: tuple[dict[str, Any], ...] = ()
    error: str = ""
    seconds: float = 0.0
    tokens: tuple[int, int] = (0, 0)
    expected: object = None
    served: str = ""
    site: str = ""
    scope: str = ""


class Imported(NamedTuple):
    """What a file holds for an experiment: rows, and records by their row's key."""

    form: str
    rows: tuple[Row, ...]
    records: tuple[tuple[Row, Record], ...]
    skipped: int


def read(file: Path, experiment: Experiment, *, strict: bool = False) -> Imported:
    """The file's records that fit the experiment; raises UsageError where it is none of the known forms.

    `strict`: variables of the same names are not enough where the messages are there, and are others; nor are
    any messages, where a recording does not say that they were sent at a place of the experiment.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise UsageError(f"{file}: cannot be read: {error}") from None
    entries = _entries(text, file)
    form = next((f for f in FORMS if entries and f.fits(entries[0])), None)
    if form is None:
        if entries and {"site", "endpoint"} <= set(entries[0]):
            raise UsageError(
                f"{file}: recorded without prompts; record again with --text (or judge it with --canary)"
            )
        raise UsageError(
            f"{file}: no known export: expected promptfoo's output, a LangSmith or Braintrust export, "
            "or recorded "
            "requests (JSON, JSONL or CSV)"
        )
    found, skipped = [], 0
    for entry in entries:
        record = form.record(entry)
        row = _row(record, experiment, strict=strict)
        skipped += row is None
        if row is not None:
            found.append((row, record))
    rows = tuple({row.key: row for row, _ in reversed(found)}.values())[::-1]
    return Imported(form.name, rows, tuple(found), skipped)


def results(experiment: Experiment, found: Imported) -> Iterator[Result]:
    """The answers as results of the requests that the plan would make; durations and tokens as recorded."""
    jobs = {(job.row, job.arm): job for job in answer_jobs(experiment, found.rows)}
    models: dict[str, str] = {arm.model: arm.name for arm in experiment.arms}
    for row, record in found.records:
        arm = models.get(record.model) or next(
            (name for model, name in models.items() if record.model.startswith(model + "-20")), ""
        )
        job = jobs.get((row.key, arm))
        if job is None or not (record.output or record.calls or record.error):
            continue
        price = experiment.run.usd_per_million.get(job.body["model"], (0.0, 0.0))
        yield Result(
            key=job.key,
            row=job.row,
            arm=arm,
            model=job.body["model"],
            served=record.served or record.model,
            output=record.output,
            tool_calls=record.calls,
            seconds=round(record.seconds, 4),
            tokens_in=record.tokens[0],
            tokens_out=record.tokens[1],
            usd=(record.tokens[0] * price[0] + record.tokens[1] * price[1]) / 1e6,
            unmetered=record.tokens[0] == 0,
            error=record.error,
            source=found.form,
        )


def _row(record: Record, experiment: Experiment, *, strict: bool) -> Row | None:
    names = {v.name for v in experiment.variables}
    values = {k: v for k, v in record.values.items() if k in names}
    named = bool(values) and names - {"messages", "tools"} <= set(values)
    if named and not (strict and record.messages and extracted(record.messages, experiment) is None):
        pass
    elif record.messages and (matched := extracted(record.messages, experiment)) is not None:
        values = matched
    elif record.messages and "messages" in names and (not strict or sent_there(record, experiment)):
        values = {"messages": record.messages}
    else:
        return None
    expected = record.expected if record.expected is not None else record.values.get("expected")
    return Row(vars=values if expected is None else {**values, "expected": expected})


def sent_there(record: Record, experiment: Experiment) -> bool:
    """Whether a recording names a place of the experiment: the same line or function of the same file."""
    path, _, line = record.site.rpartition(":")
    for place in experiment.places:
        ends = sorted((f"/{path}", f"/{place.path}"), key=len)
        if path and ends[1].endswith(ends[0]) and (line == str(place.line) or record.scope == place.scope):
            return True
    return False


def extracted(messages: Iterable[Mapping[str, Any]], experiment: Experiment) -> dict[str, Any] | None:
    """The variables of recorded messages, where they are the experiment's templates, filled. A variable that
    is a message by itself may have been the earlier turns of a conversation, as many as there were.
    """
    given, templates = list(messages), experiment.messages
    values = _matched(given, templates)
    if values is not None:
        return values
    more = len(given) - len(templates) + 1
    for place, template in enumerate(templates[:-1]):
        whole = _VARIABLE.fullmatch(template.text.strip())
        if whole is None or more < 0:
            continue
        rest = _matched(given[:place] + given[place + more :], (*templates[:place], *templates[place + 1 :]))
        if rest is not None:
            return {**rest, whole[1]: given[place : place + more]}
    return None


def _matched(given: Sequence[Mapping[str, Any]], templates: Sequence[Message]) -> dict[str, Any] | None:
    if len(given) != len(templates):
        return None
    values: dict[str, Any] = {}
    for message, template in zip(given, templates, strict=True):
        texts, wanted = _texts(message.get("content")), (template.text, *template.images)
        if message.get("role") != template.role or len(texts) != len(wanted):
            return None
        for text, pattern in zip(texts, wanted, strict=True):
            match = re.fullmatch(_pattern(pattern), text, re.DOTALL)
            if match is None or any(values.get(n, v) != v for n, v in match.groupdict().items()):
                return None
            values.update(match.groupdict())
    return values


def _texts(content: object) -> list[str]:
    """The text of a message, and the addresses of its pictures."""
    if isinstance(content, str):
        return [content]
    parts = [part for part in content if isinstance(part, dict)] if isinstance(content, list) else []
    said = [str(part.get("text") or "") for part in parts if "text" in part]
    shown = [part["image_url"] for part in parts if "image_url" in part]
    return ["".join(said), *(str(p.get("url") if isinstance(p, dict) else p) for p in shown)] if parts else []


def _pattern(template: str) -> str:
    parts, at, seen = [], 0, set()
    for match in _VARIABLE.finditer(template):
        parts.append(re.escape(fill(template[at : match.start()], {})))
        parts.append(f"(?P={match[1]})" if match[1] in seen else f"(?P<{match[1]}>.*?)")
        seen.add(match[1])
        at = match.end()
    return "".join([*parts, re.escape(fill(template[at:], {}))])


# -- files -----------------------------------------------------------------------------------------


def _entries(text: str, file: Path) -> list[dict[str, Any]]:
    if file.suffix.lower() == ".csv":
        return [{k: _decoded(v) for k, v in row.items() if k} for row in csv.DictReader(io.StringIO(text))]
    try:
        whole = json.loads(text)
    except ValueError:
        try:
            whole = [json.loads(line) for line in text.splitlines() if line.strip()]
        except ValueError as error:
            raise UsageError(f"{file}: neither JSON nor JSONL: {error}") from None
    for name in ("results", "runs", "events", "data", "records"):
        while isinstance(whole, dict) and isinstance(whole.get(name), (dict, list)):
            whole = whole[name]
    return [e for e in (whole if isinstance(whole, list) else [whole]) if isinstance(e, dict)]


def _decoded(text: str | None) -> Any:  # noqa: ANN401
    try:
        return json.loads(text or "")
    except ValueError:
        return text


def _promptfoo(entry: dict[str, Any]) -> Record:
    response, provider = entry.get("response") or {}, entry.get("provider") or {}
    name = provider.get("id", "") if isinstance(provider, dict) else str(provider)
    usage = response.get("tokenUsage") or {}
    values = entry.get("vars") or (entry.get("testCase") or {}).get("vars") or {}
    prompt = (entry.get("prompt") or {}).get("raw", "")
    return Record(
        dict(values),
        _messages(_decoded(prompt)),
        name.rpartition(":")[2],
        *_output(response.get("output")),
        error=str(response.get("error") or ("" if response else entry.get("error") or "")),
        seconds=0.0 if response.get("cached") else float(entry.get("latencyMs") or 0) / 1000,
        tokens=(int(usage.get("prompt") or 0), int(usage.get("completion") or 0)),
    )


def _langsmith(entry: dict[str, Any]) -> Record:
    inputs, outputs = entry.get("inputs") or {}, entry.get("outputs") or {}
    extra = entry.get("extra") or {}
    settings = {**(extra.get("metadata") or {}), **(extra.get("invocation_params") or {})}
    said = _found(outputs, "content", "output", "text", "answer")
    reference = entry.get("reference_outputs") or entry.get("reference") or {}
    return Record(
        {k: v for k, v in inputs.items() if k != "messages"},
        _messages(inputs.get("messages")),
        str(settings.get("model") or settings.get("model_name") or settings.get("ls_model_name") or ""),
        *_output(said),
        error=str(entry.get("error") or ""),
        seconds=_between(entry.get("start_time"), entry.get("end_time")),
        tokens=(int(entry.get("prompt_tokens") or 0), int(entry.get("completion_tokens") or 0)),
        expected=_found(reference, "expected", "output", "answer", "label"),
    )


def _braintrust(entry: dict[str, Any]) -> Record:
    given, metrics = entry.get("input"), entry.get("metrics") or {}
    return Record(
        dict(given) if isinstance(given, dict) else {"input": given},
        _messages(given.get("messages") if isinstance(given, dict) else given),
        str((entry.get("metadata") or {}).get("model") or ""),
        *_output(_found(entry, "output")),
        error=str(entry.get("error") or ""),
        seconds=float(metrics.get("end") or 0) - float(metrics.get("start") or 0),
        tokens=(int(metrics.get("prompt_tokens") or 0), int(metrics.get("completion_tokens") or 0)),
        expected=entry.get("expected"),
    )


def _recorded(entry: dict[str, Any]) -> Record:
    request, response = entry.get("request") or {}, entry.get("response") or {}
    request, response = request.get("body", request), response.get("body", response)
    usage = response.get("usage") or {}
    given = request.get("messages") or request.get("input")
    return Record(
        {},
        _messages(
            given if isinstance(given, list) else [{"role": "user", "content": given}] if given else None
        ),
        str(request.get("model") or ""),
        *_output(_found(response, "choices", "output_text", "output")),
        error=str(response.get("error") or entry.get("error") or ""),
        seconds=float(entry.get("seconds") or entry.get("duration") or 0),
        tokens=(
            int(usage.get("prompt_tokens") or usage.get("input_tokens") or 0),
            int(usage.get("completion_tokens") or usage.get("output_tokens") or 0),
        ),
        served=str(response.get("model") or ""),
        site=str(entry.get("site") or ""),
        scope=str(entry.get("scope") or ""),
    )


def _messages(value: object) -> list[dict[str, Any]]:
    while isinstance(value, list) and len(value) == 1 and isinstance(value[0], list):
        value = value[0]
    if not isinstance(value, list):
        return []
    turns = [_turn(v) for v in value if isinstance(v, dict)]
    return [t for t in turns if t.get("role")] if all("role" in t for t in turns) else []


def _turn(value: dict[str, Any]) -> dict[str, Any]:
    """A message; LangChain's own form is made the API's."""
    kept = value.get("kwargs")
    inner: dict[str, Any] = kept if isinstance(kept, dict) else value
    kinds = {"human": "user", "ai": "assistant", "system": "system", "tool": "tool"}
    role = inner.get("role") or kinds.get(str(inner.get("type")))
    if role is None and isinstance(value.get("id"), list):
        role = kinds.get(str(value["id"][-1]).removesuffix("Message").lower())
    return {"role": role, "content": inner.get("content")} if role else {}


def _found(value: object, *names: str) -> Any:  # noqa: ANN401
    """The first of some keys, wherever it stands."""
    for name in names:
        for found in _everywhere(value, name):
            if found not in (None, ""):
                return found
    return None


def _everywhere(value: object, name: str) -> Iterator[Any]:
    if isinstance(value, dict):
        if name in value:
            yield value[name]
        for inner in value.values():
            yield from _everywhere(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from _everywhere(inner, name)


def _output(value: object) -> tuple[str, tuple[dict[str, Any], ...]]:
    """Text and tool calls of an answer, however it is wrapped."""
    calls = tuple(c for c in _found(value, "tool_calls") or () if isinstance(c, dict))
    if isinstance(value, list) and value and isinstance(value[0], dict):
        text = _found(value, "content", "text")
        if isinstance(text, list):
            text = _found(text, "text")
        return (str(text or ""), calls) if text or calls else (json.dumps(value, ensure_ascii=False), ())
    if value is None:
        return "", calls
    return (value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)), calls


def _between(start: object, end: object) -> float:
    try:
        begun, ended = (datetime.fromisoformat(str(t).replace("Z", "+00:00")) for t in (start, end))
    except ValueError:
        return 0.0
    return (ended - begun).total_seconds()


class Form(msgspec.Struct, frozen=True):
    """A known form of records."""

    name: str
    needs: tuple[str, ...]
    record: Callable[[dict[str, Any]], Record]

    def fits(self, entry: Mapping[str, Any]) -> bool:
        """Whether a record is of that form."""
        return set(self.needs) <= set(entry)


FORMS = (
    Form("recorded requests", ("request", "response"), _recorded),
    Form("promptfoo", ("provider", "response"), _promptfoo),
    Form("promptfoo", ("vars", "provider"), _promptfoo),
    Form("LangSmith", ("inputs", "outputs"), _langsmith),
    Form("Braintrust", ("input", "output"), _braintrust),
)


def rescued(file: Path) -> tuple[tuple[str, Result], ...]:
    """Answers that a run saved aside because the disk was full; none where the file is another."""
    try:
        lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
        return tuple((line["experiment"], msgspec.convert(line["result"], Result)) for line in lines)
    except (OSError, ValueError, KeyError, TypeError, msgspec.ValidationError):
        return ()
