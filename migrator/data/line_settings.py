"""Settings in lines, `KEY=value`: dotenv, Docker, systemd, make, shells, Terraform, Procfile, INI."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from migrator.data.items import DataError, Item

if TYPE_CHECKING:
    from collections.abc import Iterator

_QUOTED = r'"(?:[^"\\]|\\[\s\S])*"' + r"|'[^']*'"
_NAME = r"[A-Za-z_][A-Za-z0-9_.\-]*"
_BARE = r"[^\s#;'\"\\][^\s#;]*"
_TO_END = r"[^\s#'\"](?:[^\r\n#]|(?<=\S)#)*?(?=[ \t]+#|[ \t]*(?:\r?\n|\Z))"
CONFLICT = re.compile(r"^(?:<{7} |>{7} )", re.M)
_OPEN = re.compile(r"\$[({A-Za-z_]|`|\{\{|%\(")
"""What puts other values into a text."""
DEFAULTED = re.compile(r"\$\{[A-Za-z_]\w*:?-([^${}]*)\}")
"""Another variable, or a text where that is not set."""
_ESCAPED = re.compile(r"\\([\s\S])")


class _Form(NamedTuple):
    """A setting's `line` (its rest is searched for pairs), a `pair` of key and value, whether keys repeat."""

    line: re.Pattern[str]
    pair: re.Pattern[str]


def _form(line: str, pair: str) -> _Form:
    return _Form(re.compile(line, re.M), re.compile(pair, re.M))


def _pair(operator: str, value: str) -> str:
    return rf"(?P<key>{_NAME}){operator}(?P<value>{_QUOTED}|{value})"


_CONTINUED = r"(?:[^\r\n\\]|\\\r?\n|\\.)*"
_EQUALS = r"\"?[ \t]*=[ \t]*"
_ASSIGNED = r"[ \t]*(?:::?:?|\?|\+)?=[ \t]*"
FORMS = {
    "dotenv": _form(rf"^[ \t]*(?:export[ \t]+)?(?={_NAME}[ \t]*=)", _pair(r"[ \t]*=[ \t]*", _TO_END)),
    "docker": _form(rf"^[ \t]*(?:ENV|ARG)[ \t]+(?=\S)({_CONTINUED})", _pair(r"(?:=|[ \t]+)", _BARE)),
    "systemd": _form(r"^[ \t]*Environment[ \t]*=[ \t]*([^\r\n]*)", rf"[\"']?{_pair('=', _BARE)}"),
    "make": _form(rf"^(?:override[ \t]+)?(?:export[ \t]+)?(?={_NAME}{_ASSIGNED})", _pair(_ASSIGNED, _TO_END)),
    "shell": _form(rf"^[ \t]*(?:export|local|readonly|declare -x)?[ \t]*(?={_NAME}=)", _pair("=", _BARE)),
    "terraform": _form(rf"^[ \t]*(?=\"?{_NAME}\"?[ \t]*=)", rf"\"?{_pair(_EQUALS, _BARE)}"),
    "template": _form(
        r"^[ \t]*(?:-[ \t]+)?(?=name:|\"?[A-Z])",
        r"(?:name:[ \t]*)?\"?(?P<key>[A-Z][A-Z0-9_]*)\"?[ \t]*(?::|\r?\n[ \t]*value:)[ \t]*"
        rf"(?P<value>\{{\{{[^}}\r\n]*\}}\}}|{_QUOTED}|{_TO_END})",
    ),
    "procfile": _form(rf"^{_NAME}:[ \t]*([^\r\n]*)", rf"(?<!\S){_pair('=', _BARE)}"),
}
_BLOCK = re.compile(r'^[ \t]*variable[ \t]+"([^"]+)"[ \t]*\{', re.M)


def read(form: str, text: str) -> Item:
    """The settings of a text as one map; raises DataError where it cannot be read."""
    if form == "ini":
        return _sections(text)
    root = Item("map", 0, len(text))
    root.style = "block"
    for match, name in _pairs(FORMS[form], form, text):
        root.keys.append(Item("text", *match.span("key"), name))
        root.items.append(_value(match))
    return root


