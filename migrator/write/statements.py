"""Statements beside, instead of and inside statements: whole lines, or parts of a shared line."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from migrator.inventory import AddArm, AddCase, DeleteStatement, InsertStatement
from migrator.write.errors import NotApplicableError
from migrator.write.order import in_order
from migrator.write.slices import in_newlines, parse_module

if TYPE_CHECKING:
    from collections.abc import Sequence

    from migrator.inventory import Operation
    from migrator.write.places import Region
    from migrator.write.slices import Style


def edit_statement(
    text: str, operations: Sequence[Operation], region: Region, style: Style, *, emptied: bool
) -> str:
    """A statement's region with the operations on it made; `emptied`: its block would be left empty.

    Raises NotApplicableError, which names the operations that cannot be made.
    """
    for operation in in_order(operations):
        if isinstance(operation, (AddArm, AddCase)):
            text = _attempt(_grown, text, operation, region, style)
    if any(isinstance(operation, DeleteStatement) for operation in operations):
        text = _deleted(text, region, emptied=emptied)
    inserts = [operation for operation in operations if isinstance(operation, InsertStatement)]
    ahead = [op for op in inserts if op.before]
    behind = [op for op in inserts if not op.before]
    for operation in (*reversed(ahead), *behind):
        text = _attempt(_beside, text, operation, region, style)
    return text


def _attempt(make: Any, text: str, operation: Operation, region: Region, style: Style) -> str:
    try:
        return str(make(text, operation, region, style))
    except NotApplicableError as error:
        raise NotApplicableError(error.message, (operation,), error.code) from error


def _deleted(text: str, region: Region, *, emptied: bool) -> str:
    if not region.lines:
        return "pass"
    body = text.rstrip("\r\n")
    return f"{region.prefix}pass{text[len(body) :]}" if emptied else ""


def _beside(text: str, operation: InsertStatement, region: Region, style: Style) -> str:
    if not region.lines:
        return _on_the_line(text, operation)
    block = _block(operation.source, region.prefix, style)
    if operation.before:
        return block + text
    if text and not text.endswith(("\r", "\n")):
        return text + style.newline + block.rstrip("\r\n")
    return text + block


def _on_the_line(text: str, operation: InsertStatement) -> str:
    source = operation.source.strip()
    module = parse_module(source, _plain_style())
    if "\n" in source or any(type(line).__name__ != "SimpleStatementLine" for line in module.body):
        raise NotApplicableError("only a simple statement fits on a line that statements share")
    return f"{source}; {text}" if operation.before else f"{text}; {source}"


def _plain_style() -> Style:
    from migrator.write.slices import Style

    return Style()


def _parsed_block(source: str, style: Style) -> Any:
    """An indented block of the source's statements, its comments kept."""
    import libcst as cst

    module: Any = parse_module(in_newlines(textwrap.dedent(source).strip("\r\n"), style), style)
    if not module.body:
        raise NotApplicableError(f"no statement: {source!r}")
    first = module.body[0]
    first = first.with_changes(leading_lines=[*module.header, *first.leading_lines])
    return cst.IndentedBlock(body=[first, *module.body[1:]], footer=module.footer)


def _block(source: str, prefix: str, style: Style) -> str:
    import libcst as cst

    block = _parsed_block(source, style)
    empty: Any = parse_module("", style)
    if not prefix:
        return str(empty.with_changes(body=block.body, footer=block.footer, has_trailing_newline=True).code)
    wrapped = cst.If(cst.Name("x"), block.with_changes(indent=prefix))
    code: str = empty.with_changes(body=[wrapped], has_trailing_newline=True).code
    return code.partition(style.newline)[2]


def _grown(text: str, operation: AddArm | AddCase, region: Region, style: Style) -> str:
    head = f"if 1:{style.newline}" if region.prefix else ""
    module: Any = parse_module(head + text, style)
    holder = module.body[0].body if head else module
    add = _with_arm if isinstance(operation, AddArm) else _with_case
    changed = holder.with_changes(body=[add(holder.body[0], operation, style)])
    whole = module.with_changes(body=[module.body[0].with_changes(body=changed)]) if head else changed
    return str(whole.code)[len(head) :]


def _with_arm(node: Any, operation: AddArm, style: Style) -> Any:
    arms = _arms(node)
    if not 0 <= operation.beside < len(arms):
        raise NotApplicableError(f"there is no arm {operation.beside}")
    at = operation.beside if operation.before else operation.beside + 1
    template = arms[operation.beside]
    arms.insert(at, _new_arm(operation, template, style))
    if at == 0:
        arms[0] = arms[0].with_changes(leading_lines=template.leading_lines)
        arms[1] = template.with_changes(leading_lines=())
    chain = _arms(node)[-1].orelse
    for arm in reversed(arms):
        chain = arm.with_changes(orelse=chain)
    return chain


def _arms(node: Any) -> list[Any]:
    if type(node).__name__ != "If":
        raise NotApplicableError("an `if` was expected")
    arms = [node]
    while type(arms[-1].orelse).__name__ == "If":
        arms.append(arms[-1].orelse)
    return arms


def _new_arm(operation: AddArm, template: Any, style: Style) -> Any:
    (arm,) = _parsed_block(f"if {operation.test}:\n    pass", style).body
    return arm.with_changes(body=_body(operation.body, template.body, style))


def _with_case(node: Any, operation: AddCase, style: Style) -> Any:
    if type(node).__name__ != "Match":
        raise NotApplicableError("a `match` was expected")
    if not 0 <= operation.beside < len(node.cases):
        raise NotApplicableError(f"there is no case {operation.beside}")
    at = operation.beside if operation.before else operation.beside + 1
    template = node.cases[operation.beside]
    source = f"match x:\n    case {operation.pattern}:\n        pass"
    (match,) = _parsed_block(source, style).body
    case = match.cases[0].with_changes(body=_body(operation.body, template.body, style))
    return node.with_changes(cases=[*node.cases[:at], case, *node.cases[at:]])


def _body(source: str, template: Any, style: Style) -> Any:
    import libcst as cst

    block = _parsed_block(source, style)
    if isinstance(template, cst.IndentedBlock):
        return block.with_changes(indent=template.indent)
    single = block.body[0] if len(block.body) == 1 else None
    if isinstance(single, cst.SimpleStatementLine) and not single.leading_lines:
        return template.with_changes(body=single.body)
    return block
