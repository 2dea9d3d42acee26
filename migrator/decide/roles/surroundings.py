"""What stands around an id, in its record, class, signature or branch: whose endpoint it will be sent to."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from migrator.decide.roles.keyed_endpoints import SCHEMES, KeyedEndpoints
from migrator.decide.roles.verdicts import bound_name, last_target
from migrator.know.solver import UnsolvedError
from migrator.read.scopes import FUNCTIONS, enclosing_class, last_name
from migrator.requests.vendors import by_name
from migrator.rulebook.vendor_rules import OTHERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from migrator.decide.linked import Linked
    from migrator.decide.roles.verdicts import Position, Verdict
    from migrator.know.values import Value
    from migrator.read.nodes import Node
    from migrator.rulebook.vendor_rules import Provider


class Surroundings:
    """Judges ids by the entries, fields, parameters and branches around them."""

    def __init__(self, linked: Linked) -> None:
        self.linked = linked
        self.names = linked.names
        self.keyed = KeyedEndpoints(linked)

    def judged(self, place: Position, verdict: Verdict) -> Verdict:
        """The verdict, or a review where the surroundings name Azure or another vendor's address."""
        if verdict.role not in ("default", "call-argument") or place.shape.prefix:
            return verdict
        said = next(self._deployed(place.string), None)
        if said is not None:
            return verdict.review("azure-deployment", f"{said} beside it: a deployment's name")
        for url in self._sent_to(place.node):
            if self.linked.receivers.host_vendor(url) in OTHERS:
                return verdict.review("other-vendor-endpoint", f"sent to {url}")
        if verdict.role != "default":
            return verdict
        cls = enclosing_class(place.node) or self.only_user(place.node)
        if cls is not None and self.names("azure", str(cls.value)):
            return verdict.review("azure-deployment", f"{cls.value} wraps Azure: a deployment's name")
        if said := self._said(place.node, cls) or self._arm(place.string):
            return verdict.review("other-vendor-endpoint", said)
        beside = [(f"{name} beside it", url) for name, url in self._addresses(place.node)]
        for name, url in (*beside, *self.addresses_around(place.node)):
            if self.linked.receivers.host_vendor(url) in OTHERS:
                return verdict.review("other-vendor-endpoint", f"{name} is {url}")
            if not url and self._is_named_in_a_row_beside(place.node):
                detail = f"{name} is empty, where another row has OpenAI's: whoever's is put there"
                return verdict.review("other-vendor-endpoint", detail)
        return verdict

    def _deployed(self, node: Node) -> Iterator[str]:
        """What around an id says that it is sent to Azure: a setting, a key, a branch."""
        for key, value in (*_around(node), *_beside(node)):
            for provider in self.linked.rulebook.vendors.provider:
                if any(provider.says(key, text.text) for text in self._texts(key, value, provider)):
                    yield f"{key}={value.source}"
        yield from (key for key in _keys(node) if self.names("azure", key))
        for test in _arms(node):
            texts = [one.value for one in test.below("Constant") if isinstance(one.value, str)]
            for provider in self.linked.rulebook.vendors.provider:
                if any(provider.says(provider.keys[0], text) for text in texts):
                    yield test.source

    def _said(self, node: Node, cls: Node | None) -> str:
        """What the names around an id say of another vendor or program that it is for, or of anybody's."""
        for name in (*([str(cls.value)] if cls is not None else []), *_keys(node), *_callees(node)):
            if self.names("other-vendor", name) and not self.names("own-vendor", name):
                return f"{name} names another vendor"
        if said := another(around(node), self.names) or self._provider(node):
            return f"{said} names another vendor"
        key = anybodys(node, self.names)
        return f"{key} is whatever endpoint a user has, which need not know the new id" if key else ""

    def _arm(self, node: Node) -> str:
        """The test of another vendor, or program, in whose arm an id stands."""
        for test in _arms(node):
            texts = [str(one.value) for one in test.below("Constant") if isinstance(one.value, str)]
            if texts and all(another([text], self.names) for text in texts):
                return f"{test.source} names another vendor"
        return ""

    def _provider(self, node: Node) -> str:
        """What a setting beside an id says of another vendor, or program, that it is for."""
        if any(self.names("own-vendor", name) for name in around(node)):
            return ""
        for key, value in (*_around(node), *_beside(node)):
            for provider in self.linked.rulebook.vendors.provider:
                texts = {v.text or "" for v in self._texts(key, value, provider)}
                if len(texts) == 1 and another(texts, self.names):
                    return f"{key}={value.source}"
        return ""

    def _texts(self, key: object, value: Node, provider: Provider) -> Iterable[Value]:
        return self.linked.known(value) if key in provider.keys else ()

    def _is_named_in_a_row_beside(self, node: Node) -> bool:
        """Whether another record of the same table has the address of this vendor."""
        table = node.parent.parent if node.parent is not None else None
        rows = (*table.all("values"), *table.all("elts")) if table is not None else ()
        urls = (url for row in rows for one in row.all("values")[:1] for _, url in self._addresses(one))
        return any(self.linked.receivers.host_vendor(url) == "openai" for url in urls if url)

    def only_user(self, node: Node) -> Node | None:
        """The one class that loads the constant which a literal is given to."""
        stored = [t for t in node.statement.all("targets") if t.kind == "NameStore"]
        users = {enclosing_class(load) for target in stored for load in self.linked.project.loads(target)}
        return users.pop() if len(users) == 1 else None

    def _sent_to(self, node: Node) -> Iterator[str]:
        """The addresses among the arguments of the calls that a literal's record is given to."""
        record = node.parent
        if record is None or record.kind != "Dict":
            return
        for held in (record, *self._held(record)):
            above = held.parent.parent if held.field == "value" and held.parent is not None else held.parent
            call = above if above is not None and above.kind == "Call" else None
            given = (*call.all("args"), *(k.first for k in call.all("keywords"))) if call is not None else ()
            values = (v for one in given if one not in (held, record) for v in self.linked.known(one))
            yield from (v.text for v in values if v.text is not None and v.text.startswith(SCHEMES))

    def _held(self, record: Node) -> Iterator[Node]:
        """Where else a record is what is given."""
        know = self.linked.know
        with suppress(UnsolvedError, RecursionError):
            for one in know.holders(record, know.frames.of(record)):
                if not one.path:
                    yield one.node

    def keys(self, node: Node) -> Iterator[str]:
        """What an expression stands under, the nearest first: keys, the arms of a branch, what is made."""
        yield from _keys(node)
        yield from _callees(node)

    def addresses_around(self, node: Node) -> Iterator[tuple[str, str]]:
        """Addresses in the records around an expression, the nearest first, or among the fields beside it.

        Else those for which the program has it, by the keys on the way to it.
        """
        given = ((str(name), value) for name, value in (*_around(node), *_beside(node)))
        for name, value in given:
            if self.names("address", name):
                texts = (v.text for v in self.linked.known(value) if v.text is not None)
                yield from ((f"{name} beside it", text) for text in texts if text.startswith(SCHEMES))
        for one in (node, *node.ancestors()):
            if one.is_statement or one.kind in FUNCTIONS:
                return
            if one.key is not None and one.key.kind == "Constant" and one.parent is not None:
                beside = frozenset(str(key.value) for key in one.parent.all("keys"))
                if url := self.keyed.others(str(one.key.value), beside):
                    yield f"the address for {one.key.value}", url

    def _addresses(self, node: Node) -> Iterator[tuple[str, str]]:
        """Addresses that are constants among the fields or parameters beside a default."""
        for name, value in _beside(node):
            if self.names("address", name):
                for found in self.linked.values.of(value):
                    if found.kind == "text":
                        yield name, str(found.node.value)


