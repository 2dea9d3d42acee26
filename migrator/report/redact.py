"""What looks like a secret never reaches a report; nor does text that cannot be printed.

One pass over an inventory, taken by every format before anything else.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import lru_cache
from operator import is_
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import msgspec

from migrator.report import secrets
from migrator.report.style import one_line, visible
from migrator.secretnames import KEYWORD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from migrator.inventory import Inventory, Recommendation

MASK = secrets.MASK

_Struct = TypeVar("_Struct", bound=msgspec.Struct)
_KEPT = frozenset({"id", "path", "root", "rule", "group", "fingerprint", "references", "call_sites", "type"})
"""Fields that are ours, or names; a fingerprint is a long hex number too."""
_OF_A_NAME = frozenset({"value", "new"})
_SECRET_NAME = re.compile(KEYWORD)
_NUMBERS = (int, float, bool)

_KNOWN = re.compile(rf"\b(?:{secrets.PREFIXED})", re.VERBOSE)
_TOKEN_NAMED = re.compile(
    r"""(?x)
    (?P<name>(?i:token)(?:\\?["']?\s*\]?\s*[:=]\s*)(?:[rbufRBUF]{0,2})(?P<quote>\\?["']))
    (?P<value>(?=[^"']*\d)[\w.~+/=-]{16,}) (?P<end>(?P=quote)|…|\.\.\.|\Z)
    """
)
_IN_QUERY = re.compile(
    r"(?i)([?&][\w.-]*(?:key|token|secret|sig|signature|passw(?:or)?d|pwd|auth|credentials?)=)[^&\s\"'#<>]{4,}"
)
_BASE64 = re.compile(r"(?<![\w/+.-])[A-Za-z0-9/+]{40}(?![\w/+=.-])")
"""The length of an AWS secret; longer runs without a slash are found by their looks."""
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s+([\w.~+/=-]{16,})")
_IN_URL = re.compile(r"(?<=://)[^\s/@:'\"]*:[^\s/@'\"]+(?=@)")
_TOKEN = re.compile(r"[A-Za-z0-9+_-]{32,}={0,2}")
_HEX = re.compile(r"(?i)[0-9a-f]{32,}\Z")
_BY_LOOKS = (_KNOWN, _BASE64, _TOKEN, secrets.LONG_BASE64)
"""What these match is part of one run of letters, digits and `_RUN`, as is all beside it that matters."""
_RUN = "_+/.=-"
_SHORTEST = 15
_APART = bytes(
    code if code < 128 and (chr(code).isalnum() or chr(code) in _RUN) else 32 for code in range(256)
)


def inventory(inventory: Inventory) -> Inventory:
    """The same inventory with every secret masked and every string writable as UTF-8."""
    return _Pass(lambda text: printable(mask(text)), printable).record(inventory)


def for_people(inventory: Inventory) -> Inventory:
    """As `inventory`, and nothing in it can drive a terminal."""
    return _as_written(_Pass(lambda text: shown(mask(text)), name).record(inventory))


def _as_written(inventory: Inventory) -> Inventory:
    """The inventory with the catalogue's own names of variants, not the guide's."""
    names = inventory.catalog.written
    if not names:
        return inventory

    def choice(old: Recommendation | None) -> Recommendation | None:
        if old is None:
            return None
        return msgspec.structs.replace(
            old,
            variant=names.get(old.variant, old.variant),
            runner_up=names.get(old.runner_up, old.runner_up),
            scores={names.get(name, name): score for name, score in old.scores.items()},
        )

    replace = msgspec.structs.replace
    return replace(
        inventory,
        references=tuple(
            replace(
                one, variant=names.get(one.variant, one.variant), recommendation=choice(one.recommendation)
            )
            for one in inventory.references
        ),
        call_sites=tuple(
            replace(one, recommendation=choice(one.recommendation)) for one in inventory.call_sites
        ),
    )


def for_keeping(inventory: Inventory) -> Inventory | None:
    """As `inventory`, but with its edits as they are to be made; nothing if one of them holds a secret."""
    masked = _Pass(mask, lambda text: text).record(inventory)
    if masked is inventory:
        return inventory
    edits = tuple(
        msgspec.structs.replace(shown, operation=edit.operation)
        for shown, edit in zip(masked.edits, inventory.edits, strict=True)
    )
    if any(holds_secret(msgspec.json.encode(edit.operation)) for edit in edits):
        return None
    return msgspec.structs.replace(masked, edits=edits)


@lru_cache(maxsize=20_000)
def mask(text: str) -> str:
    """`text` with keys, tokens and passwords replaced; a prefix that says what it was stays."""
    if len(text) < 8:
        return text
    if not text.isascii():
        return _matched(text, _RULES)
    folded = text.lower()
    named = (rule for rule in _RULES_BY_NAME if any(word in folded for word in rule.words))
    return _matched(text, _RULES if _looks_secret(text) else named)


def _matched(text: str, rules: Iterable[_Rule]) -> str:
    for rule in rules:
        text = rule.pattern.sub(rule.replacement, text)
    return text


def _looks_secret(text: str) -> bool:
    """Whether a part of a text in ASCII may be a secret by itself, whatever it is called."""
    runs = text.encode().translate(_APART).split()
    return any(map(_may_match, [run for run in runs if len(run) >= _SHORTEST]))


@lru_cache(maxsize=20_000)
def _may_match(run: bytes) -> bool:
    return any(pattern.search(run.decode()) for pattern in _BY_LOOKS)


def holds_secret(data: bytes) -> bool:
    """Whether something that is shown as it is would show a secret."""
    text = data.decode("utf-8", "replace")
    return mask(text) != text or any(mask(line) != line for line in text.splitlines())


def _known(match: re.Match[str]) -> str:
    return match[0][: 3 if match[0].startswith("sk-") else 4] + MASK


def _unnamed(match: re.Match[str]) -> str:
    return f"{match['name']}{MASK}{match['end']}"


def _unasked(match: re.Match[str]) -> str:
    return match[1] + MASK


def _unborne(match: re.Match[str]) -> str:
    return f"{match[1]} {MASK}"


def _plain_line(match: re.Match[str]) -> str:
    return match[0][:3] + MASK if _looks_random(match[0]) else match[0]


def _plain(match: re.Match[str]) -> str:
    return _masked(match[0])


class _Rule(NamedTuple):
    """What is replaced; any match in a text in ASCII holds one of the words, if there are some."""

    words: tuple[str, ...]
    pattern: re.Pattern[str]
    replacement: str | Callable[[re.Match[str]], str]


_RULES = (
    _Rule((), _KNOWN, _known),
    *(_Rule(*rule) for rule in secrets.RULES),
    _Rule(("token",), _TOKEN_NAMED, _unnamed),
    _Rule(("?", "&"), _IN_QUERY, _unasked),
    _Rule((), _BASE64, _plain),
    _Rule((), secrets.LONG_BASE64, _plain_line),
    _Rule(("bearer", "basic"), _BEARER, _unborne),
    _Rule(("://",), _IN_URL, MASK),
    _Rule((), _TOKEN, _plain),
)
"""In order."""
_RULES_BY_NAME = tuple(rule for rule in _RULES if rule.words)


def printable(text: str) -> str:
    """`text` without lone surrogates, which no encoding can write."""
    if text.isascii():
        return text
    return text.encode("utf-8", "backslashreplace").decode()


def shown(text: str) -> str:
    """`text` without what no encoding can write and without what drives a terminal."""
    return visible(printable(text))


def name(text: str) -> str:
    """As `shown`, on one line: what a file is called forges no line of ours."""
    return one_line(printable(text))


def _masked(token: str) -> str:
    return token[:3] + MASK if _HEX.match(token) or _looks_random(token) else token


def _looks_random(token: str) -> bool:
    """Mixed case with digits throughout and nearly every character its own: no name that a person chose."""
    if token.lower() == token or token.upper() == token or sum(map(str.isdigit, token)) < 3:
        return False
    counts = Counter(token)
    entropy = -sum(n / len(token) * math.log2(n / len(token)) for n in counts.values())
    return entropy > 4.0


class _Pass(NamedTuple):
    """`clean` is for text from the source, `keep` for names."""

    clean: Callable[[str], str]
    keep: Callable[[str], str]

    def record(self, record: _Struct) -> _Struct:
        changed = {}
        for name in record.__struct_fields__:
            old = getattr(record, name)
            if old and old.__class__ not in _NUMBERS:
                new = self.value(old, self._cleaner(record, name))
                if new is not old:
                    changed[name] = new
        return msgspec.structs.replace(record, **changed) if changed else record

    def _cleaner(self, record: msgspec.Struct, field: str) -> Callable[[str], str]:
        """What a name alone gives away is masked with the name in front."""
        name = getattr(record, "name", None) if field in _OF_A_NAME else None
        if not isinstance(name, str):
            return self.keep if field in _KEPT else self.clean
        return self._behind(name)

    def _behind(self, name: str) -> Callable[[str], str]:
        if not _SECRET_NAME.search(name):
            return self.clean
        head = f"{printable(name)} = "
        return lambda text: self.clean(head + text)[len(head) :]

    def value(self, value: object, clean: Callable[[str], str]) -> object:
        if value.__class__ is str:
            new = clean(value)
            return value if new == value else new
        if value.__class__ is tuple:
            items = [self.value(item, clean) for item in value]
            return value if all(map(is_, value, items)) else tuple(items)
        if isinstance(value, msgspec.Struct):
            return self.record(value)
        if value.__class__ is dict:
            return {self.keep(key): self.value(item, self._behind(key)) for key, item in value.items()}
        return value
