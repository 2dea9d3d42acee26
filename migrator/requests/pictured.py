"""Pictures that a prompt may hold by names alone: where values, or who gives them, are too much to find."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.know.fields import is_self, method_around
from migrator.know.parameters import has_receiver
from migrator.read.scopes import FUNCTIONS
from migrator.requests.bynames import assigned, calls_of, given_in, returns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from migrator.read.nodes import FileFacts, Node
    from migrator.requests.bynames import ByNames

MAX_NODES = 400
"""Expressions that are gone through for one prompt."""
_ADDING = ("append", "extend", "insert", "update")
_TO_TEXT = frozenset(
    {"str", "repr", "dumps", "format", "join", "len", "b64encode", "decode", "replace", "strip"}
)
"""What gives a text or a number, whatever it is given."""
_ARMS = frozenset({"If", "IfExp", "match_case"})
_NEVER = frozenset({"JoinedStr", "Compare", "Lambda", "UnaryOp"})
_LEFT_OUT = frozenset({"test", "slice", "keys", "func", "ifs", "target"})
"""Parts of an expression that are no parts of what it gives."""


class Pictured:
    """Goes back from prompts to the pictures in them; `named(list, name)` asks a list of the rules.

    Fields are those of the classes around alone, functions and callers those of the file, of what it imports
    or of what imports it: pictures that some other part of a program makes don't count, nor do those that it
    makes only where it has asked whether the model supports them.
    """

    def __init__(self, names: ByNames, named: Callable[[str, str], bool]) -> None:
        self.names = names
        self.project = names.project
        self.named = named
        self._known: dict[Node, tuple[Node | None, tuple[Node, ...]]] = {}
        self._asking: dict[Node, bool] = {}

    def first(self, prompts: Iterable[Node], call: Node) -> Node | None:
        """The nearest type of a part that says that it is a picture."""
        pending = list(prompts)
        seen: set[Node] = set()
        is_test = self.named("test-path", call.file.path)
        for piece in pending:
            if piece in seen or (not is_test and self.named("test-path", piece.file.path)):
                continue
            seen.add(piece)
            found, behind = self._looked_at(piece)
            if found is not None or len(seen) > MAX_NODES:
                return found
            pending += behind
        return None

    def made_in(self, file: FileFacts) -> Node | None:
        """The first type of a part in a file that says that it is a picture."""
        return next(filter(self._is_picture, file.of_kind("Constant")), None)

    def _looked_at(self, piece: Node) -> tuple[Node | None, tuple[Node, ...]]:
        """The picture in a piece, and what it is made of."""
        known = self._known.get(piece)
        if known is None:
            found = piece if self._is_picture(piece) else None
            known = self._known[piece] = found, tuple(self._behind(piece))
        return known

    def _is_picture(self, text: Node) -> bool:
        if text.kind != "Constant" or not self.named("picture-part", str(text.value)):
            return False
        above = text.parent
        is_given = above is not None and above.kind == "keyword" and above.value == "type"
        is_part = is_given or (text.key is not None and text.key.value == "type")
        return is_part and not self._is_asked_for(text.scope) and not self._is_turned(text)

    def _is_asked_for(self, scope: Node) -> bool:
        """Whether a function asks what the model supports."""
        known = self._asking.get(scope)
        if known is None:
            names = (str(one.value) for one in scope.among("Name", "Attribute") if scope.kind in FUNCTIONS)
            known = self._asking[scope] = any(self.named("support-test", name) for name in names)
        return known

    def _is_turned(self, part: Node) -> bool:
        """Whether a part is made of one of which it was asked whether it is a picture already."""
        tests = [one.child("test") or one.child("pattern") for one in part.ancestors() if one.kind in _ARMS]
        asked = (one for test in tests if test and not part.inside(test) for one in test.among("Constant"))
        return any(one.field != "left" and self.named("picture-part", str(one.value)) for one in asked)

    def _behind(self, piece: Node) -> Iterator[Node]:
        if piece.kind in FUNCTIONS:
            yield from returns(piece)
        elif piece.kind in ("arg", "NameStore"):
            yield from self._bound(piece)
        elif piece.kind == "Name":
            for binding in self.project.bindings(piece):
                yield from self._bound(binding)
        elif piece.kind == "Attribute":
            yield from self._kept(piece)
        elif piece.kind == "Call":
            yield from self._called(piece)
        elif piece.kind not in _NEVER:
            yield from (one for one in piece.children() if one.field not in _LEFT_OUT)

    def _bound(self, binding: Node) -> Iterator[Node]:
        """What a name is bound to, and what is put into that."""
        function = binding.parent
        if binding.kind == "arg" and function is not None:
            yield from self._given(binding, function)
        elif binding.kind == "NameStore":
            given = binding.statement.child("value") or binding.statement.child("iter")
            yield from (given,) if given is not None else ()
        for load in self.project.loads(binding) if binding.kind in ("arg", "NameStore") else ():
            yield from _put_into(load)

    def _given(self, parameter: Node, function: Node) -> Iterator[Node]:
        """What callers nearby give for a parameter."""
        near, here = self.project.are_near, function.file.path
        for call in calls_of(self.project, function) if function.kind in FUNCTIONS else ():
            given = given_in(call, function, parameter)
            if given is not None and near(call.file.path, here):
                yield given

    def _kept(self, field: Node) -> Iterator[Node]:
        """What a field of the object around is set to, and what is put into it."""
        family = self._family(field.first)
        name = str(field.value)
        for store in self.names.indexes.stores.get(name, ()) if family else ():
            value = assigned(store)
            if value is not None and self._family(store.first) & family:
                yield value
        for load in self.project.attribute_loads(name) if family else ():
            if self._family(load.first) & family:
                yield from _put_into(load)

    def _family(self, base: Node) -> set[Node]:
        """The class that an object is of, where it is the one around, with those above and below it."""
        method = method_around(base)
        is_own = method is not None and has_receiver(method) and is_self(base, method)
        return self.names.family(method.scope) if method is not None and is_own else set()

    def _called(self, call: Node) -> Iterator[Node]:
        """What a call gives: what functions of its name return; else what it is given, and its object."""
        callee, name = call.first, str(call.first.value or "")
        if name in _TO_TEXT:
            return
        functions = list(self._functions(callee))
        for function in functions:
            yield from returns(function)
        if not functions:
            yield from call.arguments()
            yield from (callee.first,) if callee.kind == "Attribute" else ()

    def _functions(self, callee: Node) -> Iterator[Node]:
        """The functions of the program that a call may mean by its name."""
        family = self._family(callee.first) if callee.kind == "Attribute" else set()
        near, here = self.project.are_near, callee.file.path
        for function in self.project.functions_by_name.get(str(callee.value), ()):
            if function.scope in family if family else near(function.file.path, here):
                yield function


def _put_into(load: Node) -> Iterator[Node]:
    """What is put into something where it is loaded: added to it, set under a key, however deep."""
    above = load.parent
    while above is not None and above.kind == "Subscript" and above.first is load:
        load, above = above, above.parent
    if above is None or above.first is not load:
        return
    call = above.parent
    if above.kind == "SubscriptStore":
        value = assigned(above)
        yield from (value,) if value is not None else ()
    elif above.kind == "Attribute" and above.value in _ADDING and call is not None and call.kind == "Call":
        yield from call.arguments()
