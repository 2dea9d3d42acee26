"""Which library a call belongs to, whose endpoint it talks to, and which argument is its model."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from migrator.callees import fits, plain
from migrator.hosts import ending, path_of, vendor_at
from migrator.read.scopes import dotted, last_name
from migrator.rulebook.vendor_rules import TAKES_IDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from migrator.know.origins import Origin, Origins
    from migrator.read.nodes import FileFacts, Node
    from migrator.rulebook import Rulebook
    from migrator.rulebook.api_rules import Api, Call, Client
    from migrator.rulebook.vendor_rules import Provider

_BY_FORM = "recognised by the call's form; its client was not found"


class Receiver(NamedTuple):
    """What a call turned out to be.

    Attributes:
        call: the rule, if one matched.
        library: the rule file's library.
        vendor: openai, azure, gateway, other, local.
        note: how the endpoint was judged, where that is worth a word.
        client: the constructing call of the client, where it is known.
    """

    call: Call
    library: str
    vendor: str
    note: str = ""
    client: Node | None = None


class Receivers:
    """Matches calls with the rules of one rulebook."""

    def __init__(self, values: Origins, rulebook: Rulebook) -> None:
        self.values = values
        self.rulebook = rulebook
        self._by_last: dict[str, list[tuple[str, Call, Api]]] = {}
        self._by_path: dict[str, tuple[str, list[tuple[Call, Api]]]] = {}
        self._tails: dict[str, list[tuple[str, Call, Api]]] = {}
        self._clients: dict[str, Client] = {}
        self._memo: dict[Node, Receiver | None] = {}
        self._imports: dict[str, frozenset[str]] = {}
        for api in rulebook.apis:
            self._index(api)
        self._open = {callee.split(".")[0] for callee, *_ in self._by_last.get("*", ())}

    def _index(self, api: Api) -> None:
        for client in api.client:
            for name in client.names:
                self._clients[name] = client
        for call in api.call:
            for callee in call.callees:
                self._by_last.setdefault(callee.rpartition(".")[2], []).append((callee, call, api))
            for tail in call.tails:
                self._tails.setdefault(tail.rpartition(".")[2], []).append((tail, call, api))

    def may_match(self, call: Node) -> bool:
        """Whether the last name of what is called occurs in any rule, or the class may derive from one's."""
        return self._is_known(last_name(call.first)) or self._is_open(call.file)

    def candidates(self, file: FileFacts) -> Iterator[Node]:
        """The calls of a file that may match, in source order."""
        if self._is_open(file):
            return file.of_kind("Call")
        return map(
            file.node, sorted(i for name in file.calls if self._is_known(name) for i in file.calls[name])
        )

    def _is_known(self, name: str) -> bool:
        if name in self._by_last or name in self._tails or name in self.values.project.class_names:
            return True
        return name == "partial" or name in self._partials

    def _is_open(self, file: FileFacts) -> bool:
        return not self._open.isdisjoint(self.imports(file))

    @cached_property
    def _partials(self) -> frozenset[str]:
        """Names that are bound to a `partial(…)`."""
        bound = set()
        for call in self.values.project.calls("partial"):
            target = call.parent.child("targets") if call.parent is not None else None
            if target is not None:
                bound.add(str(target.value))
        return frozenset(bound)

    def of(self, call: Node) -> Receiver | None:
        """The receiver of a call (or of a decorator that is a call); none where no rule matches."""
        if call not in self._memo:
            self._memo[call] = None
            self._memo[call] = self._match(call)
        return self._memo[call]

    def settle(self, call: Node, vendor: str, *, is_kept: bool) -> None:
        """Say whose endpoint a call goes to, recognised by its form, or another's."""
        known = self.of(call)
        if vendor and known is not None and (known.note == _BY_FORM or is_kept):
            note = known.note if vendor == known.vendor and known.note != _BY_FORM else ""
            self._memo[call] = known._replace(vendor=vendor, note=note)

    def _match(self, call: Node) -> Receiver | None:
        func = call.first
        values = self.values.of(func)
        if any(value.path == "functools.partial" for value in values):
            given = call.all("args")
            values = self.values.of(given[0]) if given else values
        for value in values:
            found = self._by_value(value, call)
            if found is not None:
                return found
        if any(v.kind in ("function",) for v in values):
            return None
        return self._by_tail(call, func) or self._by_name(call, func)

    def _by_value(self, value: Origin, call: Node) -> Receiver | None:
        for found, node in self._paths(value):
            path, fitting = self._fitting(found)
            for rule, api in fitting:
                if self._addressed(rule, call):
                    client = node if value.kind == "object" and node.kind == "Call" else call
                    return self._receiver(rule, api, path, client, call)
        return None

    def _fitting(self, found: str) -> tuple[str, list[tuple[Call, Api]]]:
        """A path without what does not matter, and the rules that speak of it."""
        known = self._by_path.get(found)
        if known is None:
            path = plain(found)
            rules = [*self._by_last.get(path.rpartition(".")[2], ()), *self._by_last.get("*", ())]
            fitting = [(rule, api) for callee, rule, api in rules if fits(callee, path)]
            known = self._by_path[found] = path, fitting
        return known

    def _addressed(self, rule: Call, call: Node) -> bool:
        """Whether a raw HTTP call's address (if it is known) is one that the rule speaks of."""
        if not rule.url:
            return True
        texts = self.addresses(call) or self._endings(call)
        return not texts or any(path_of(text).endswith(rule.url) for text in texts)

    def _endings(self, call: Node) -> list[str]:
        """The paths of addresses whose hosts are put in at run time."""
        values = (value for node in _addressing(call) for value in self.values.of(node))
        return list(filter(None, (ending(value.node) for value in values if value.kind == "join")))

    def addresses(self, call: Node) -> list[str]:
        """The URLs among a call's arguments."""
        texts = [text for node in _addressing(call) for text in self.whole_texts(node)]
        return [text for text in texts if text.startswith(("http://", "https://"))]

    def whole_texts(self, node: Node) -> list[str]:
        """Like `texts`, with the constant pieces of f-strings and sums joined (`?` between them)."""
        found = []
        for value in self.values.of(node):
            if value.kind == "text":
                found.append(str(value.node.value))
            elif value.kind == "join":
                pieces = [str(n.value) for n in value.node.descendants() if n.kind == "Constant"]
                found.append("?".join(pieces))
        return found

    def _paths(self, value: Origin) -> Iterator[tuple[str, Node]]:
        if value.kind in ("external", "object"):
            yield value.path, value.node
        elif value.kind == "class":
            for base in self.values.mro(value.node)[1:]:
                if isinstance(base, str):
                    yield base, value.node

    def _receiver(self, rule: Call, api: Api, path: str, client: Node, call: Node) -> Receiver:
        declared = self._clients.get(path.partition("()")[0])
        vendor: str = rule.vendor or (declared.vendor if declared else "openai")
        note = ""
        if vendor in TAKES_IDS:
            vendor, note = self._refined(vendor, rule, declared, client, call)
        return Receiver(rule, api.library, vendor, note, client if client.kind == "Call" else None)

    def _refined(
        self, vendor: str, rule: Call, declared: Client | None, client: Node, call: Node
    ) -> tuple[str, str]:
        """The vendor, after endpoints, handed-in clients, deployment markers and addresses."""
        for provider in self.rulebook.vendors.provider:
            if self._is_named(provider, call):
                return provider.vendor, "named beside the model"
        if rule.url and (texts := self.addresses(call)):
            return self.host_vendor(texts[0]), f"address {texts[0]}"
        for judged in self._judgements(rule, declared, client, call):
            if judged[0] != "openai" or judged[1]:
                return (vendor if judged[0] == "openai" else judged[0]), judged[1]
        return vendor, ""

    def _judgements(
        self, rule: Call, declared: Client | None, client: Node, call: Node
    ) -> Iterator[tuple[str, str]]:
        if client.kind == "Call":
            keywords = declared.endpoint if declared else ("base_url", "api_base", "openai_api_base")
            yield self._endpoint(client, keywords, "openai")
            if declared is not None and declared.wraps:
                yield self._handed(client, (declared.wraps,))
        yield self._endpoint(call, rule.endpoint, "openai")
        yield self._handed(call, rule.client)

    def _handed(self, call: Node, keywords: Iterable[str], depth: int = 0) -> tuple[str, str]:
        """The vendor of a client that is handed in by keyword or position."""
        named = tuple(keywords)
        given = [call.keyword(name) for name in named]
        given += call.all("args")[:2] if named else []
        for node in given:
            for value in self.values.of(node) if node is not None else ():
                declared = (
                    self._clients.get(value.path.partition("()")[0]) if value.kind == "object" else None
                )
                if declared is None or value.node.kind != "Call":
                    continue
                found = self._endpoint(value.node, declared.endpoint, declared.vendor)
                if found[0] == "openai" and declared.wraps and depth < 3:
                    found = self._handed(value.node, (declared.wraps,), depth + 1)
                if found[0] != "openai":
                    return found[0], found[1] or f"{value.path.partition('()')[0]} is handed in"
        return "openai", ""

    def _is_named(self, provider: Provider, call: Node) -> bool:
        """Whether the vendor is named: at the call, in a dict around its model, or set on the module."""
        pairs = [(keyword.value, keyword.first) for keyword in call.all("keywords")]
        for mapping in call.below("Dict"):
            keys = zip(mapping.all("keys"), mapping.all("values"), strict=False)
            pairs += [(key.value, value) for key, value in keys if key.kind == "Constant"]
        for store in call.file.of_kind("AttributeStore"):
            given = store.statement.child("value") if store.field == "targets" else None
            if given is not None and any(v.kind == "external" for v in self.values.of(store.first)):
                pairs.append((store.value, given))
        named = (value for key, value in pairs if key in provider.keys)
        return any(provider.says(provider.keys[0], text) for value in named for text in self.texts(value))

    def _endpoint(self, client: Node, keywords: Iterable[str], vendor: str) -> tuple[str, str]:
        for keyword in keywords:
            given = client.keyword(keyword)
            if given is None:
                continue
            texts = [t for t in self.texts(given) if t]
            judged = {self.host_vendor(t) for t in texts}
            unknown = {v.path for v in self.values.of(given) if v.kind == "unknown"}
            if not texts or (unknown and ("openai" in judged or unknown != {"environment"})):
                return vendor, f"{keyword} is set at run time; taken as the standard endpoint"
            if len(judged) == 1:
                return judged.pop(), f"{keyword}={texts[0]}"
            if "openai" not in judged:
                return "other", f"{keyword} is one of several hosts"
        return vendor, ""

    def texts(self, node: Node) -> list[str]:
        """The constant texts that an expression may be; constant heads of f-strings count."""
        found = []
        for value in self.values.of(node):
            if value.kind == "text":
                found.append(str(value.node.value))
            elif value.kind == "join":
                found += [str(n.value) for n in value.node.descendants() if n.kind == "Constant"][:1]
        return found

    def host_vendor(self, url: str) -> str:
        """Whose endpoint a URL is."""
        return vendor_at(self.rulebook.vendors, url)

    def _by_tail(self, call: Node, func: Node | None) -> Receiver | None:
        name = last_name(func)
        if name not in self._tails:
            return None
        path = plain(dotted(func))
        for tail, rule, api in self._tails[name]:
            if path.endswith("." + tail) or path == tail:
                vendor = "azure" if "azure" in path.lower() else self._guess(func) or rule.vendor or "openai"
                return Receiver(rule, api.library, vendor, _BY_FORM)
        return None

    def _guess(self, func: Node | None) -> str:
        """The vendor of a client that resolved to a known constructor although the path did not match."""
        node = func
        while node is not None and node.kind == "Attribute":
            node = node.child("value")
            for value in self.values.of(node):
                declared = (
                    self._clients.get(value.path.partition("()")[0]) if value.kind == "object" else None
                )
                if declared is not None:
                    if value.node.kind == "Call":
                        return self._endpoint(value.node, declared.endpoint, declared.vendor)[0]
                    return declared.vendor
        return ""

    def _by_name(self, call: Node, func: Node | None) -> Receiver | None:
        """A class name as the library exports it, in a file that imports the library."""
        name = last_name(func)
        if not name[:1].isupper():
            return None
        for callee, rule, api in self._by_last.get(name, ()):
            if "()" not in callee and callee.split(".")[0] in self.imports(call.file):
                return self._receiver(rule, api, callee, call, call)
        return None

    def imports(self, file: FileFacts) -> frozenset[str]:
        """Top-level packages that a file imports."""
        found = self._imports.get(file.path)
        if found is None:
            tree, names = file.tree, set()
            for index in tree.of_kind("Import"):
                names |= {tree.value[a][0].split(".")[0] for a in tree.children(index)}
            names |= {tree.value[i][0].split(".")[0] for i in tree.of_kind("ImportFrom")}
            found = self._imports[file.path] = frozenset(names)
        return found


def model_arguments(call: Node, rule: Call) -> list[Node]:
    """The argument expressions that carry the model in a call that matched `rule`."""
    found = [given for name in rule.model if (given := call.keyword(name)) is not None]
    if not found and rule.position is not None:
        arguments = call.all("args")
        if len(arguments) > rule.position and not any(
            a.kind == "Starred" for a in arguments[: rule.position + 1]
        ):
            found = [arguments[rule.position]]
    return found


def _addressing(call: Node) -> list[Node]:
    """The arguments of a call that may be its address."""
    given = [*call.all("args"), *(k.child("value") for k in call.all("keywords") if k.value == "url")]
    return [node for node in given if node is not None]
