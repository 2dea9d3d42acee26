"""Which parameter of a test a literal fills by `pytest.mark.parametrize`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.read.scopes import last_name

if TYPE_CHECKING:
    from migrator.read.nodes import Node
    from migrator.read.project import Project


def parametrized(project: Project, node: Node, row: Node) -> Node | None:
    """The test function's parameter that a `pytest.mark.parametrize` row fills with `node`."""
    for above in row.ancestors():
        if above.kind == "Call" and last_name(above.child("func")) == "parametrize":
            return _filled(above, node, row)
        if above.kind == "Assign":
            return _filled_by_name(project, above, node, row)
        if above.is_statement and above.kind not in ("FunctionDef", "AsyncFunctionDef"):
            return None
    return None


def _filled_by_name(project: Project, assignment: Node, node: Node, row: Node) -> Node | None:
    target = assignment.child("targets")
    if target is None or target.kind != "NameStore" or row.parent != assignment.child("value"):
        return None
    for load in project.loads(target):
        call = load.parent
        if call is not None and call.kind == "Call" and last_name(call.child("func")) == "parametrize":
            return _filled(call, node, row)
    return None


def _filled(call: Node, node: Node, row: Node) -> Node | None:
    arguments, function = call.all("args"), call.parent
    if not arguments or function is None or function.kind not in ("FunctionDef", "AsyncFunctionDef"):
        return None
    names = arguments[0]
    listed = (
        [n.strip() for n in names.value.split(",")]
        if names.kind == "Constant"
        else [str(n.value) for n in names.all("elts")]
    )
    at = row.all("elts").index(node) if len(listed) > 1 else 0
    wanted = listed[at] if at < len(listed) else ""
    return next((p for p in function.children() if p.kind == "arg" and p.value == wanted), None)
