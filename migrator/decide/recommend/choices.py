"""What the user has decided: `# gpt55: pin=mini -- why`, the settings' `pins`, the settings' `map`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from migrator.decide.catalogue import VARIANTS, Catalogue
from migrator.decide.perpath import PerPath
from migrator.decide.records import qualified
from migrator.inventory import Finding, Reason, Recommendation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from migrator.read.nodes import FileFacts, Node
    from migrator.settings import Settings

_PIN = re.compile(r"#[ \t]*gpt55:[ \t]*pin[ \t]*=[ \t]*([^\s\[\]]+)([^\n\r]*)")
_WHY = re.compile(r"--\s*(.+)")
_SIMPLE = ("Assign", "AnnAssign", "Expr", "Return", "AugAssign")


class Choice(NamedTuple):
    """A variant (or a target id) that somebody chose, and where."""

    variant: str
    rule: str
    text: str
    path: str = ""
    line: int = 0


class Choices:
    """The choices that hold in one run."""

    def __init__(self, settings: Settings, files: Iterable[FileFacts], catalogue: Catalogue) -> None:
        self.settings = settings
        self.per_path = PerPath(settings)
        files = list(files)
        self.files = frozenset(file.path for file in files)
        self.known = {name: name for name in VARIANTS}
        for name, variant in catalogue.catalog.variants.items():
            self.known |= {variant.guide_id: name, variant.id: name}
        self._used: set[str] = set()
        self.comments = {file.path: found for file in files if (found := list(_comments(file)))}

    def of(self, node: Node, model: str, sites: Iterable[Node]) -> Choice | None:
        """A comment at the literal or at all its calls decides, then the settings' pins and `map`."""
        fed = list(sites)
        for find in (self._commented, self._pinned):
            found = find(node)
            if found is not None:
                return found
            at_calls = [find(call) for call in fed]
            if at_calls and at_calls[0] is not None and len({c.variant if c else "" for c in at_calls}) == 1:
                return at_calls[0]
        wanted = self.per_path.target(node.file.path, model)
        return Choice(self.known.get(wanted, wanted), "map", f"the settings map {model}") if wanted else None

    def _commented(self, node: Node) -> Choice | None:
        for choice in self.comments.get(node.file.path, ()):
            if choice.variant in self.known and choice.line in _lines(node):
                return choice._replace(variant=self.known[choice.variant])
        return None

    def _pinned(self, node: Node) -> Choice | None:
        path = node.file.path
        for key in (f"{path}:{node.line}", f"{path}::{qualified(node)}"):
            wanted = self.settings.at(path).pins.get(key)
            if wanted:
                self._used.add(key)
                return Choice(
                    self.known.get(wanted, wanted), "pin", f"the settings pin {key}", path, node.line
                )
        return None

    def problems(self) -> Iterator[Finding]:
        """Comments that pin nothing, since what they name is no target, and pins where nothing is decided."""
        for settings in self.settings.all():
            for place in sorted(settings.pins.keys() - self._used):
                path, _, line = place.partition("::") if "::" in place else place.rpartition(":")
                if path in self.files:
                    number = int(line) if line.isdigit() else 1
                    text = f'the pin "{place}" pins nothing: no old model is chosen there'
                    yield Finding(rule="GPT55-S002", path=path, line=number, message=text)
        for path, choices in sorted(self.comments.items()):
            for choice in choices:
                if choice.variant not in self.known:
                    text = (
                        f"{choice.variant!r} is no target: it pins nothing; use one of {', '.join(VARIANTS)}"
                    )
                    yield Finding(rule="GPT55-S002", path=path, line=choice.line, message=text)


def chosen(advice: Recommendation, choice: Choice, variant: str) -> Recommendation:
    """The recommendation with a choice on top: what was recommended stays readable."""
    reason = Reason(
        rule=choice.rule, text=choice.text, favours=choice.variant, path=choice.path, line=choice.line
    )
    runner_up = advice.variant if advice.variant != variant else advice.runner_up
    reasons = (reason, *advice.reasons)
    return msgspec.structs.replace(
        advice, variant=variant, runner_up=runner_up, confidence=1.0, band="", reasons=reasons
    )


def _comments(file: FileFacts) -> Iterator[Choice]:
    if b"gpt55:" not in file.utf8:
        return
    source = file.text
    for match in _PIN.finditer(source):
        line = _line(source, match.start())
        if not _in_string(file, line):
            why = _WHY.search(match[2])
            text = f"pinned by a comment: {why[1].strip()}" if why else "pinned by a comment"
            yield Choice(match[1].rstrip(","), "pin", text, file.path, line)


def _line(text: str, offset: int) -> int:
    return len(re.findall(r"\r\n|\r|\n", text[:offset])) + 1


def _in_string(file: FileFacts, line: int) -> bool:
    """Whether a string that mentions a pin covers a line."""
    tree = file.tree
    for index in tree.of_kind("Constant"):
        first, _, last, _ = tree.span(index)
        value = tree.value[index]
        if first <= line <= last and isinstance(value, str) and "gpt55:" in value:
            return True
    return False


def _lines(node: Node) -> range:
    """The lines where a comment speaks of a node: its own, the one above, those of the call around it."""
    first, last = node.line - 1, max(node.line, node.span[2])
    for above in (node, *node.ancestors()):
        if above.kind in (*_SIMPLE, "Call"):
            return range(min(first, above.line), max(last, above.span[2]) + 1)
        if above.is_statement:
            break
    return range(first, last + 1)
