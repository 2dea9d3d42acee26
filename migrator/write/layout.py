"""Elements between brackets and the white space around them: putting one in, taking one out.

`take` reads a libcst call, display or subscript as `Items`, `put` writes it back. A *gap* is what
stands before an element: the rest of the previous line with its comment, comment lines, and the
element's indentation; the last gap stands before the closing bracket.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import libcst as cst

    Gap = cst.BaseParenthesizableWhitespace
    Element = cst.Arg | cst.BaseElement | cst.BaseDictElement | cst.SubscriptElement

_FIELDS = {
    "Call": ("args", "", ""),
    "Dict": ("elements", "lbrace", "rbrace"),
    "Set": ("elements", "lbrace", "rbrace"),
    "List": ("elements", "lbracket", "rbracket"),
    "Tuple": ("elements", "lpar", "rpar"),
    "Subscript": ("slice", "lbracket", "rbracket"),
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
    commas: tuple[Gap, ...]
    trailing: bool


def holds_items(node: cst.CSTNode) -> bool:
    """Whether `take` knows this node."""
    return type(node).__name__ in _FIELDS


def take(node: Any) -> Items:
    """The node's elements and the white space around them."""
    field, opening, closing = _FIELDS[type(node).__name__]
    held = getattr(node, field)
    if not held:
        return Items((), (_empty(), _empty()), (), False)
    first = _bracket(node, opening).whitespace_after if opening else node.whitespace_before_args
    last = _bracket(node, closing).whitespace_before if closing else _empty()
    gaps = (first, *(_after(item) for item in held[:-1]), _longer(_after(held[-1]), last))
    trailing = _has_comma(held[-1])
    commas = tuple(_before_comma(item) for item in held)
    return Items(tuple(_bare(item) for item in held), gaps, commas, trailing)


def put(node: Any, items: Items) -> Any:
    """The node with these elements instead of its own."""
    import libcst as cst

    field, opening, closing = _FIELDS[type(node).__name__]
    last = len(items.elements) - 1
    held = []
    for index, element in enumerate(items.elements):
        comma = cst.Comma(whitespace_before=items.commas[index], whitespace_after=items.gaps[index + 1])
        if index < last:
            held.append(element.with_changes(comma=comma))
        elif items.trailing:
            held.append(element.with_changes(comma=comma if not closing else _flat(comma)))
        else:
            held.append(element if closing else element.with_changes(whitespace_after_arg=items.gaps[-1]))
    if not closing:
        return node.with_changes(whitespace_before_args=items.gaps[0], **{field: held})
    return node.with_changes(
        **{field: held},
        **_set_bracket(node, opening, "whitespace_after", items.gaps[0]),
        **_set_bracket(node, closing, "whitespace_before", items.gaps[-1]),
    )


def insert(items: Items, element: Element, beside: int, *, before: bool) -> Items:
    """Put `element` behind (or ahead of) element number `beside`, laid out like it."""
    if not items.elements:
        return items._replace(elements=(element,), commas=(_empty(),))
    at = beside if before else beside + 1
    left, right = _ahead(items, beside) if before else _behind(items, beside)
    return items._replace(
        elements=(*items.elements[:at], element, *items.elements[at:]),
        gaps=(*items.gaps[:at], left, right, *items.gaps[at + 1 :]),
        commas=(*items.commas[:at], _empty(), *items.commas[at:]),
    )


def remove(items: Items, index: int) -> Items:
    """Take element number `index` out, with its comma, its line and the comment on it."""
    last = index == len(items.elements) - 1
    before, after = items.gaps[index], items.gaps[index + 1]
    alone = len(items.elements) == 1
    gap = _emptied(before, after) if alone else _joined(before, after, first=index == 0, last=last)
    return Items(
        elements=items.elements[:index] + items.elements[index + 1 :],
        gaps=(*items.gaps[:index], gap, *items.gaps[index + 2 :], *([_empty()] if alone else [])),
        commas=items.commas[:index] + items.commas[index + 1 :],
        trailing=items.trailing and not alone,
    )


