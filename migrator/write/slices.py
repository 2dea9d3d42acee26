"""The libcst work: an expression's source with the operations on it made."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from migrator.inventory import (
    AddElement,
    AddEntry,
    AddKeyword,
    RemoveEntry,
    RemoveKeyword,
    RenameEntry,
    RenameKeyword,
    ReplaceText,
)
from migrator.write import layout, strings
from migrator.write.errors import NotApplicableError
from migrator.write.order import in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import libcst as cst

    from migrator.inventory import Operation

_NEWLINE = re.compile(r"\r\n|\r|\n")


class Style(NamedTuple):
    """How the file is written: its newline and one step of its indentation."""

    newline: str = "\n"
    indent: str = "    "


def parse_module(text: str, style: Style) -> cst.Module:
    """`text` as a libcst module; raises NotApplicableError where libcst cannot read it."""
    import libcst as cst

    config: cst.PartialParserConfig = cst.PartialParserConfig(
        default_newline=style.newline, default_indent=style.indent
    )
    try:
        return cst.parse_module(text, config)
    except (cst.ParserSyntaxError, UnicodeError) as error:
        raise NotApplicableError("libcst cannot parse this code", code="unparsable") from error


def parse_added(source: str, style: Style) -> cst.BaseExpression:
    """One expression from a rule; raises NotApplicableError where `source` is none."""
    body: Any = parse_module(f"({in_newlines(source.strip(), style)})", style).body
    expression = getattr(body[0].body[0], "value", None) if body else None
    if len(body) != 1 or expression is None:
        raise NotApplicableError(f"not an expression: {source!r}")
    return expression.with_changes(lpar=expression.lpar[1:], rpar=expression.rpar[:-1])  # type: ignore[no-any-return]


def in_newlines(source: str, style: Style) -> str:
    """`source` with the file's newlines."""
    return _NEWLINE.sub(style.newline, source)


def edit_expression(text: str, operations: Sequence[Operation], style: Style) -> str:
    """An expression's source with the operations on it made (all but ReplaceExpression).

    Raises NotApplicableError, which names the operations that cannot be made.
    """
    module = parse_module(f"({text})", style)
    statement: Any = module.body[0]
    node = statement.body[0].value
    texts = [op for op in operations if isinstance(op, ReplaceText)]
    if texts:
        node = strings.replace(node, texts)
    for operation in in_order([op for op in operations if not isinstance(op, ReplaceText)]):
        try:
            node = _HANDLERS[type(operation)](node, operation, style)
        except NotApplicableError as error:
            raise NotApplicableError(error.message, error.operations or (operation,), error.code) from error
    return module.code_for_node(node)[1:-1]


def _rename_keyword(node: Any, operation: RenameKeyword, style: Style) -> Any:
    index = _keyword(node, operation.name)
    if _keywords(node, operation.new):
        raise NotApplicableError(f"the call has {operation.new!r} already")
    argument = node.args[index]
    renamed = argument.with_changes(keyword=argument.keyword.with_changes(value=operation.new))
    return node.with_changes(args=[*node.args[:index], renamed, *node.args[index + 1 :]])


def _remove_keyword(node: Any, operation: RemoveKeyword, style: Style) -> Any:
    index = _keyword(node, operation.name)
    return layout.put(node, layout.remove(layout.take(node), index))


def _add_keyword(node: Any, operation: AddKeyword, style: Style) -> Any:
    import libcst as cst

    if _keywords(node, operation.name):
        raise NotApplicableError(f"the call has {operation.name!r} already")
    tight = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
    value = parse_added(operation.source, style)
    argument = cst.Arg(value, keyword=cst.Name(operation.name), equal=tight)
    items = layout.take(node)
    at = len(items.elements)
    while at and getattr(items.elements[at - 1], "star", "") == "**":
        at -= 1
    return layout.put(node, layout.insert(items, argument, max(at - 1, 0), before=at == 0))


