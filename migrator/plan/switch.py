"""How a share of the traffic is taken in a project's own way, and lines of its own as examples of a
change.
"""

from __future__ import annotations

import difflib
import itertools
import re
from typing import TYPE_CHECKING

from migrator.report.redact import mask

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from migrator.plan.plan_rules import PlanRules


def snippet(number: int, share: float, files: Sequence[bytes], rules: PlanRules) -> str:
    """A function that says who gets the new model; quotes and annotations as the project has them."""
    text = "\n".join(data.decode("utf-8", "replace") for data in files)
    rule = next(s for s in rules.switch if not s.signs or any(sign in text for sign in s.signs))
    flag = f"GPT55_PHASE_{number}"
    names = {"flag": flag, "lower": flag.lower(), "share": f"{share:g}"}
    typed = " -> " in text
    head = "def on_new_model(key: str) -> bool:" if typed else "def on_new_model(key):"
    taken = rule.taken.format(**names)
    lines = [*rule.imports, "", "", head, f'    """{rule.note.format(**names)}"""', f"    return {taken}"]
    made = "\n".join(lines).lstrip("\n")
    single = text.count("'") > text.count('"')
    return made.replace('"""', "\0").replace('"', "'").replace("\0", '"""') if single else made


def changed(patch: bytes) -> Iterator[tuple[str, str]]:
    """Lines of a patch that go (`-`) and come (`+`), each with its file."""
    file = ""
    for line in mask(patch.decode("utf-8", "replace")).split("\n"):
        if line.startswith("+++ "):
            file = line[4:].removeprefix("b/")
        elif line.startswith(("-", "+")) and not line.startswith("--- "):
            yield file, line


def example(lines: Sequence[tuple[str, str]], name: str) -> tuple[str, ...]:
    """A line of the project that passes the parameter, after its file, and what comes in its place."""
    passed = re.compile(rf"\b{re.escape(name)}\b[\"']?\s*[=:]")
    found = [at for at, (_, line) in enumerate(lines) if line[0] == "-" and passed.search(line)]
    if not found:
        return ()
    at = min(found, key=lambda place: len(lines[place][1]))
    file, old = lines[at]
    come = [
        line for f, line in itertools.takewhile(lambda entry: entry[0] == file, lines[at:]) if line[0] == "+"
    ]
    return (file, *map(mask, (old, *difflib.get_close_matches(old, come[:8], 1, 0.6))))
