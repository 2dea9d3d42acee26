"""Statements beside, instead of and inside statements: whole lines, or parts of a shared line."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, TypeAlias

import libcst as cst

from migrator.inventory.edit_records import AddArm, AddCase, DeleteStatement, InsertStatement
from migrator.write.edit_errors import NotApplicableError
from migrator.write.order import in_order
from migrator.write.slices import parse_module

if TYPE_CHECKING:
    from collections.abc import Sequence

    from migrator.inventory.edit_records import Operation
    from migrator.write.file_style import Style
    from migrator.write.places import Region

Statement: TypeAlias = cst.SimpleStatementLine | cst.BaseCompoundStatement


def edit_statement(
    text: str, operations: Sequence[Operation], region: Region, style: Style, *, emptied: bool
) -> str:
    """A statement's region with the operations on it made; `emptied`: its block would be left empty.

    Raises NotApplicableError, which names the operations that cannot be made.
    """
    behind = [op for op in operations if isinstance(op, InsertStatement) and not op.before]
    ahead = [op for op in operations if isinstance(op, InsertStatement) and op.before]
    rest = [op for op in in_order(operations) if not isinstance(op, InsertStatement)]
    for operation in (*rest, *reversed(ahead), *behind):
        try:
            text = _edited(text, operation, region, style, emptied=emptied)
        except NotApplicableError as error:
            raise NotApplicableError(error.message, (operation,), error.code) from error
        except cst.CSTValidationError as error:
            raise NotApplicableError(str(error), (operation,)) from error
    return text


def _edited(text: str, operation: Operation, region: Region, style: Style, *, emptied: bool) -> str:
    if isinstance(operation, DeleteStatement):
        return _deleted(text, region, emptied=emptied)
    if isinstance(operation, InsertStatement):
        return _beside(text, operation, region, style)
    if isinstance(operation, (AddArm, AddCase)):
        return _grown(text, operation, region, style)
    raise NotApplicableError("this operation is for expressions")


def _deleted(text: str, region: Region, *, emptied: bool) -> str:
    if not region.lines:
        return "pass"
    body = text.rstrip("\r\n")
    return f"{region.prefix}pass{text[len(body) :]}" if emptied else ""


def _beside(text: str, operation: InsertStatement, region: Region, style: Style) -> str:
    if not region.lines:
        return _on_the_line(text, operation, style)
    block = _block(operation.source, region.prefix, style)
    if operation.before:
        return block + text
    if text and not text.endswith(("\r", "\n")):
        return text + style.newline + block.rstrip("\r\n")
    return text + block


def _on_the_line(text: str, operation: InsertStatement, style: Style) -> str:
    source = operation.source.strip()
    (only, *more) = _parsed(source, style).body
    if more or "\n" in source or "#" in source or not isinstance(only, cst.SimpleStatementLine):
        raise NotApplicableError("only a simple statement fits on a line that statements share")
    return f"{source}; {text}" if operation.before else f"{text}; {source}"


def _parsed(source: str, style: Style) -> cst.IndentedBlock:
    """The statements that a rule gives as source, with their comments."""
    module = parse_module(style.lines(textwrap.dedent(source).strip("\r\n")), style)
    if not module.body:
        raise NotApplicableError(f"no statement: {source!r}")
    first = module.body[0]
    first = first.with_changes(leading_lines=[*module.header, *first.leading_lines])
    return cst.IndentedBlock(body=[first, *module.body[1:]], footer=module.footer)


def _block(source: str, prefix: str, style: Style) -> str:
    """Statements as whole lines, indented by `prefix`."""
    block = _parsed(source, style)
    module = cst.Module([], default_newline=style.newline, default_indent=style.indent)
    if not prefix:
        return module.with_changes(body=block.body, footer=block.footer).code
    wrapped = cst.If(cst.Name("x"), block.with_changes(indent=prefix))
    return module.with_changes(body=[wrapped]).code.partition(style.newline)[2]


def _grown(text: str, operation: AddArm | AddCase, region: Region, style: Style) -> str:
    """The lines of an `if` or `match` with one arm more; `if 1:` above them lets them be indented."""
    if not region.prefix:
        module = parse_module(text, style)
        return module.with_changes(body=[_with_more(module.body[0], operation, style)]).code
    head = f"if 1:{style.newline}"
    module = parse_module(head + text, style)
    outer = module.body[0]
    assert isinstance(outer, cst.If)
    block = outer.body
    assert isinstance(block, cst.IndentedBlock)
    block = block.with_changes(body=[_with_more(block.body[0], operation, style)])
    return module.with_changes(body=[outer.with_changes(body=block)]).code[len(head) :]


def _with_more(node: cst.CSTNode, operation: AddArm | AddCase, style: Style) -> Statement:
    if isinstance(operation, AddArm) and isinstance(node, cst.If):
        return _with_arm(node, operation, style)
    if isinstance(operation, AddCase) and isinstance(node, cst.Match):
        return _with_case(node, operation, style)
    raise NotApplicableError(f"a {type(node).__name__} stands here")


def _with_arm(node: cst.If, operation: AddArm, style: Style) -> cst.If:
    arms = _arms(node)
    at = _index(operation, len(arms))
    template = arms[operation.beside]
    (arm,) = _parsed(f"if {operation.test}:\n    pass", style).body
    assert isinstance(arm, cst.If)
    arms.insert(at, arm.with_changes(body=_body(operation.body, template.body, style)))
    if at == 0:
        arms[0] = arms[0].with_changes(leading_lines=template.leading_lines)
        arms[1] = template.with_changes(leading_lines=())
    chain: cst.If | cst.Else | None = _arms(node)[-1].orelse
    for part in reversed(arms):
        chain = part.with_changes(orelse=chain)
    assert isinstance(chain, cst.If)
    return chain


def _arms(node: cst.If) -> list[cst.If]:
    arms = [node]
    while isinstance(following := arms[-1].orelse, cst.If):
        arms.append(following)
    return arms


def _index(operation: AddArm | AddCase, count: int) -> int:
    if not 0 <= operation.beside < count:
        raise NotApplicableError(f"there is no arm {operation.beside}")
    return operation.beside if operation.before else operation.beside + 1


def _with_case(node: cst.Match, operation: AddCase, style: Style) -> cst.Match:
    at = _index(operation, len(node.cases))
    template = node.cases[operation.beside]
    (match,) = _parsed(f"match x:\n    case {operation.pattern}:\n        pass", style).body
    assert isinstance(match, cst.Match)
    case = match.cases[0].with_changes(body=_body(operation.body, template.body, style))
    return node.with_changes(cases=[*node.cases[:at], case, *node.cases[at:]])


def _body(source: str, template: cst.BaseSuite, style: Style) -> cst.BaseSuite:
    """An arm's body, on the arm's line where the template's is and it fits."""
    block = _parsed(source, style)
    if isinstance(template, cst.IndentedBlock):
        return block.with_changes(indent=template.indent)
    only = block.body[0]
    if len(block.body) == 1 and isinstance(only, cst.SimpleStatementLine) and not only.leading_lines:
        return template.with_changes(body=only.body)
    return block
