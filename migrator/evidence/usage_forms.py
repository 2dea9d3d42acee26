"""What a row of a usage export says, by the rules: one record for every form."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, NamedTuple

from migrator.evidence.evidence_rules import evidence_rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from migrator.evidence.evidence_rules import Form

Row = dict[str, Any]


class Used(NamedTuple):
    """One request, or the sum of `count`; nothing where the export does not say."""

    model: str
    requests: int = 1
    tokens_in: int = 0
    tokens_out: int = 0
    tokens_cached: int = 0
    seconds: float | None = None
    first_byte: float | None = None
    begun: float | None = None
    ended: float | None = None
    usd: float | None = None
    failed: bool = False
    images: int = 0
    site: str = ""
    scope: str = ""
    tags: tuple[str, ...] = ()
    owner: str = ""
    text: str = ""
    id: str = ""
    skewed: bool = False
    summed: bool = False


def form_of(row: Row, last: Form | None = None) -> Form | None:
    """The form that a row is of; most likely the last one's."""
    if last is not None and all(name in row for name in last.needs):
        return last
    return next((f for f in evidence_rules().usage.form if all(n in row for n in f.needs)), None)


def used(form: Form, row: Row) -> Used | None:
    """What a row says; None where it is no request to a model."""
    get = _Getter(form, row)
    if any(not get.is_(pair) for pair in form.only_when) or any(get.is_(pair) for pair in form.only_unless):
        return None
    model = str(get.first(form.model) or "")
    if not model:
        return None
    count = int(_number(get.first(form.count)) or 0) if form.count else 1
    begun, ended, first = (_moment(get.first(names)) for names in (form.begun, form.ended, form.first))
    seconds, wait = get.duration(begun, ended, first)
    skewed = (seconds is not None and seconds < 0) or (begun is not None and begun < 0)
    status = _number(get.first(form.status))
    return Used(
        model=model,
        requests=count,
        tokens_in=max(0, int(_number(get.first(form.tokens_in)) or 0)),
        tokens_out=max(0, int(_number(get.first(form.tokens_out)) or 0)),
        tokens_cached=max(0, int(_number(get.first(form.tokens_cached)) or 0)),
        seconds=None if skewed else seconds,
        first_byte=wait if wait is not None and wait >= 0 else None,
        begun=begun,
        ended=_moment(get.first(form.bucket_end)) if form.count else ended,
        usd=_number(get.first(form.usd)),
        failed=bool(get.first(form.error)) or any(map(get.is_, form.failed_when)) or (status or 0) >= 400,
        images=int(_number(get.first(form.images)) or 0),
        site=get.place(),
        scope=str(get.first(form.scope) or ""),
        tags=tuple(get.words(form.tags)),
        owner=str(get.first(form.owner) or ""),
        text=_text(get.first(form.text)),
        id=str(get.first(form.id_fields) or ""),
        skewed=skewed,
        summed=bool(form.count),
    )


class _Getter:
    """Values of a row by the names of its form."""

    def __init__(self, form: Form, row: Row) -> None:
        self.form, self.row = form, row

    def all(self, names: tuple[str, ...]) -> Iterator[Any]:
        for name in names:
            value: Any = self.row.get(name)
            if value is None and not self.form.flat and "." in name:
                value = self.row
                for part in name.split("."):
                    value = _opened(value)
                    if part == "*" and isinstance(value, dict):
                        yield from value.values()
                        value = None
                    value = value.get(part) if isinstance(value, dict) else None
            if value not in (None, ""):
                yield value

    def first(self, names: tuple[str, ...]) -> Any:  # noqa: ANN401
        for name in names:
            value = self.row.get(name)
            if value is not None and value != "":
                return value
            if value is None and not self.form.flat and "." in name:
                return next(self.all(names), None)
        return None

    def is_(self, pair: str) -> bool:
        name, _, wanted = pair.partition("=")
        return str(self.first((name,))) == wanted

    def words(self, names: tuple[str, ...]) -> Iterator[str]:
        for found in self.all(names):
            value = _opened(found)
            yield from map(str, value if isinstance(value, list) else [value])

    def place(self) -> str:
        path, line = self.first(self.form.path), self.first(self.form.line)
        return str(self.first(self.form.site) or (f"{path}:{line or 0}" if path else ""))

    def duration(
        self, begun: float | None, ended: float | None, first: float | None
    ) -> tuple[float | None, float | None]:
        form = self.form
        seconds, wait = _number(self.first(form.seconds)), _number(self.first(form.first_byte))
        whole, early = (_number(self.first(n)) for n in (form.milliseconds, form.first_milliseconds))
        seconds = whole / 1000 if whole is not None else seconds
        wait = early / 1000 if early is not None else wait
        if seconds is None and begun is not None and ended is not None:
            seconds = ended - begun
        if wait is None and begun is not None and first is not None:
            wait = first - begun
        return seconds, wait


def _opened(value: object) -> Any:  # noqa: ANN401
    """A value, or what its text is where it is JSON."""
    if isinstance(value, str) and value[:1] in "[{":
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _number(value: object) -> float | None:
    if value is None or isinstance(value, (int, float)):
        return value
    try:
        return float(str(value).replace(",", "")) if value not in (None, "") else None
    except ValueError:
        return None


def _moment(value: object) -> float | None:
    """Seconds since 1970, of a number (seconds, milliseconds, microseconds, nanoseconds) or a date."""
    number = _number(value)
    if number is not None:
        while number > 1e11:
            number /= 1000
        return number
    try:
        text = str(value).strip().replace("Z", "+00:00").replace(" UTC", "+00:00")
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=timezone.utc)).timestamp()


def _text(value: object) -> str:
    """The texts of a prompt, in order."""
    return "\n".join(_texts(_opened(value)))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, dict):
        inner: Mapping[str, object] = value
        for name in ("content", "text", "parts", "messages"):
            if name in inner:
                yield from _texts(inner[name])
