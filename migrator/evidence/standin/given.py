"""Answers that a user gives: recordings with texts (`record --text`), or lines of `when` and `say`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from migrator.errors import UsageError
from migrator.evidence.standin.refusals import Body, texts
from migrator.evidence.standin.response_bodies import Said

if TYPE_CHECKING:
    from pathlib import Path


class Answers:
    """What is answered to what: by the last text that is asked, else by a part of the request's text."""

    def __init__(self, said: dict[str, Said], when: tuple[tuple[str, Said], ...] = ()) -> None:
        self._said, self._when = said, when

    def __len__(self) -> int:
        return len(self._said) + len(self._when)

    def to(self, body: Body) -> Said | None:
        """The answer to a request, where it has the form that the request asks for."""
        whole = _asked(body)
        said = self._said.get(whole) or next((one for part, one in self._when if part in whole), None)
        return said if said is not None and _fits(said, body) else None


def _asked(body: Body) -> str:
    parts = (body.get("instructions"), body.get("messages"), body.get("input"), body.get("prompt"))
    return "\n".join(text for part in parts for text in texts(part))


def _fits(said: Said, body: Body) -> bool:
    """Whether a text is JSON where JSON is asked for, and a call one of a tool that is there."""
    tools = [*(body.get("tools") or ()), *(body.get("functions") or ())]
    if said.function:
        return said.function in [one.get("function", one).get("name") for one in tools]
    form = body.get("response_format") or (body.get("text") or {}).get("format") or {}
    if isinstance(form, dict) and str(form.get("type")).startswith("json"):
        try:
            json.loads(said.text)
        except ValueError:
            return False
    return True


def read(file: Path | None) -> Answers:
    """The answers of a file; raises UsageError with the line where it is none."""
    if file is None:
        return Answers({})
    said: dict[str, Said] = {}
    when: list[tuple[str, Said]] = []
    number = 0
    try:
        with file.open(encoding="utf-8") as stream:
            for number, line in enumerate(stream, 1):  # noqa: B007
                if line.strip():
                    _take(json.loads(line), said, when)
    except OSError as error:
        raise UsageError(f"--answers {file}: cannot be read: {error.strerror}") from None
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        why = f"{type(error).__name__}: {error}"
        raise UsageError(
            f"--answers {file}:{number}: expected a line of record --text, or "
            f'{{"when": PART OF THE PROMPT, "say": TEXT}} ({why})'
        ) from None
    return Answers(said, tuple(when))


def _take(line: dict[str, Any], said: dict[str, Said], when: list[tuple[str, Said]]) -> None:
    if "say" in line:
        text = line["say"] if isinstance(line["say"], str) else json.dumps(line["say"])
        when.append((str(line.get("when", "")), Said(text)))
        return
    request, response = line["request"], line["response"]
    if isinstance(request, dict) and isinstance(response, dict) and (found := _said(response)) is not None:
        said[_asked(request)] = found


def _said(response: dict[str, Any]) -> Said | None:
    """The text or the first call of a recorded answer."""
    for choice in response.get("choices") or ():
        message = choice.get("message") or {}
        for call in message.get("tool_calls") or ():
            return Said("", call["function"]["name"], call["function"]["arguments"])
        return Said(str(message.get("content") or choice.get("text") or ""))
    for item in response.get("output") or ():
        if item.get("type") == "function_call":
            return Said("", item["name"], item["arguments"])
        if item.get("type") == "message":
            return Said("".join(part.get("text") or "" for part in item["content"]))
    return None