def _rename_entry(node: Any, operation: RenameEntry, style: Style) -> Any:
    import libcst as cst

    index = _entry(node, operation.key)
    entry = node.elements[index]
    if not isinstance(entry.key, cst.SimpleString):
        raise NotApplicableError("the key is no plain literal")
    if _entries(node, operation.new):
        raise NotApplicableError(f"the dict has {operation.new!r} already")
    whole = ReplaceText(old=operation.key, new=operation.new)
    renamed = entry.with_changes(key=strings.replace(entry.key, [whole]))
    return node.with_changes(elements=[*node.elements[:index], renamed, *node.elements[index + 1 :]])


def _remove_entry(node: Any, operation: RemoveEntry, style: Style) -> Any:
    index = _entry(node, operation.key)
    return layout.put(node, layout.remove(layout.take(node), index))


def _add_entry(node: Any, operation: AddEntry, style: Style) -> Any:
    import libcst as cst

    _expect(node, "Dict")
    entry = cst.DictElement(parse_added(operation.key, style), parse_added(operation.value, style))
    return _inserted(node, entry, operation)


def _add_element(node: Any, operation: AddElement, style: Style) -> Any:
    if type(node).__name__ not in ("List", "Tuple", "Set", "Call", "Subscript"):
        raise NotApplicableError("elements go into a list, tuple, set, call or subscript")
    return _inserted(node, _element(node, in_newlines(operation.source.strip(), style), style), operation)


def _element(node: Any, source: str, style: Style) -> Any:
    import libcst as cst

    if isinstance(node, cst.Call):
        argument = parse_call(f"f({source})", style).args
        if len(argument) != 1:
            raise NotApplicableError(f"not one argument: {source!r}")
        return argument[0].with_changes(comma=cst.MaybeSentinel.DEFAULT)
    if source.startswith("*"):
        return cst.StarredElement(parse_added(source[1:], style))
    value = parse_added(source, style)
    return cst.SubscriptElement(cst.Index(value)) if isinstance(node, cst.Subscript) else cst.Element(value)


def parse_call(source: str, style: Style) -> cst.Call:
    """A call given as source; raises NotApplicableError where it is none."""
    import libcst as cst

    node = parse_added(source, style)
    if not isinstance(node, cst.Call):
        raise NotApplicableError(f"not an argument: {source!r}")
    return node


def _inserted(node: Any, element: Any, operation: AddEntry | AddElement) -> Any:
    items = layout.take(node)
    if not 0 <= operation.beside < len(items.elements):
        raise NotApplicableError(f"there is no element {operation.beside}")
    lone = type(node).__name__ == "Tuple" and len(items.elements) == 1 and "\n" not in _code(items.gaps[-1])
    grown = layout.insert(items, element, operation.beside, before=operation.before)
    return layout.put(node, grown._replace(trailing=False) if lone else grown)


def _code(gap: Any) -> str:
    return "\n" if hasattr(gap, "first_line") else ""


def _keyword(node: Any, name: str) -> int:
    found = _keywords(node, name)
    if not found:
        raise NotApplicableError(f"the call has no {name!r}")
    return found[0]


def _keywords(node: Any, name: str) -> list[int]:
    _expect(node, "Call")
    return [i for i, argument in enumerate(node.args) if argument.keyword and argument.keyword.value == name]


def _entry(node: Any, key: str) -> int:
    found = _entries(node, key)
    if len(found) != 1:
        raise NotApplicableError(f"the dict has {len(found) or 'no'} entries {key!r}")
    return found[0]


def _entries(node: Any, key: str) -> list[int]:
    _expect(node, "Dict")
    return [i for i, entry in enumerate(node.elements) if _value(getattr(entry, "key", None)) == key]


def _value(key: Any) -> object:
    if type(key).__name__ not in ("SimpleString", "ConcatenatedString"):
        return None
    value = key.evaluated_value
    return value if isinstance(value, str) else None


def _expect(node: Any, kind: str) -> None:
    if type(node).__name__ != kind:
        raise NotApplicableError(f"a {kind.lower()} was expected, a {type(node).__name__} stands here")


_HANDLERS: dict[type, Callable[[Any, Any, Style], Any]] = {
    AddElement: _add_element,
    AddEntry: _add_entry,
    AddKeyword: _add_keyword,
    RemoveEntry: _remove_entry,
    RemoveKeyword: _remove_keyword,
    RenameEntry: _rename_entry,
    RenameKeyword: _rename_keyword,
}
