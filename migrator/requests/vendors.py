"""Whose endpoint a request goes to: by its client, its address, marks of a deployment, its code's name."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from migrator.hosts import vendor_at
from migrator.know.fields import handed_up
from migrator.know.values import Site
from migrator.read.scopes import FUNCTIONS, enclosing_class, parameters
from migrator.requests.shared_clients import SharedClients
from migrator.rulebook.vendor_rules import TAKES_IDS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from migrator.know.evaluator import Evaluator
    from migrator.know.values import Entry, Value
    from migrator.read.nodes import Node
    from migrator.requests.bynames import ByNames
    from migrator.rulebook import Rulebook
    from migrator.rulebook.api_rules import Call, Client

_BASE = ("base_url", 0)
_HEADERS = "headers"
_URL = (0, 1, "url")
MAX_WRAPPED = 3
"""Clients that are handed to clients."""


class Vendors:
    """Judges the endpoints of a program's requests; `named(list, name)` as for all requests."""

    def __init__(
        self, know: Evaluator, rulebook: Rulebook, named: Callable[[str, str], bool], names: ByNames
    ) -> None:
        self.know = know
        self.named = named
        self.names = names
        self.hosts = rulebook.vendors
        self.shared = SharedClients(know)
        catalog = rulebook.catalog
        self._ids = {*(m.id for m in catalog.models), *(v.id for v in catalog.variants.values())}
        self._clients = {
            name: client for api in rulebook.apis for client in api.client for name in client.names
        }

    def by_client(self, path: str) -> str:
        """The vendor of what a dotted path makes, if it makes a client."""
        return self._clients[path].vendor if path in self._clients else ""

    def by_names(self, call: Node) -> str:
        """Whose a call is by the address of the field that it is a method of, else by the names around it."""
        addressed = {*map(self._at, self.names.addresses(call.first) if call.kind == "Call" else ())}
        return addressed.pop() if len(addressed) == 1 else named_after(call, self.named)

    def of(self, rule: Call, callee: Value | None, entries: Iterable[Entry], sites: tuple[Site, ...]) -> str:
        """openai, azure, gateway, other or local, for what is called with some arguments, given at `sites`.

        Nothing where the client is not known, and neither the rule nor an argument says it.
        """
        entries = list(entries)
        declared = self._clients.get(str(callee.data).partition("()")[0]) if callee is not None else None
        vendor: str = rule.vendor or (declared.vendor if declared else "openai")
        if vendor not in TAKES_IDS:
            return vendor
        for named in self._named(entries):
            return named
        addressed = [entry for entry in entries if entry.key in (*rule.endpoint, *(_URL if rule.url else ()))]
        for named in self._set_for(addressed, sites):
            return named
        if rule.url:
            urls = [*self._addresses(entries)] or [v.text for v in self._bases(callee) if v.text]
            judged = {*map(self._at, urls)} or {self._unaddressed(entries, sites) or vendor}
            return min(judged) if len(judged) == 1 or not judged & {*TAKES_IDS} else ""
        for found in (
            *self._judged(rule, callee, declared, entries, sites),
            self._shared(rule, callee, sites),
        ):
            if found not in ("", "openai"):
                return found
        is_known = callee is not None and callee.kind == "library"
        return vendor if is_known or rule.vendor else self._by_names(sites)

    def _unaddressed(self, entries: list[Entry], sites: tuple[Site, ...]) -> str:
        """Whose a raw request is that goes to an address which is not known: by its headers, by its code."""
        headers = (
            e
            for entry in entries
            if entry.key == _HEADERS
            for v in self.know.given(entry)
            for e in self._in(v)
        )
        if any(self.named("other-vendor-header", str(header.key).lower()) for header in headers):
            return "other"
        return self._by_names(sites)

    def _in(self, value: Value) -> Iterable[Entry]:
        return self.know.entries(value) if value.kind == "mapping" else ()

    def is_own(self, url: str) -> bool:
        """Whether an address takes this vendor's models by their ids."""
        return self._at(url) in TAKES_IDS

    def is_anybodys(self, rule: Call, callee: Value | None, entries: Iterable[Entry]) -> bool:
        """Whether a request goes to an address that is not known, or to others' as well."""
        entries = list(entries)
        if rule.url:
            named = {*rule.endpoint, 0, 1, "url"}
            paths = [v.text for e in entries if e.key in named for v in self.know.given(e) if v.text]
            if any(path.startswith("/") for path in paths):
                return self._is_based_anywhere(callee)
        keywords, given = self._addressed(rule, callee, entries)
        if callee is not None and _is_call(callee) and self._may_be_given(callee.node, keywords):
            return True
        is_open = any(v.kind == "open" for v in given)
        return is_open or any(self._at(url) not in TAKES_IDS for url in _urls(given))

    def is_others_too(self, rule: Call, callee: Value | None, entries: Iterable[Entry]) -> bool:
        """Whether one of the addresses that a request may go to is another's than the publisher's."""
        _, given = self._addressed(rule, callee, list(entries))
        return any(self._at(url) != "openai" for url in _urls(given))

    def _addressed(
        self, rule: Call, callee: Value | None, entries: list[Entry]
    ) -> tuple[set[str | int], list[Value]]:
        """The names under which a request or its client is given an address, and what it is given."""
        declared = self._clients.get(str(callee.data).partition("()")[0]) if callee is not None else None
        keywords: set[str | int] = set(rule.endpoint)
        if rule.url:
            keywords |= {0, 1, "url"}
        elif callee is not None and declared is not None and _is_call(callee):
            keywords |= set(declared.endpoint)
            entries = [*entries, *self._made_with(callee)]
        given = [v for e in entries if e.key in keywords for v in self.know.given(e)]
        return keywords, [*given, *self._set_later(callee, keywords)]

    def _set_later(self, callee: Value | None, keywords: Collection[str | int]) -> Iterator[Value]:
        """The addresses that a client is given after it was made: `client.base_url = …`."""
        if callee is None:
            return
        for store in (one for name in keywords for one in self.know.stores(str(name))):
            frame = self.know.frames.of(store)
            if any(value.node is callee.node for value in self.know.value(store.first, frame)):
                yield from self.know.targeted(store, frame)

    def _may_be_given(self, made: Node, addresses: Collection[str | int]) -> bool:
        """Whether callers outside of a package may give the address of a client that its class makes."""
        cls, folder = enclosing_class(made), made.file.path.rpartition("/")[0]
        is_offered = f"{folder}/__init__.py" in self.know.project.files
        if cls is None or not is_offered or str(cls.value).startswith("_"):
            return False
        makers = (one for one in cls.all("body") if one.kind in FUNCTIONS and one.value == "__init__")
        given = (one for maker in makers for one in parameters(maker) if str(one.value) in addresses)
        return any(self.know.loads(one) for one in given)

    def _is_based_anywhere(self, callee: Value | None) -> bool:
        """Whether a client that is given a path alone is not known to have this vendor's address."""
        bases = self._bases(callee)
        return not bases or any(v.text is None or self._at(v.text) not in TAKES_IDS for v in bases)

    def _bases(self, callee: Value | None) -> list[Value]:
        """What the client of a callee is given as the address that paths are added to."""
        made = self._made_with(callee) if callee and _is_call(callee) else ()
        return [v for entry in made if entry.key in _BASE for v in self.know.given(entry)]

    def _judged(
        self,
        rule: Call,
        callee: Value | None,
        declared: Client | None,
        entries: list[Entry],
        sites: tuple[Site, ...],
    ) -> Iterator[str]:
        if callee is not None and declared is not None and "()" in str(callee.data):
            yield self._client(callee, declared)
        is_made = declared is not None and callee is not None and "()" not in str(callee.data)
        made_at = declared.endpoint if declared is not None and is_made else ()
        yield self._endpoint((*rule.endpoint, *made_at), entries, sites)
        for entry in entries:
            if entry.key in rule.client:
                yield from map(self._handed, self.know.given(entry))

    def _shared(self, rule: Call, callee: Value | None, sites: tuple[Site, ...]) -> str:
        """The vendor that is set for all of a process, where what is called has no client of its own."""
        has_own = callee is None or "()" in str(callee.data)
        return (
            "" if has_own or not sites else self.shared.vendor(rule, sites[-1].call, self._handed, self._at)
        )

    def _client(self, made: Value, declared: Client, depth: int = 0) -> str:
        entries = list(self._made_with(made)) if _is_call(made) else []
        judged = {self._endpoint(declared.endpoint, [*self.know.arguments(s)], s) for s in self._making(made)}
        found = judged.pop() if len(judged) == 1 else ""
        if found or not declared.wraps or depth >= MAX_WRAPPED:
            return found
        inner = [v for e in entries if e.key in (declared.wraps, 0) for v in self.know.given(e)]
        return next((one for v in inner if (one := self._handed(v, depth + 1)) != "openai"), "")

    def _making(self, made: Value) -> Iterator[tuple[Site, ...]]:
        """What gives a client's constructor its arguments; a class of the program hands them up."""
        values = self.know.value(made.node, made.frame) if _is_call(made) else ()
        own = [v for v in values if v.kind == "instance" and self.know.resolved(v.data, "__init__")]
        for one in own:
            yield from handed_up(self.know, one)
        if not own:
            yield (Site(made.node, made.frame),) if _is_call(made) else ()

    def _made_with(self, made: Value) -> Iterator[Entry]:
        for sites in self._making(made):
            yield from self.know.arguments(sites)

    def _handed(self, value: Value, depth: int = 0) -> str:
        """The vendor of a client that is handed on."""
        declared = self._clients.get(str(value.data).partition("()")[0]) if value.kind == "library" else None
        if declared is None:
            return "openai"
        return self._client(value, declared, depth) or declared.vendor

    def _endpoint(self, keywords: tuple[str, ...], entries: list[Entry], sites: tuple[Site, ...]) -> str:
        """The vendor of an address that is given; nothing where none is, or only the environment knows it.

        Where none is given on some path, it is the client's own there.
        """
        given = [entry for entry in entries if entry.key in keywords]
        for named in self._set_for(given, sites):
            return named
        values = [value for entry in given for value in self.know.given(entry)]
        if any(map(self._holds_model, values)):
            return "other"
        judged = {self._at(v.text) for v in (*values, *self._made_of(values)) if v.text}
        is_open = any(v.kind == "open" for v in values)
        is_left_out = not is_open and any(v.kind == "constant" and v.constant is None for v in values)
        if judged and (is_left_out or all(self.know.argument(sites, str(e.key), -1)[1] for e in given)):
            judged.add("openai")
        if len(judged) > 1:
            return "other" if "openai" not in judged else ""
        return next(iter(judged), "")

    def _holds_model(self, address: Value) -> bool:
        """Whether a model's id is a part of an address that is not known: who serves it names its models."""
        if address.kind != "open" or address.node.kind != "JoinedStr":
            return False
        frame = address.frame or self.know.frames.of(address.node)
        parts = [one.first for one in address.node.among("FormattedValue")]
        values = [v for part in parts for v in self.know.value(part, self.know.frame_of(part.scope, frame))]
        return any(v.text in self._ids for v in self.know.plain(frozenset(values)))

    def _made_of(self, values: list[Value]) -> Iterator[Value]:
        """The addresses that something of a library is given which says an address: defaults of settings."""
        for value in values:
            if value.node.kind == "Call" and (value.is_result or value.data == "library result"):
                given = (*value.node.all("args"), *(k.first for k in value.node.all("keywords")))
                found = (one for node in given for one in self.know.value(node, value.frame))
                yield from (one for one in found if one.text is not None and "://" in one.text)

    def _set_for(self, given: list[Entry], sites: tuple[Site, ...]) -> Iterator[str]:
        """The vendors that settings are named after of which an address is made: `AZURE_ENDPOINT`."""
        frame = sites[-1].frame if sites else None
        for entry in given:
            parts = entry.node.among("Name", "Attribute") if entry.node is not None else ()
            inner = [v for part in parts if part.field != "func" for v in self.know.value(part, frame)]
            for value in (*self.know.given(entry), *inner):
                if value.kind == "open" and value.data == "environment":
                    texts = [str(n.value) for n in value.node.among("Constant") if isinstance(n.value, str)]
                    yield from filter(None, map(self._by_name, texts[:1]))

    def _by_name(self, name: str) -> str:
        return by_name(name, self.named)

    def _addresses(self, entries: list[Entry]) -> Iterator[str]:
        for entry in entries:
            if isinstance(entry.key, int) or entry.key == "url":
                for value in self.know.given(entry):
                    if value.text is not None and value.text.startswith(("http://", "https://")):
                        yield value.text

    def _named(self, entries: list[Entry]) -> Iterator[str]:
        """The vendors that settings beside the model name."""
        for provider in self.hosts.provider:
            given = (entry for entry in entries if entry.key in provider.keys)
            if any(provider.says(entry.key, v.text) for entry in given for v in self.know.given(entry)):
                yield provider.vendor

    def _by_names(self, sites: tuple[Site, ...]) -> str:
        return self.by_names(sites[-1].call) if sites else ""

    def _at(self, url: str) -> str:
        return vendor_at(self.hosts, url)


def named_after(node: Node, named: Callable[[str, str], bool]) -> str:
    """The vendor that the code around a node is named after: of functions, classes and the file."""
    names = [str(one.value) for one in node.ancestors() if one.kind in (*FUNCTIONS, "ClassDef")]
    for name in (*names, PurePosixPath(node.file.path).stem):
        if named("own-vendor", name) or by_name(name, named):
            return by_name(name, named)
    return ""


def by_name(name: str, named: Callable[[str, str], bool]) -> str:
    """The vendor that a name names, unless it is this one."""
    if named("azure", name):
        return "azure"
    return "other" if named("other-vendor", name) and not named("own-vendor", name) else ""


def _urls(values: Iterable[Value]) -> list[str]:
    """The addresses among some values."""
    return [v.text for v in values if v.text is not None and "://" in v.text]


def _is_call(made: Value) -> bool:
    return made.node.kind == "Call"
