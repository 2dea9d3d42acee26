"""The little of YAML that a generated file needs; every text that could mislead is quoted."""

from __future__ import annotations

import json
import re
from typing import Any

_PLAIN = re.compile(r"[A-Za-z_][\w./:-]*[\w./]|[A-Za-z_]")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n", "none"})


def dump(value: Any, indent: int = 0) -> str:  # noqa: ANN401
    """A value as block YAML, with a final newline."""
    pad = "  " * indent
    if isinstance(value, dict) and value:
        return "".join(f"{pad}{_text(str(k))}:{_nested(v, indent)}" for k, v in value.items())
    if isinstance(value, (list, tuple)) and value:
        return "".join(_item(item, indent) for item in value)
    return f"{pad}{_scalar(value)}\n"


def _item(value: Any, indent: int) -> str:  # noqa: ANN401
    pad = "  " * indent
    if isinstance(value, (dict, list, tuple)) and value:
        inner = dump(value, indent + 1)
        return f"{pad}- {inner[len(pad) + 2 :]}"
    return f"{pad}- {_scalar(value)}\n"


def _nested(value: Any, indent: int) -> str:  # noqa: ANN401
    if isinstance(value, (dict, list, tuple)) and value:
        return "\n" + dump(value, indent + 1)
    return f" {_scalar(value)}\n"


def _scalar(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, str):
        return _text(value)
    return json.dumps(value, ensure_ascii=False)


def _text(value: str) -> str:
    if _PLAIN.fullmatch(value) and value.lower() not in _WORDS and not value.endswith(":"):
        return value
    return json.dumps(value, ensure_ascii=False).replace("\u2028", "\\u2028").replace("\x85", "\\x85")
