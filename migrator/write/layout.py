"""Elements between brackets and the white space around them: putting one in, taking one out.

`take` reads a libcst call, display or subscript as `Items`, `put` writes it back. A *gap* is what
stands before an element: the rest of the previous line with its comment, comment lines, and the
element's indentation; the last gap stands before the closing bracket. A gap is *broken* if it holds
a line break (`ParenthesizedWhitespace`).
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import libcst as cst

Container: TypeAlias = cst.Call | cst.Dict | cst.List | cst.Set | cst.Subscript | cst.Tuple
Element: TypeAlias = cst.Arg | cst.BaseElement | cst.BaseDictElement | cst.SubscriptElement
Gap = cst.BaseParenthesizableWhitespace
Broken = cst.ParenthesizedWhitespace

_EMPTY = cst.SimpleWhitespace("")
_SPACE = cst.SimpleWhitespace(" ")
_FIELDS: dict[type, tuple[str, str, str]] = {
    cst.Call: ("args", "", ""),
    cst.Dict: ("elements", "lbrace", "rbrace"),
    cst.List: ("elements", "lbracket", "rbracket"),
    cst.Set: ("elements", "lbrace", "rbrace"),
    cst.Subscript: ("slice", "lbracket", "rbracket"),
    cst.Tuple: ("elements", "lpar", "rpar"),
}


class Items(NamedTuple):
    """What stands between two brackets.

    Attributes:
        elements: without their commas.
        gaps: one before each element and one before the closing bracket.
        commas: the white space between each element and its comma.
        trailing: whether a comma follows the last element.
    """

    elements: tuple[Element, ...]
    gaps: tuple[Gap, ...]
    commas: tuple[Gap, ...] = ()
    trailing: bool = False


def take(node: Container) -> Items:
    """The node's elements and the white space around them."""
    field, opening, closing = _FIELDS[type(node)]
    held = getattr(node, field)
    if not held:
        return Items((), (_EMPTY, _EMPTY))
    if isinstance(node, cst.Call):
        before, last = node.whitespace_before_args, _EMPTY
    else:
        before, last = _bracket(node, opening).whitespace_after, _bracket(node, closing).whitespace_before
    gaps = (before, *(_after(item) for item in held[:-1]), _wider(_after(held[-1]), last))
    commas = tuple(_before_comma(item) for item in held)
    return Items(tuple(_bare(item) for item in held), gaps, commas, isinstance(held[-1].comma, cst.Comma))


def put(node: Container, items: Items) -> Container:
    """The node with these elements instead of its own."""
    field, opening, closing = _FIELDS[type(node)]
    held = [_separated(items, index) for index in range(len(items.elements))]
    if isinstance(node, cst.Call):
        if held:
            held[-1] = _closed(held[-1], items)
        return node.with_changes(args=held, whitespace_before_args=items.gaps[0])
    changes = {field: held}
    changes |= _set_bracket(node, opening, "whitespace_after", items.gaps[0])
    changes |= _set_bracket(node, closing, "whitespace_before", items.gaps[-1])
    return node.with_changes(**changes)


def insert(items: Items, element: Element, beside: int, *, before: bool) -> Items:
    """Put `element` behind (or ahead of) element number `beside`, laid out like it."""
    if not items.elements:
        return items._replace(elements=(element,), commas=(_EMPTY,))
    at = beside if before else beside + 1
    left, right = _ahead(items, beside) if before else _behind(items, beside)
    return items._replace(
        elements=(*items.elements[:at], element, *items.elements[at:]),
        gaps=(*items.gaps[:at], left, right, *items.gaps[at + 1 :]),
        commas=(*items.commas[:at], _EMPTY, *items.commas[at:]),
    )


def replace(items: Items, index: int, element: Element) -> Items:
    """Put `element` in the place of element number `index`, with the comments around it."""
    return items._replace(elements=(*items.elements[:index], element, *items.elements[index + 1 :]))


def remove(items: Items, index: int) -> Items:
    """Take element number `index` out, with its comma, its line and the comment on it."""
    before, after = items.gaps[index], items.gaps[index + 1]
    if len(items.elements) == 1:
        return Items((), (_emptied(before, after), _EMPTY))
    last = index == len(items.elements) - 1
    gap = _joined(before, after, first=index == 0, last=last)
    if last and isinstance(wrapped := items.commas[index - 1], Broken) and not items.trailing:
        gap = _joined(wrapped, gap, first=False, last=True)
    return Items(
        elements=items.elements[:index] + items.elements[index + 1 :],
        gaps=(*items.gaps[:index], gap, *items.gaps[index + 2 :]),
        commas=items.commas[:index] + items.commas[index + 1 :],
        trailing=items.trailing,
    )


