"""Single tests on a model's name, by their form: what they say of a name, and what they name themselves."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Literal, NamedTuple

from migrator.know.predicates.budget import Budget, Stop
from migrator.know.predicates.regular_expressions import fits
from migrator.know.solver import UnsolvedError
from migrator.know.values import Value
from migrator.read.scopes import last_name

if TYPE_CHECKING:
    from migrator.check.written_names import Written
    from migrator.know.evaluator import Evaluator
    from migrator.know.values import Entry
    from migrator.read.nodes import Node

Form = Literal["equal", "listed", "begun", "ended", "piece", "matched"]
STEPS = 20_000
_DISPLAYS = ("List", "Tuple", "Set")
_MATCHES = ("match", "fullmatch", "search")
_ENDS: dict[str, Form] = {"startswith": "begun", "endswith": "ended"}


class Asking(NamedTuple):
    """One test.

    Attributes:
        test: the whole of it.
        subject: the expression that is asked about.
        form: how it asks; `how` names the function of a pattern.
        texts: what it names, and `literals`, where that is written: constants, members of enumerations.
        is_negated: whether it says no where a text fits.
    """

    test: Node
    subject: Node
    form: Form
    texts: tuple[str, ...]
    literals: tuple[Node, ...]
    is_negated: bool = False
    how: str = ""

    def says(self, name: str) -> bool:
        """What it says of a name."""
        return any(self._fits(text, name) for text in self.texts) != self.is_negated

    def _fits(self, text: str, name: str) -> bool:
        match self.form:
            case "begun":
                return name.startswith(text)
            case "ended":
                return name.endswith(text)
            case "piece":
                return text in name
            case "matched":
                return _matched(text, name, self.how)
        return text == name


def asking(know: Evaluator, test: Node, written: Written) -> Asking | None:
    """A test by its form; none if it is of no form, or names what is not known."""
    if test.kind == "Compare" and len(test.value) == 1:
        return _compared(know, test, written)
    if test.kind != "Call":
        return None
    name, arguments = last_name(test.first), test.all("args")
    if name == "any" and len(arguments) == 1:
        return _any(know, test, arguments[0], written)
    if test.first.kind != "Attribute" or not arguments:
        return None
    base = test.first.first
    if name in _ENDS and _hears(base, written):
        return _made(know, test, base, _ENDS[name], arguments[0])
    if name in _MATCHES and _hears(arguments[-1], written) and len(arguments) <= 2:
        pattern = arguments[0] if len(arguments) == 2 else base
        found = _made(know, test, arguments[-1], "matched", pattern)
        return found._replace(how=name) if found is not None and len(found.texts) == 1 else None
    return None


def looking_in(know: Evaluator, test: Node) -> Asking | None:
    """A test that looks in a collection, whatever it is that it looks for."""
    if test.kind != "Compare" or test.value not in (("In",), ("NotIn",)):
        return None
    return _made(know, test, test.first, "listed", test.all("comparators")[0])


def _compared(know: Evaluator, test: Node, written: Written) -> Asking | None:
    operator, left, right = test.value[0], test.first, test.all("comparators")[0]
    negated = operator in ("NotEq", "NotIn", "IsNot")
    if operator in ("Eq", "NotEq", "Is", "IsNot"):
        hearing = [side for side in (left, right) if _hears(side, written)]
        if len(hearing) != 1:  # what was written on both sides is as alike as it was before
            return None
        found = _made(know, test, hearing[0], "equal", left if hearing[0] == right else right)
    elif operator in ("In", "NotIn") and _hears(left, written):
        found = _made(know, test, left, "listed", right)
    elif operator in ("In", "NotIn") and left.kind == "Constant" and _hears(right, written):
        found = _made(know, test, right, "piece", left)
    else:
        return None
    return found._replace(is_negated=negated) if found is not None else None


def _any(know: Evaluator, test: Node, inner: Node, written: Written) -> Asking | None:
    """`any(piece in model for piece in pieces)`, `any(model.startswith(p) for p in prefixes)`."""
    loops = inner.all("generators")
    target = loops[0].child("target") if len(loops) == 1 and not loops[0].all("ifs") else None
    elt, items = inner.child("elt"), loops[0].child("iter") if loops else None
    if target is None or elt is None or items is None or target.kind != "NameStore":
        return None

    for part in elt.all("values") if elt.kind == "BoolOp" and elt.value == "Or" else (elt,):
        found = _of_each(part, str(target.value))
        if found is not None and _hears(found[0], written):
            return _made(know, test, *found, items)
    return None


def _of_each(elt: Node, item: str) -> tuple[Node, Form] | None:
    """What is asked about each of some pieces, and how."""

    def is_item(node: Node) -> bool:
        return node.kind == "Name" and node.value == item

    if elt.kind == "Compare" and elt.value in (("In",), ("Eq",)):
        left, right = elt.first, elt.all("comparators")[0]
        if is_item(left):
            return right, "piece" if elt.value == ("In",) else "equal"
        return (left, "equal") if is_item(right) and elt.value == ("Eq",) else None
    if elt.kind == "Call" and last_name(elt.first) in _ENDS and elt.first.kind == "Attribute":
        arguments = elt.all("args")
        if len(arguments) == 1 and is_item(arguments[0]):
            return elt.first.first, _ENDS[last_name(elt.first)]
    return None


def _hears(node: Node, written: Written) -> bool:
    return node.kind != "Constant" and bool(written.values(node, None))


def _made(know: Evaluator, test: Node, subject: Node, form: Form, named: Node) -> Asking | None:
    """A test with the texts that an expression is or holds, if they are all known."""
    texts: dict[str, Node | None] | None = None
    with suppress(UnsolvedError):
        texts = _named_texts(know, named)
    texts = texts or _written_texts(know, named)
    if not texts:
        return None
    literals = tuple(one for one in texts.values() if one is not None)
    return Asking(test, subject, form, tuple(texts), literals)


def _named_texts(know: Evaluator, named: Node) -> dict[str, Node | None] | None:
    """The texts that an expression is or holds; none if not all of them are known."""
    texts: dict[str, Node | None] = {}
    for value in know.value(named, know.frames.of(named)):
        held = _texts(know, value, named)
        if held is None:
            return None
        texts |= held
    return texts


def _written_texts(know: Evaluator, named: Node) -> dict[str, Node | None]:
    """The texts of a display as it is written, where it takes too much to find what it holds."""
    if named.kind == "Name":
        bindings = know.bindings(named)
        value = bindings[0].parent.child("value") if len(bindings) == 1 and bindings[0].parent else None
        return _written_texts(know, value) if value is not None and value.kind in _DISPLAYS else {}
    elements = named.all("elts") if named.kind in _DISPLAYS else []
    if not elements or any(one.kind != "Constant" or not isinstance(one.value, str) for one in elements):
        return {}
    return {one.value: one for one in elements}


def _texts(know: Evaluator, value: Value, named: Node) -> dict[str, Node | None] | None:
    """The texts that a value is or holds, with their literals; none if something there is not known."""
    if value.kind == "sequence":
        entries = sorted(know.elements(value), key=lambda e: (e.node or e.holder).index)
        found = [_element(know, v, entry) for entry in entries for v in know.held(entry)]
        return {text: node for text, node in found if text} if all(text for text, _ in found) else None
    if know.is_member(value):
        text, _ = _element(know, value, None)
        return {text: named if named.kind == "Attribute" else None} if text else None
    values = know.plain(frozenset((value,)))
    if value.kind == "library" and str(value.data) == "re.compile()" and value.node.kind == "Call":
        arguments = value.node.all("args")
        values = know.value(arguments[0], value.frame) if len(arguments) == 1 else frozenset()
        if value.node.all("keywords"):
            return None
    texts = {one.text: next(iter(one.more), None) for one in values if one.text is not None}
    return texts if len(texts) == len(values) > 0 else None


def _element(know: Evaluator, value: Value, entry: Entry | None) -> tuple[str, Node | None]:
    """The text of an element, and where it is written."""
    if value.text is not None:
        return value.text, next(iter(value.more), None)
    held = know.member(value, "value", value.node, value.frame) if know.is_member(value) else ()
    texts = [one.text for one in held if one.text is not None]
    return (texts[0], entry.node if entry else None) if len(texts) == 1 else ("", None)


def member_named(know: Evaluator, subject: Node, text: str) -> str:
    """The name of the member that holds a text, beside another of its enumeration."""
    values = know.value(subject, know.frames.of(subject))
    classes = {v.data for v in values if v.kind == "instance" and know.is_enum(v.data)}
    for one in sorted(classes, key=lambda node: node.where):
        for member in know.members_of(Value("class", one), subject):
            held = know.member(member, "value", subject, None) if know.is_member(member) else ()
            if any(value.text == text for value in held):
                return str(member.node.value)
    return ""


def _matched(pattern: str, name: str, how: str) -> bool:
    try:
        return fits(pattern, name, how, 0, Budget(STEPS)) is not None
    except (Stop, re.error, RecursionError, OverflowError):
        return False