def _around(node: Node) -> Iterator[tuple[object, Node]]:
    """Keys and values of the records around an expression, keywords of the calls that it is given to."""
    for above in node.ancestors():
        if above.is_statement or above.kind in FUNCTIONS:
            return
        if above.kind == "Dict":
            pairs = zip(above.all("keys"), above.all("values"), strict=False)
            yield from ((key.value, value) for key, value in pairs if key.kind == "Constant")
        elif above.kind == "Call":
            yield from ((keyword.value, keyword.first) for keyword in above.all("keywords"))


def _keys(node: Node) -> Iterator[str]:
    """The keys on the way from a record to an expression in it."""
    for one in (node, *node.ancestors()):
        if one.is_statement or one.kind in FUNCTIONS:
            return
        if one.key is not None and one.key.kind == "Constant":
            yield str(one.key.value)


def _callees(node: Node) -> Iterator[str]:
    """What the calls are named after that an expression is part of an argument of."""
    for one in node.ancestors():
        if one.is_statement or one.kind in FUNCTIONS:
            return
        if one.kind == "Call":
            yield last_name(one.first)


def _arms(node: Node) -> Iterator[Node]:
    """The tests that are true, and the patterns that are met, where an expression is evaluated."""
    below = node
    for above in node.ancestors():
        if above.kind in FUNCTIONS:
            return
        if above.kind in ("If", "IfExp") and below.field == "body":
            test = above.child("test")
            if test is not None and test.kind == "Compare" and test.value in (("Eq",), ("In",)):
                yield test
        elif above.kind == "match_case" and below.field == "body":
            yield from (one for one in [above.child("pattern")] if one is not None)
        below = above