def loaded(form: str, text: str) -> object:
    """The plain value: the settings in order, those of one name one behind the other."""
    if form == "ini":
        import configparser

        parser = configparser.RawConfigParser(strict=True, allow_no_value=True)
        parser.read_string(text)
        names = [*parser.sections(), parser.default_section]
        return {name: dict(parser.items(name)) for name in names}
    root = read(form, text)
    return {key.value: item.plain() for key, item in zip(root.keys, root.items, strict=True)}


def _pairs(form: _Form, name: str, text: str) -> Iterator[tuple[re.Match[str], str]]:
    at = 0
    while (line := form.line.search(text, at)) is not None:
        at = max(line.end(), at + 1)
        start = line.start(1) if line.lastindex else line.end()
        for match in _in_line(form, text, start, line):
            at = max(at, match.end())
            yield match, _named(name, match, text)


def _in_line(form: _Form, text: str, start: int, line: re.Match[str]) -> Iterator[re.Match[str]]:
    """The pair at a place; where the rest of a line holds several, all of them."""
    if not line.lastindex:
        if (match := form.pair.match(text, start)) is not None:
            yield match
        return
    for number, match in enumerate(form.pair.finditer(text, start, line.end())):
        is_pair = "=" in text[match.end("key") : match.start("value")]
        is_first = number == 0 and not text[start : match.start()].strip("\"' \t\\\r\n")
        if is_pair or is_first:
            yield match
        if not is_pair and number == 0:
            return


def _named(form: str, match: re.Match[str], text: str) -> str:
    """A setting's name: the default of a Terraform variable is the variable's."""
    key = match.group("key")
    if form == "terraform" and key == "default":
        blocks = [*_BLOCK.finditer(text, 0, match.start())]
        return blocks[-1].group(1) if blocks else key
    return key


def _value(match: re.Match[str]) -> Item:
    token = match.group("value").rstrip()
    start = match.start("value")
    if token[:1] in "\"'" and token[-1:] == token[:1] and len(token) > 1:
        value = token[1:-1]
        value = _ESCAPED.sub(r"\1", value) if token[0] == '"' else value
    else:
        value = token.rstrip("\"'")
        token = value
    is_open = _OPEN.search(value) and match.group("value")[:1] != "'" and not DEFAULTED.fullmatch(value)
    kind = "opaque" if is_open else "text"
    return Item(kind, start, start + len(token), value)  # type: ignore[arg-type]


_SECTION = re.compile(r"^\[([^\]\r\n]+)\]", re.M)
_SETTING = re.compile(
    r"^(?P<key>[^\s#;\[=:][^=:\r\n]*?)[ \t]*[=:][ \t]*(?P<value>[^\r\n]*(?:\r?\n[ \t]+\S[^\r\n]*)*)", re.M
)


def _sections(text: str) -> Item:
    import configparser

    try:
        known = loaded("ini", text)
    except (configparser.Error, ValueError) as error:
        raise DataError(f"no valid INI: {str(error).splitlines()[0]}") from None
    root = Item("map", 0, len(text))
    root.style = "section"
    heads = [*_SECTION.finditer(text)]
    ends = [*(head.start() for head in heads[1:]), len(text)]
    for head, end in zip(heads, ends, strict=True):
        section = Item("map", head.start(), end)
        section.style = "block"
        for match in _SETTING.finditer(text, head.end(), end):
            value = match.group("value").rstrip()
            section.keys.append(Item("text", *match.span("key"), match.group("key").lower()))
            is_plain = "\n" not in value and not _OPEN.search(value)
            start = match.start("value")
            section.items.append(Item("text" if is_plain else "opaque", start, start + len(value), value))
        root.keys.append(Item("text", head.start(1), head.end(1), head.group(1)))
        root.items.append(section)
    found = {key.value: item for key, item in zip(root.keys, root.items, strict=True)}
    if not isinstance(known, dict) or not all(_agrees(known.get(name, {}), found[name]) for name in found):
        raise DataError("is written in a way that is not followed; edit it by hand")
    return root


def _agrees(known: dict[str, str | None], section: Item) -> bool:
    """Whether a section holds what the library found in it."""
    pairs = zip(section.keys, section.items, strict=True)
    return all(known.get(key.value) == item.value for key, item in pairs if item.kind == "text")
