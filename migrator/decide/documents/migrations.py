"""Changes of a database that were applied: never edited; the rows that they wrote need one of their own."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from migrator.decide.records import Additions
from migrator.inventory import Finding
from migrator.read.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.plans import Planner
    from migrator.decide.records import Judged
    from migrator.read.nodes import Node
    from migrator.read.project import Project

RULE = "GPT55-D004"
_DUE = "add a data migration, this one stays as it is"
_MANY = 4


class Column(NamedTuple):
    """A column by its table and name, as far as a change of the database says them."""

    table: str
    name: str


def migrations(planner: Planner) -> Additions:
    """One finding for each column that applied changes give an old model."""
    found: dict[Column, list[Judged]] = defaultdict(list)
    for one in planner.judged:
        if one.node is None or one.suppressed or not planner.engine.classifier.is_applied(one.file):
            continue
        column = _column(planner, one.node)
        if column.table or planner.settled.get(one.id, one.verdict).action != "leave":
            found[column].append(one)
    return Additions(findings=[_finding(planner, column, ones) for column, ones in found.items()])


def _finding(planner: Planner, column: Column, ones: list[Judged]) -> Finding:
    models = ", ".join(dict.fromkeys(one.occurrence.model for one in ones))
    reads = list(_reads(planner, column))
    files = dict.fromkeys(read.file.path for read in reads)
    what = f"column {column.name} of table {column.table}" if column.name else "what this change wrote"
    told = "1 place in the code reads it" if len(reads) == 1 else f"{len(reads)} places in the code read it"
    where = f" ({', '.join(list(files)[:_MANY])})" if files else ""
    last = ones[-1]
    return Finding(
        rule=RULE,
        path=last.file.path,
        line=last.occurrence.line,
        column=last.occurrence.column,
        message=f"rows may hold {models} in {what}; {told}{where}: {_DUE}",
        reason="persisted-setting",
        references=tuple(one.id for one in ones),
    )


def _column(planner: Planner, literal: Node) -> Column:
    """The column that a literal is a default or a choice of, by what stands around it."""
    names, table, column, inner = planner.engine.linked.names, "", "", literal
    app = ""
    for above in literal.ancestors():
        if above.kind in ("Tuple", "List"):
            parts = above.all("elts")
            is_field = len(parts) == 2 and parts[1] is inner and parts[1].kind == "Call"
            column = column or (_text(parts[0]) if is_field else "")
        elif above.kind == "Call":
            callee, given = last_name(above.first), [_text(one) for one in above.all("args")]
            if names("column-maker", callee):
                column = column or next(iter(given), "")
            elif names("table-change", callee):
                named, of = _keyword(above, "name"), _keyword(above, "model_name")
                table = of or named or next(iter(given), "")
                app = _app(literal.file.path) if of or named else ""
                column = column or (named if of else next(iter(given[1:]), ""))
        inner = above
    return Column(f"{app}_{table.lower()}" if app and table else table, column)


def _app(path: str) -> str:
    """The Django app that a migration belongs to."""
    return path.rpartition("/migrations/")[0].rpartition("/")[2]


def _keyword(call: Node, name: str) -> str:
    return _text(call.keyword(name))


def _text(node: Node | None) -> str:
    return node.value if node is not None and isinstance(node.value, str) and node.kind == "Constant" else ""


def _reads(planner: Planner, column: Column) -> Iterator[Node]:
    """Loads of an attribute of the column's name, in files that speak of the table's class."""
    project = planner.engine.linked.project
    near = {path for cls in _classes(project, column.table) for path in project.speaking(cls)}
    for load in project.attribute_loads(column.name) if column.name else ():
        if load.file.path in near and not planner.engine.classifier.is_applied(load.file):
            yield load


def _classes(project: Project, table: str) -> Iterator[Node]:
    """The classes whose rows stand in a table: by `__tablename__`, or by their name behind the app's."""
    for file in project.files.values():
        for cls in file.of_kind("ClassDef"):
            is_named = str(cls.value).lower() in (table, table.rpartition("_")[2])
            named = (s for s in cls.all("body") if s.kind == "Assign" and s.first.value == "__tablename__")
            if is_named or any(_text(s.child("value")) == table for s in named):
                yield cls