def _beside(node: Node) -> Iterator[tuple[str, Node]]:
    """Names and values in the same record, among the fields of the class, or the function's parameters."""
    if node.parent is not None and node.parent.kind == "Dict":
        pairs = zip(node.parent.all("keys"), node.parent.all("values"), strict=False)
        yield from ((str(key.value), value) for key, value in pairs)
    for above in node.ancestors():
        if above.kind == "arg":
            function = above.parent
            yield from _defaults(function) if function is not None else ()
            return
        if above.is_statement:
            yield from _fields(above.scope) if above.scope.kind == "ClassDef" else ()
            return


def _defaults(function: Node) -> Iterator[tuple[str, Node]]:
    for child in function.children():
        default = child.child("default") if child.kind == "arg" else None
        if default is not None:
            yield str(child.value), default


def _fields(cls: Node) -> Iterator[tuple[str, Node]]:
    for statement in cls.all("body"):
        target = statement.child("targets") or statement.child("target")
        value = statement.child("value")
        if target is not None and value is not None:
            yield last_target(target), value


def another(names: Iterable[str], named: Callable[[str, str], bool]) -> str:
    """The first of some names that names another vendor, unless one before it names this one."""
    for name in names:
        if named("own-vendor", name):
            return ""
        if by_name(name, named) == "other":
            return name
    return ""


def around(node: Node) -> Iterator[str]:
    """What an expression is given by, the nearest first: keywords, flags and settings, fields, parameters.

    What a function has for a default, or returns, is the function's by its name.
    """
    for one in (node, *node.ancestors()):
        if one.kind == "keyword" and one.value:
            yield str(one.value)
        elif one.kind == "Call":
            yield from _flags(one)
        elif one.kind == "arg" and one.parent is not None:
            yield from (str(one.value), str(one.parent.value))
            return
        elif one.is_statement:
            yield bound_name(one)
            if one.kind == "Return" and one.scope.kind in FUNCTIONS:
                yield str(one.scope.value)
            return
        elif one.kind in FUNCTIONS:
            return


def anybodys(node: Node, named: Callable[[str, str], bool]) -> str:
    """The key of a row for an endpoint that is whoever's gives its address, in a table of vendors' rows.

    A row that has an address of its own says by that whose it is.
    """
    for one in (node, *node.ancestors()):
        if one.is_statement or one.kind in FUNCTIONS:
            return ""
        if one.key is None or one.key.kind != "Constant" or one.parent is None:
            continue
        rows = {str(key.value) for key in one.parent.all("keys") if key.kind == "Constant"}
        own = str(one.key.value)
        if any(named("address", str(key.value)) for key in one.all("keys")):
            return ""
        if named("any-endpoint", own) and any(_is_vendor(key, named) for key in rows - {own}):
            return own
    return ""


def _is_vendor(key: str, named: Callable[[str, str], bool]) -> bool:
    return not named("any-endpoint", key) and (named("own-vendor", key) or named("other-vendor", key))


def _flags(call: Node) -> Iterator[str]:
    """The flags and the names of settings that a call is given."""
    texts = (one.value for one in call.all("args") if one.kind == "Constant" and isinstance(one.value, str))
    yield from (text for text in map(str, texts) if text.startswith("-") or text.lower().endswith("model"))
