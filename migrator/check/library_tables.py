"""Tables of libraries by a model's name, functions that look there, and of which model they are asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from migrator.decide.tables.missing_keys import is_caught, is_chosen
from migrator.decide.tokenizers import is_caught as has_fallback
from migrator.know.values import Site
from migrator.read.ids import bare
from migrator.read.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.know.evaluator import Evaluator
    from migrator.know.values import Value
    from migrator.read.nodes import FileFacts, Node

_RAISES = "KeyError"
_OF_OBJECTS = ("Call", "Attribute", "Subscript")
_RESULT = "library result"
_HELPERS = ".utils."


class LibraryTables(NamedTuple):
    """Tables of libraries and functions that look names up there, by dotted path; the ids that they know.

    `answers` are functions that say no of what they do not know, where others raise; `older` are libraries
    that know none; `given` are arguments that say which model is meant, `unasked` those without which none
    is asked for. `tokenizers` are last names of functions that may not know any new id; `readers` are
    functions that read a file's content, `showing` last names of those that show something to people; `alike`
    are keys of rows that say what kind of model one is.
    """

    tables: frozenset[str]
    answers: frozenset[str]
    ids: frozenset[str]
    older: frozenset[str]
    given: tuple[str, ...]
    unasked: frozenset[str]
    tokenizers: frozenset[str]
    readers: frozenset[str]
    showing: frozenset[str]
    alike: frozenset[str]

    @property
    def names(self) -> frozenset[str]:
        """The last names of the tables and functions."""
        return self.tokenizers.union(path.rpartition(".")[2] for path in self.tables | self.answers)

    @property
    def answering(self) -> frozenset[str]:
        """The last names of the functions that say no."""
        return frozenset(path.rpartition(".")[2] for path in self.answers)

    @property
    def attributes(self) -> frozenset[str]:
        """The names under which objects that a model was chosen for keep what is known of it."""
        return frozenset(path.rpartition(".")[2] for path in self.tables if "()" in path)

    def is_tokenizer(self, path: str) -> bool:
        """Whether a function of a library gives the tokenizer of a model."""
        return path.rpartition(".")[2] in self.tokenizers

    def lacks(self, path: str, key: str) -> bool:
        """Whether a table of a library has no row for a model."""
        if self.is_tokenizer(path):
            return True
        is_known = path.partition(".")[0] not in self.older and bare(key) in self.ids
        return path.replace(_HELPERS, ".") in self.tables | self.answers and not is_known

    # -- where they are asked ----------------------------------------------------------------------

    def asked(self, file: FileFacts) -> Iterator[tuple[Node, Node, Node, bool]]:
        """Places that ask: the place, what says the model, what is asked, whether a miss is an error."""
        answering, attributes = self.answering, self.attributes
        for local, name in sorted(self._spelled(file)):
            answers = name in answering
            for index in file.calls.get(local, ()):
                call = file.nodes[index]
                is_met = not answers and (is_caught(call) or has_fallback(call, _RAISES))
                is_shown = is_met and self._is_shown(call)
                is_told = any(call.keyword(one) is not None for one in self.unasked)
                if self._is_alike(call):
                    continue
                if not is_shown and not is_chosen(call) and not (is_told and name not in self.tokenizers):
                    yield from ((call, key, call.first, not is_met) for key in self._keys(call))
        loads = (index for name in attributes for index in file.attributes.get(name, ()))
        for node in (file.nodes[index] for index in sorted(loads)):
            yield node, node.first, node, not is_caught(node)

    def _spelled(self, file: FileFacts) -> Iterator[tuple[str, str]]:
        """The last names by which the functions are called in a file, and their own."""
        names = self.names
        yield from ((name, name) for name in names)
        imports = (one for kind in ("Import", "ImportFrom") for one in file.of_kind(kind))
        for alias in (one for statement in imports for one in statement.all("names")):
            name, local = alias.value
            if local and str(name).rpartition(".")[2] in names:
                yield str(local), str(name).rpartition(".")[2]

    def _is_alike(self, call: Node) -> bool:
        """Whether what is taken of an answer tells kinds of models apart, of which the new ones are one."""
        getter = call.parent.parent if call.parent is not None and call.parent.value == "get" else None
        asked = getter.all("args")[:1] if getter is not None and getter.kind == "Call" else []
        test = getter.parent if getter is not None else None
        is_compared = test is not None and test.kind == "Compare"
        return is_compared and any(one.value in self.alike for one in asked)

    def _is_shown(self, call: Node) -> bool:
        """Whether nothing is done with an answer, or it is shown to people."""
        statement = call.statement
        names = [one.value for one in statement.all("targets") if one.kind == "NameStore"]
        if statement.kind != "Assign" or len(names) < len(statement.all("targets")):
            return self._shows(statement, call)
        loads = [one for one in statement.scope.among("Name") if one.value in names]
        return statement.scope.kind != "Module" and all(self._shows(one.statement, call) for one in loads)

    def _shows(self, statement: Node, call: Node) -> bool:
        outer = statement.child("value") if statement.kind == "Expr" else None
        return outer is not None and (outer == call or last_name(outer.first) in self.showing)

    def _keys(self, call: Node) -> list[Node]:
        """The arguments of a call that may say a model."""
        named = (call.keyword(one) for one in self.given)
        return [one for one in named if one is not None][:1] or call.all("args")

    def meant(self, know: Evaluator, value: Value) -> Iterator[Value]:
        """A value; the models that a library's object is made for, or that its answer is of."""
        yield value
        is_own = value.kind == "library" and str(value.data).endswith(
            tuple(f"().{one}" for one in self.given)
        )
        if (value.is_result or is_own) and value.node.kind == "Call":
            sites = (Site(value.node, value.frame),)
            for place, name in enumerate(self.given):
                found, _ = know.argument(sites, name, -1 if place else 0)
                yield from (one for one in found if one.text is not None)


def by_import(know: Evaluator, asked: Node) -> Iterator[str]:
    """What a name, or an attribute of it, is by its imports, where these are of libraries."""
    parts, base = [], asked
    while base.kind == "Attribute":
        parts.append(str(base.value))
        base = base.first
    aliases = (one for one in know.bindings(base) if one.kind == "alias") if base.kind == "Name" else ()
    for path in (know.project.imported(one) for one in aliases):
        if isinstance(path, str):
            yield ".".join((path, *reversed(parts)))


def was_put_in(know: Evaluator, base: Value, before: str | None, now: str) -> bool:
    """Whether an object of a library was made of what holds a name as it was, and not as it is."""
    is_made = base.is_result or "()" in str(base.data) or (base.kind == "open" and base.data == _RESULT)
    if not is_made or before in (None, now) or base.kind not in ("library", "open"):
        return False
    calls = base.node.among("Call") if base.node.kind in _OF_OBJECTS else ()
    given = (entry for one in calls for entry in know.arguments((Site(one, base.frame),)))
    nodes = {value.node for entry in given for value in know.given(entry)}
    texts = [str(part.value) for node in nodes for part in node.among("Constant")]
    return any(str(before) in text for text in texts) and not any(now in text for text in texts)
