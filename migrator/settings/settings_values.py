"""Values of settings: times, dates and requirements, as they are written."""

from __future__ import annotations

import datetime
import re


def days_in(text: str) -> int | None:
    """How many days `60d`, `60` or `8w` are."""
    match = re.fullmatch(r"(\d{1,5})([dw]?)", text.strip())
    return int(match[1]) * (7 if match[2] == "w" else 1) if match else None


def is_date(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def unreadable(requirement: str) -> str:
    """What is wrong with a requirement that is to be assumed; nothing where it can be read."""
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        return (
            ""
            if Requirement(requirement).specifier
            else f'"{requirement}" names no release, such as openai>=2'
        )
    except InvalidRequirement:
        return f'"{requirement}" is no requirement, such as openai>=2'
