"""The libcst work: an expression's source with the operations on it made."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import libcst as cst

from migrator.inventory.edit_records import (
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
from migrator.write.edit_errors import NotApplicableError
from migrator.write.order import in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from migrator.inventory.edit_records import Operation
    from migrator.write.file_style import Style

_PARENTHESISED = (cst.GeneratorExp, cst.NamedExpr, cst.Tuple, cst.Yield)


def edit_expression(text: str, operations: Sequence[Operation], style: Style) -> str:
    """An expression's source with the operations on it made (all but ReplaceExpression).

    Raises NotApplicableError, which names the operations that cannot be made.
    """
    module = parse_module(f"({text})", style)
    node = _expression(module)
    if texts := [operation for operation in operations if isinstance(operation, ReplaceText)]:
        node = strings.replace(node, texts)
    for operation in in_order([op for op in operations if not isinstance(op, ReplaceText)]):
        try:
            node = _HANDLERS[type(operation)](node, operation, style)
        except NotApplicableError as error:
            raise NotApplicableError(error.message, (operation,), error.code) from error
        except cst.CSTValidationError as error:
            raise NotApplicableError(str(error), (operation,)) from error
    return module.code_for_node(node)[1:-1]


def parse_module(text: str, style: Style) -> cst.Module:
    """`text` as a libcst module; raises NotApplicableError where libcst cannot read it."""
    config: cst.PartialParserConfig = cst.PartialParserConfig(
        default_newline=style.newline, default_indent=style.indent
    )
    try:
        return cst.parse_module(text, config)
    except (cst.ParserSyntaxError, UnicodeError) as error:
        raise NotApplicableError("libcst cannot parse this code", code="unparsable") from error


def _expression(module: cst.Module) -> cst.BaseExpression:
    line = module.body[0] if len(module.body) == 1 else None
    only = line.body[0] if isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1 else None
    if not isinstance(only, cst.Expr):
        raise NotApplicableError("an expression was expected")
    return only.value


def _added(source: str, style: Style) -> cst.BaseExpression:
    """An expression that a rule gives as source."""
    node = _expression(parse_module(f"({style.lines(source.strip())})", style))
    if isinstance(node, _PARENTHESISED) and len(node.lpar) == 1:
        return node
    return node.with_changes(lpar=node.lpar[1:], rpar=node.rpar[:-1])


def _call(node: cst.CSTNode) -> cst.Call:
    if not isinstance(node, cst.Call):
        raise NotApplicableError(f"a call was expected, a {type(node).__name__} stands here")
    return node


def _dict(node: cst.CSTNode) -> cst.Dict:
    if not isinstance(node, cst.Dict):
        raise NotApplicableError(f"a dict was expected, a {type(node).__name__} stands here")
    return node


def _open(call: cst.Call) -> cst.Call:
    """The call, if it can take one more argument as it is written."""
    if any(isinstance(item.value, cst.GeneratorExp) and not item.value.lpar for item in call.args):
        raise NotApplicableError("a generator without parentheses of its own must be the only argument")
    return call


def _keywords(call: cst.Call, name: str) -> list[int]:
    return [i for i, argument in enumerate(call.args) if argument.keyword and argument.keyword.value == name]


def _keyword(call: cst.Call, name: str) -> int:
    for index in _keywords(call, name):
        return index
    raise NotApplicableError(f"the call has no {name!r}")


def _no_keyword(call: cst.Call, name: str) -> None:
    if _keywords(call, name):
        raise NotApplicableError(f"the call has {name!r} already")


def _rename_keyword(node: cst.CSTNode, operation: RenameKeyword, style: Style) -> layout.Container:
    call = _call(node)
    index = _keyword(call, operation.name)
    _no_keyword(call, operation.new)
    renamed = call.args[index].with_changes(keyword=cst.Name(operation.new))
    return call.with_changes(args=[*call.args[:index], renamed, *call.args[index + 1 :]])


def _remove_keyword(node: cst.CSTNode, operation: RemoveKeyword, style: Style) -> layout.Container:
    call = _call(node)
    return layout.put(call, layout.remove(layout.take(call), _keyword(call, operation.name)))


def _add_keyword(node: cst.CSTNode, operation: AddKeyword, style: Style) -> layout.Container:
    call = _open(_call(node))
    if operation.name.startswith("**"):
        spread = cst.Arg(_added(operation.source, style), star="**")
        for at in _keywords(call, operation.name[2:]):
            if any(later.star == "*" for later in call.args[at:]):
                call = _call(layout.put(call, layout.remove(layout.take(call), at)))
            else:
                return layout.put(call, layout.replace(layout.take(call), at, spread))
        return layout.put(
            call, layout.insert(layout.take(call), spread, max(len(call.args) - 1, 0), before=not call.args)
        )
    _no_keyword(call, operation.name)
    equal = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
    argument = cst.Arg(_added(operation.source, style), cst.Name(operation.name), equal)
    doubles = itertools.takewhile(lambda item: item.star == "**", reversed(call.args))
    at = len(call.args) - sum(1 for _ in doubles)
    grown = layout.insert(layout.take(call), argument, max(at - 1, 0), before=at == 0)
    return layout.put(call, grown)


def _entries(node: cst.Dict, key: str) -> list[int]:
    keyed = [(i, entry.key) for i, entry in enumerate(node.elements) if isinstance(entry, cst.DictElement)]
    return [i for i, held in keyed if _is_text(held) and held.evaluated_value == key]  # type: ignore[attr-defined]


def _is_text(node: cst.BaseExpression) -> bool:
    return isinstance(node, (cst.SimpleString, cst.ConcatenatedString))


def _entry(node: cst.Dict, key: str) -> int:
    found = _entries(node, key)
    if len(found) != 1:
        raise NotApplicableError(f"the dict has {len(found) or 'no'} entries {key!r}")
    return found[0]


def _rename_entry(node: cst.CSTNode, operation: RenameEntry, style: Style) -> layout.Container:
    held = _dict(node)
    index = _entry(held, operation.key)
    if _entries(held, operation.new):
        raise NotApplicableError(f"the dict has {operation.new!r} already")
    entry = held.elements[index]
    assert isinstance(entry, cst.DictElement)
    key = strings.replace(entry.key, [ReplaceText(old=operation.key, new=operation.new)])
    renamed = entry.with_changes(key=key)
    return held.with_changes(elements=[*held.elements[:index], renamed, *held.elements[index + 1 :]])


def _remove_entry(node: cst.CSTNode, operation: RemoveEntry, style: Style) -> layout.Container:
    held = _dict(node)
    return layout.put(held, layout.remove(layout.take(held), _entry(held, operation.key)))


def _add_entry(node: cst.CSTNode, operation: AddEntry, style: Style) -> layout.Container:
    value = _added(operation.value, style)
    is_spread = operation.key.startswith("**")
    if is_spread and _entries(_dict(node), operation.key[2:]):
        items, at = layout.take(_dict(node)), _entry(_dict(node), operation.key[2:])
        return layout.put(_dict(node), layout.replace(items, at, cst.StarredDictElement(value)))
    entry = (
        cst.StarredDictElement(value) if is_spread else cst.DictElement(_added(operation.key, style), value)
    )
    return _inserted(_dict(node), entry, operation)


def _add_element(node: cst.CSTNode, operation: AddElement, style: Style) -> layout.Container:
    if not isinstance(node, (cst.Call, cst.List, cst.Set, cst.Subscript, cst.Tuple)):
        raise NotApplicableError("elements go into a list, tuple, set, call or subscript")
    if isinstance(node, cst.Call):
        _open(node)
    return _inserted(node, _element(node, operation.source.strip(), style), operation)


def _element(node: layout.Container, source: str, style: Style) -> layout.Element:
    """An element that a rule gives as source, fit for the container."""
    call = _call(_added(f"f({source})", style))
    if len(call.args) != 1:
        raise NotApplicableError(f"not one element: {source!r}")
    (argument,) = layout.take(call).elements
    assert isinstance(argument, cst.Arg)
    if isinstance(node, cst.Call):
        return argument
    if argument.keyword or argument.star == "**":
        raise NotApplicableError(f"not an element: {source!r}")
    if argument.star:
        return cst.StarredElement(argument.value)
    value = argument.value
    return cst.SubscriptElement(cst.Index(value)) if isinstance(node, cst.Subscript) else cst.Element(value)


def _inserted(
    node: layout.Container, element: layout.Element, operation: AddEntry | AddElement
) -> layout.Container:
    items = layout.take(node)
    if not 0 <= operation.beside < len(items.elements):
        raise NotApplicableError(f"there is no element {operation.beside}")
    grown = layout.insert(items, element, operation.beside, before=operation.before)
    lone = isinstance(node, cst.Tuple) and len(items.elements) == 1
    if lone and not any(isinstance(gap, layout.Broken) for gap in (items.gaps[-1], items.commas[0])):
        grown = grown._replace(trailing=False)
    return layout.put(node, grown)


_HANDLERS: dict[type, Callable[[cst.BaseExpression, Any, Style], layout.Container]] = {
    AddElement: _add_element,
    AddEntry: _add_entry,
    AddKeyword: _add_keyword,
    RemoveEntry: _remove_entry,
    RemoveKeyword: _remove_keyword,
    RenameEntry: _rename_entry,
    RenameKeyword: _rename_keyword,
}
