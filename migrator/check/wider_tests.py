"""The edits that make a test name new ids, or members that hold them, as it names others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.check.completing import WIDER, Fix
from migrator.check.single_tests import Asking, member_named
from migrator.check.spelling import is_plain_text, quoted, wider_pattern
from migrator.inventory.edit_records import AddElement, ReplaceExpression
from migrator.read.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from migrator.check.added_members import Members
    from migrator.check.edited_places import Places
    from migrator.know.evaluator import Evaluator
    from migrator.read.nodes import Node

_PLAIN = frozenset({"If", "IfExp", "Return", "Assign", "AnnAssign", "keyword", "comprehension"})


class WiderTests:
    """Widens single tests of the edited program; `known` are the other ids that they may be meant for."""

    def __init__(self, know: Evaluator, written: Members, places: Places, known: Sequence[str]) -> None:
        self.know = know
        self.written = written
        self.places = places
        self.known = known

    def asked(self, asked: Asking, ids: frozenset[str], *, wanted: bool, may_withdraw: bool) -> Fix | None:
        """The wider test: it names the new ids, as it names another that it says the same of."""
        heard = self.written.values(asked.subject, None)
        subject = [v.constant for v in heard if self.written.target(v.text) in ids]
        news = sorted({text for text in subject if asked.says(text) != wanted})
        is_meant = any(asked.says(one) == wanted for one in self.known)
        if not news or not is_meant:
            return None
        if asked.is_negated == wanted:
            if not may_withdraw:
                return None
            return first(self._withdrawn(one) for one in asked.literals if one.value in news)
        return first((self.listed(asked, news), self._spelled(asked, news)))

    def listed(self, asked: Asking, news: Sequence[str]) -> Fix | None:
        """One more element of the collection that a test looks in; the next is added in another round."""
        known = (n for n in reversed(asked.literals) if _is_element(n) and n.value not in news)
        literal = next((n for n in known if not self._is_new(n)), None)
        if literal is None or literal.parent is None or self._is_gone_through(literal.parent):
            return None
        text = self.spoken(literal, news[0])
        display = self.places.was(literal.parent)
        old = [one.source for one in display.all("elts")] if display is not None else []
        if display is None or literal.source not in old or not text:
            return None
        added = AddElement(source=text, beside=old.index(literal.source))
        return Fix(literal.file.path, display.span, added, WIDER)

    def _is_new(self, element: Node) -> bool:
        """Whether an element is a new id, or a member that holds one."""
        return bool(self.written.target(str(element.value)) or self.written.values(element, None))

    def _withdrawn(self, literal: Node) -> Fix | None:
        """No longer an element that an edit added."""
        edit = self.places.adding(literal)
        return Fix(edit.path, edit.anchor, None, instead=edit.operation) if edit is not None else None

    def spoken(self, literal: Node, text: str) -> str:
        """A new id as an element is written that stands beside it."""
        if literal.kind != "Attribute":
            return quoted(literal, text)
        name = member_named(self.know, literal, text)
        return f"{literal.first.source}.{name}" if name else ""

    def _is_gone_through(self, display: Node) -> bool:
        """Whether a loop goes through a collection: what it does may be meant for each."""
        holders = self.know.holders(display, self.know.frames.of(display))
        return any(
            held.node.field == "iter" and not held.path and _is_loop(held.node.parent) for held in holders
        )

    def _spelled(self, asked: Asking, news: Sequence[str]) -> Fix | None:
        """A test that names one text, made to name more."""
        literal = asked.literals[0] if asked.literals else None
        is_one = literal is not None and len(asked.literals) == 1
        if literal is None or not is_one or not (literal.kind == "Attribute" or is_plain_text(literal)):
            return None
        if asked.form == "matched":
            return self.replaced(literal, wider_pattern(literal, news))
        texts = [self.spoken(literal, text) for text in news]
        if not all(texts):
            return None
        if asked.form == "begun" and literal.field == "args":
            return self.replaced(literal, f"({', '.join((literal.source, *texts))})")
        test, tested = asked.test, asked.subject.source
        if asked.form == "equal" and test.kind == "Compare":
            tested = test.first.source if test.first != literal else test.all("comparators")[0].source
            word = "not in" if asked.is_negated else "in"
            return self.replaced(test, f"{tested} {word} ({', '.join((literal.source, *texts))})")
        if asked.form == "piece" and test.first == literal and not asked.is_negated:
            tested = test.all("comparators")[0].source
            wider = " or ".join((test.source, *(f"{text} in {tested}" for text in texts)))
            is_plain = test.parent is not None and test.parent.kind in _PLAIN
            return self.replaced(test, wider if is_plain else f"({wider})")
        return None

    def replaced(self, node: Node, source: str) -> Fix | None:
        anchor = self.places.unchanged(node)
        return Fix(node.file.path, anchor, ReplaceExpression(source=source), WIDER) if anchor else None


def first(found: Iterable[Fix | None]) -> Fix | None:
    """The first edit that there is."""
    return next((one for one in found if one is not None), None)


def _is_element(literal: Node) -> bool:
    parent = literal.parent
    return literal.field == "elts" and parent is not None and parent.kind in ("List", "Tuple", "Set")


def _is_loop(node: Node | None) -> bool:
    """Whether a node is a loop, and not one inside of `any(…)`."""
    if node is None or node.kind != "comprehension":
        return node is not None
    call = node.parent.parent if node.parent is not None else None
    return call is None or call.kind != "Call" or last_name(call.first) not in ("any", "all")