def _behind(items: Items, index: int) -> tuple[Gap, Gap]:
    before, after = items.gaps[index], items.gaps[index + 1]
    last = index == len(items.elements) - 1
    if last and not _is_broken(before):
        return (before if index else _space()), after
    if not last and not _is_broken(after):
        return after, after
    if index and not _is_broken(before):
        return before, after
    line = _line(before if _is_broken(before) else after)
    if not _is_broken(after):
        return line, after
    return line.with_changes(first_line=after.first_line), after.with_changes(first_line=line.first_line)


def _ahead(items: Items, index: int) -> tuple[Gap, Gap]:
    before, after = items.gaps[index], items.gaps[index + 1]
    last = index == len(items.elements) - 1
    if not _is_broken(before):
        if index:
            return before, before
        return before, _space() if last else _line(after) if _is_broken(after) else after
    if index and not last and not _is_broken(after):
        return before, after
    return before.with_changes(empty_lines=()), before.with_changes(first_line=_line(before).first_line)


def _joined(before: Gap, after: Gap, *, first: bool, last: bool) -> Gap:
    if not _is_broken(before):
        if _is_broken(after) and first:
            return _line(after).with_changes(empty_lines=after.empty_lines) if after.empty_lines else before
        return after if last or _is_broken(after) else before
    if not _is_broken(after):
        keep = not last or before.first_line.comment
        return before.with_changes(empty_lines=() if last else before.empty_lines) if keep else after
    own = () if last else before.empty_lines
    return after.with_changes(first_line=before.first_line, empty_lines=after.empty_lines or own)


def _emptied(before: Gap, after: Gap) -> Gap:
    head = before.first_line if _is_broken(before) and before.first_line.comment else None
    lines = [line for line in after.empty_lines if line.comment] if _is_broken(after) else []
    if not head and not lines:
        return _empty()
    line = _line(after if _is_broken(after) else before)
    return line.with_changes(first_line=head or line.first_line, empty_lines=lines)


def _is_broken(gap: Any) -> bool:
    return hasattr(gap, "first_line")


def _empty() -> Gap:
    import libcst as cst

    return cst.SimpleWhitespace("")


def _space() -> Gap:
    import libcst as cst

    return cst.SimpleWhitespace(" ")


def _line(like: Any) -> Any:
    import libcst as cst

    return cst.ParenthesizedWhitespace(indent=like.indent, last_line=like.last_line)


def _longer(one: Any, other: Any) -> Gap:
    return other if _is_broken(other) or not _is_broken(one) and other.value else one  # type: ignore[no-any-return]


def _has_comma(element: Any) -> bool:
    return hasattr(element.comma, "whitespace_after")


def _after(element: Any) -> Gap:
    if _has_comma(element):
        return element.comma.whitespace_after  # type: ignore[no-any-return]
    return getattr(element, "whitespace_after_arg", _empty())


def _before_comma(element: Any) -> Gap:
    if not _has_comma(element):
        return _empty()
    return _longer(getattr(element, "whitespace_after_arg", _empty()), element.comma.whitespace_before)


def _bare(element: Any) -> Element:
    import libcst as cst

    blank = {"whitespace_after_arg": _empty()} if isinstance(element, cst.Arg) else {}
    return element.with_changes(comma=cst.MaybeSentinel.DEFAULT, **blank)  # type: ignore[no-any-return]


def _flat(comma: cst.Comma) -> cst.Comma:
    return comma.with_changes(whitespace_after=_empty())


def _bracket(node: Any, name: str) -> Any:
    held = getattr(node, name)
    if not isinstance(held, (list, tuple)):
        return held
    return held[-1] if name == "lpar" else held[0]


def _set_bracket(node: Any, name: str, side: str, gap: Gap) -> dict[str, Any]:
    changed = _bracket(node, name).with_changes(**{side: gap})
    held = getattr(node, name)
    if not isinstance(held, (list, tuple)):
        return {name: changed}
    return {name: [*held[:-1], changed] if name == "lpar" else [changed, *held[1:]]}