def _behind(items: Items, index: int) -> tuple[Gap, Gap]:
    """The gaps around a new element that follows element `index`."""
    before, after = items.gaps[index], items.gaps[index + 1]
    last = index == len(items.elements) - 1
    if last and not isinstance(before, Broken):
        return (before if index else _SPACE), after
    if not last and not isinstance(after, Broken):
        return after, after
    if index and not isinstance(before, Broken):
        return before, after
    if not isinstance(after, Broken):
        assert isinstance(before, Broken)
        return _line(before), after
    line = _line(before if isinstance(before, Broken) else after)
    return line.with_changes(first_line=after.first_line), after.with_changes(first_line=line.first_line)


def _ahead(items: Items, index: int) -> tuple[Gap, Gap]:
    """The gaps around a new element that precedes element `index`."""
    before, after = items.gaps[index], items.gaps[index + 1]
    last = index == len(items.elements) - 1
    if isinstance(before, Broken):
        if index and not last and not isinstance(after, Broken):
            return before, after
        return before.with_changes(empty_lines=()), before.with_changes(first_line=_line(before).first_line)
    if index or last:
        return before, before if index else _SPACE
    return before, _line(after) if isinstance(after, Broken) else after


def _joined(before: Gap, after: Gap, *, first: bool, last: bool) -> Gap:
    """One gap instead of the two around an element that goes, without what belonged to its own line."""
    if isinstance(before, Broken) and isinstance(after, Broken):
        own = () if last else before.empty_lines
        return after.with_changes(first_line=before.first_line, empty_lines=after.empty_lines or own)
    if isinstance(before, Broken):
        if not last:
            return before
        return before.with_changes(empty_lines=()) if before.first_line.comment else after
    if isinstance(after, Broken):
        if not first:
            return after
        return _line(after).with_changes(empty_lines=after.empty_lines) if after.empty_lines else before
    return after if last else before


def _emptied(before: Gap, after: Gap) -> Gap:
    """What is left between the brackets once the only element goes: comments that are not its own."""
    head = before.first_line if isinstance(before, Broken) and before.first_line.comment else None
    lines = [line for line in after.empty_lines if line.comment] if isinstance(after, Broken) else []
    last = after if isinstance(after, Broken) else before
    if not isinstance(last, Broken) or not (head or lines):
        return _EMPTY
    line = _line(last)
    return line.with_changes(first_line=head or line.first_line, empty_lines=lines)


def _line(like: Broken) -> Broken:
    """A line break with the indentation of another, without its comments."""
    return Broken(indent=like.indent, last_line=like.last_line)


def _wider(one: Gap, other: Gap) -> Gap:
    return other if one.empty else one


def _after(element: Any) -> Gap:  # noqa: ANN401 - libcst's elements share no base with a comma
    if isinstance(element.comma, cst.Comma):
        return element.comma.whitespace_after
    return element.whitespace_after_arg if isinstance(element, cst.Arg) else _EMPTY


def _before_comma(element: Any) -> Gap:  # noqa: ANN401 - as above
    if not isinstance(element.comma, cst.Comma):
        return _EMPTY
    own = element.whitespace_after_arg if isinstance(element, cst.Arg) else _EMPTY
    return _wider(own, element.comma.whitespace_before)


def _bare(element: Element) -> Element:
    blank = {"whitespace_after_arg": _EMPTY} if isinstance(element, cst.Arg) else {}
    return element.with_changes(comma=cst.MaybeSentinel.DEFAULT, **blank)


def _separated(items: Items, index: int) -> Element:
    """The element with its comma; what follows the last one stands at the closing bracket."""
    last = index == len(items.elements) - 1
    if last and not items.trailing:
        return items.elements[index]
    after = _EMPTY if last else items.gaps[index + 1]
    comma = cst.Comma(whitespace_before=items.commas[index], whitespace_after=after)
    return items.elements[index].with_changes(comma=comma)


def _closed(element: Element, items: Items) -> Element:
    """A call's last argument holds what stands before the closing parenthesis."""
    if not items.trailing:
        return element.with_changes(whitespace_after_arg=items.gaps[-1])
    comma = cst.Comma(whitespace_before=items.commas[-1], whitespace_after=items.gaps[-1])
    return element.with_changes(comma=comma)


def _bracket(node: Container, name: str) -> Any:  # noqa: ANN401 - six kinds of bracket
    held = getattr(node, name)
    return held if isinstance(held, cst.CSTNode) else held[-1] if name == "lpar" else held[0]


def _set_bracket(node: Container, name: str, side: str, gap: Gap) -> dict[str, Any]:
    changed = _bracket(node, name).with_changes(**{side: gap})
    held = getattr(node, name)
    if isinstance(held, cst.CSTNode):
        return {name: changed}
    return {name: [*held[:-1], changed] if name == "lpar" else [changed, *held[1:]]}
