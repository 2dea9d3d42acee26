"""The linked project as the deciders see it, and where values end up."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from migrator.data.formats import is_data
from migrator.decide.flows.flow_uses import ELEMENT, WHOLE
from migrator.decide.flows.forward import Flow
from migrator.decide.flows.text_tests import OF_TEXTS, tests_text
from migrator.decide.inferred import Inferred
from migrator.decide.meanings import Names
from migrator.decide.prompts.prompt_files import PromptFiles
from migrator.decide.receivers import Receiver, Receivers
from migrator.know.activations import Activations
from migrator.know.answers import Answers
from migrator.know.origins import Origins
from migrator.know.solver import UnsolvedError
from migrator.know.together import Together
from migrator.know.values import an_open
from migrator.read.scopes import enclosing_class, last_name
from migrator.requests.foreign import Foreign
from migrator.requests.requests import Requests
from migrator.requests.vendors import named_after
from migrator.rulebook.vendor_rules import KEEPS_IDS, OTHERS

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from migrator.decide.flows.flow_uses import Part, Use
    from migrator.know.evaluator import Evaluator
    from migrator.know.values import Entry, Value
    from migrator.read.ids import IdPattern
    from migrator.read.nodes import Node
    from migrator.read.project import Project
    from migrator.requests.request_records import Request
    from migrator.rulebook import Rulebook
    from migrator.rulebook.request_rules import ParameterRule


class Ends(NamedTuple):
    """What a value reaches.

    Attributes:
        sites: calls that take it as their model, with their receivers (none: inferred).
        standard, azure, other: by those calls' vendors; deployed: as the name of a deployment.
        tokenizer: a tokenizer look-up; predicate: a comparison or string test on a model name;
        lookup: a subscript or `get` by it; model_name: a keyword or parameter that carries a model.
        spoken: a text for people; elsewhere: any other call; training: the base of a fine-tune.
        strange: what a library that no rule speaks of keeps.
    """

    sites: tuple[tuple[Node, Receiver | None], ...] = ()
    standard: bool = False
    azure: bool = False
    azure_files: frozenset[str] = frozenset()
    deployed: bool = False
    other: bool = False
    tokenizer: bool = False
    predicate: bool = False
    lookup: bool = False
    model_name: bool = False
    spoken: bool = False
    elsewhere: bool = False
    training: bool = False
    strange: bool = False


class Linked:
    """Project, values, flow, receivers and names of one run."""

    def __init__(self, project: Project, rulebook: Rulebook, pattern: IdPattern) -> None:
        self.project = project
        self.rulebook = rulebook
        self.pattern = pattern
        self.names = Names(rulebook.names)
        self.values = Origins(Together.of(project, rulebook))
        self.flow = Flow(project, self.values)
        self.prompt_files = PromptFiles(project, self.values, self.names)
        self.receivers = Receivers(self.values, rulebook)
        self.inferred = Inferred(rulebook, self.names, self.receivers)
        self._know: Evaluator | None = None
        self._activations: Activations | None = None
        self._requests: dict[Node, list[Request]] | None = None
        self.refused: dict[str, dict[Node, ParameterRule]] = {}
        self._staying: dict[tuple[Node, str], Node] | None = None
        self._sent: dict[Node, list[tuple[Node, Receiver]]] | None = None
        self._ends: dict[tuple[Node, Part], Ends] = {}
        self._told: dict[tuple[str, Node, str, Part], Ends] = {}
        self._holding: dict[str, bool] = {}

    def is_setting(self, path: str) -> bool:
        """Whether a data file is read for the variables that it sets, by no call that loads it."""
        return is_data(path) and path not in self.project.loaders

    def requests_of(self, call: Node) -> list[Request]:
        """The requests that a call can make."""
        return self.requests.get(call, [])

    @cached_property
    def sends_unknown_model(self) -> bool:
        """Whether a request of the program may be given any id: nobody knows its model."""
        requests = (one for made in self.requests.values() for one in made)
        return any(one.unknown_model is not None and not one.is_elsewhere for one in requests)

    @property
    def know(self) -> Evaluator:
        """The evaluator of the program, made when it is first asked."""
        if self._know is None:
            self._know = Answers.of(self.project, self.rulebook)
        return self._know

    @property
    def activations(self) -> Activations:
        """The frames in which the program's code runs."""
        if self._activations is None:
            self._activations = Activations(self.know)
        return self._activations

    def known(self, node: Node) -> frozenset[Value]:
        """What an expression may be, whoever calls the code around it; open where that has no end."""
        with suppress(UnsolvedError, RecursionError):
            return self.know.value(node, self.know.frames.of(node))
        return an_open("too many", node)

    def literals(self, node: Node) -> Iterator[Node]:
        """The literals that an expression's text comes from."""
        for value in self.known(node):
            yield from value.more or (value.node,)

    def forget(self) -> None:
        """Let go of the evaluators and of what they found."""
        self.values.forget()
        if self._know is not None:
            self._know.forget()
        self._know = self._activations = self._requests = self._staying = self._sent = None
        self.refused.clear()

    def settle(self) -> None:
        """Find every request, after which calls are known by whose endpoint they go to."""
        assert self.requests is not None

    @property
    def requests(self) -> dict[Node, list[Request]]:
        """The requests of the program by call."""
        if self._requests is None:
            self._requests = defaultdict(list)
            found = Requests(self.know, self.activations, self.rulebook, self.names)
            with suppress(UnsolvedError, RecursionError):
                for request in found.all():
                    self._requests[request.call].append(request)
            for call, requests in self._requests.items():
                is_kept = {r.vendor for r in requests if r.vendor} <= {*KEEPS_IDS}
                self.receivers.settle(call, vendor_of(requests), is_kept=is_kept)
            self._name_unknown(self._requests)
        return self._requests

    def _name_unknown(self, known: Container[Node]) -> None:
        """Calls by their form that are no known requests: whose they are is told by the names around them."""
        for file in self.project.files.values():
            for call in self.receivers.candidates(file):
                receiver = self.receivers.of(call) if call not in known else None
                if receiver is not None and receiver.vendor == "openai":
                    is_raw = bool(receiver.call.url) and not self.receivers.addresses(call)
                    self.receivers.settle(call, named_after(call, self.names), is_kept=is_raw)

    @property
    def staying(self) -> dict[tuple[Node, str], Node]:
        """What is sent to other vendors' models: by holder and key, a call of each."""
        if self._staying is None:
            self._staying = {}
            with suppress(UnsolvedError, RecursionError):
                for call, entry, model in self._sent_elsewhere():
                    if not self.is_of_vendor(model):
                        self._staying.setdefault((entry.holder, entry.spelled), call)
        return self._staying

    def _sent_elsewhere(self) -> Iterator[tuple[Node, Entry, str]]:
        requests = self.requests
        for call, found in requests.items():
            for one in found:
                texts = {v.text for v in one.models}
                if texts and not any(text is None or self.is_of_vendor(text) for text in texts):
                    yield from ((call, given.entry, min(map(str, texts))) for given in one.parameters)
        foreign = Foreign(self.know, self.activations, self.names.model, self.names.listed("body-argument"))
        for sent in foreign.sent(requests.__contains__):
            yield sent.call, sent.entry, sent.model

    def is_of_vendor(self, model: str) -> bool:
        """Whether a model is one of this vendor's, whose other models take what the targets do."""
        return self.holds_id(model) or self.names("family-text", model)

    def sent(self, node: Node) -> list[tuple[Node, Receiver]]:
        """The calls of which some request has just this text for its model."""
        if self._sent is None:
            self._sent = defaultdict(list)
            for call, requests in self.requests.items():
                receiver = self.receivers.of(call) or received(requests)
                for part in {part for r in requests for v in r.models for part in self._naming(v)}:
                    self._sent[part].append((call, receiver))
        return self._sent.get(node, [])

    def _naming(self, model: Value) -> Iterator[Node]:
        """The text that a model's id stands in, if it stands in one of those that it is made of."""
        if len(model.more) == 1:
            yield model.more[0]
        ids = [text for _, text in self.ids(model.text or "")]
        for part in model.more if len(model.more) > 1 else ():
            if ids and ids == [text for _, text in self.ids(str(part.value))]:
                yield part

    def ids(self, text: str) -> Iterator[tuple[int, str]]:
        """Ids of the source families in a text."""
        return self.pattern.finditer(text)

    def holds_id(self, text: str) -> bool:
        """Whether a text holds one of them."""
        known = self._holding.get(text)
        if known is None:
            known = self._holding[text] = any(True for _ in self.ids(text))
        return known

    def models_given(self, call: Node) -> list[Node]:
        """What a call is given by keywords that are named for a model."""
        named = (k for k in call.all("keywords") if self.names.model(str(k.value or "")))
        return [keyword.first for keyword in named]

    def names_model(self, test: Node) -> bool:
        """Whether a test asks for a model's name: a text in it looks like one, or a piece of one."""
        constants = [n.value for n in [test, *test.descendants()] if n.kind == "Constant"]
        return any(self.names("family-text", text) for text in constants if isinstance(text, str))

    def mentions(self, node: Node) -> bool:
        """Whether a constant in an expression holds an id."""
        return any(
            n.kind == "Constant" and isinstance(n.value, str) and self.holds_id(n.value)
            for n in [node, *node.descendants()]
        )

    def bound_to(self, node: Node) -> list[Node]:
        """The bindings of a name, or the stores of a `self.name`."""
        if node.kind == "Name":
            return self.project.bindings(node)
        base = node.child("value")
        cls = enclosing_class(node)
        if base is None or base.kind != "Name" or base.value not in ("self", "cls") or cls is None:
            return []
        return self.values.attribute_stores(cls, str(node.value))

    def ends(self, node: Node, part: Part = WHOLE) -> Ends:
        """What the value of an expression reaches, through the whole project."""
        known = self._ends.get((node, part))
        if known is None:
            sent = self.sent(node) if part == WHOLE else []
            known = _together(
                [self._judge(self.flow.uses(node, part)), *(self._at_site(*one) for one in sent)]
            )
            self._ends[node, part] = known
        return known

    def _judge(self, uses: tuple[Use, ...]) -> Ends:
        """What some uses come to. Literals have many in common, each of which is judged once."""
        found: dict[int, Ends] = {}
        for use in uses:
            key = use.kind, use.node, use.name, use.part
            known = self._told.get(key)
            if known is None:
                known = self._told[key] = self._tell(use)
            found[id(known)] = known
        return _together(list(found.values()))

    def _asks_text(self, use: Use) -> bool:
        """Whether a comparison asks for a piece of what a method of texts gave (`name = x.lower()`)."""
        right = use.node.child("comparators")
        if use.name != "left" or right is None or right.kind != "Name" or "In" not in use.node.value:
            return False
        made = [one.parent.child("value") for one in self.bound_to(right) if one.parent is not None]
        calls = [one for one in made if one is not None and one.kind == "Call"]
        return bool(calls) and all(last_name(one.first) in OF_TEXTS for one in calls)

    def _tell(self, use: Use) -> Ends:
        """What one use says."""
        if use.kind == "argument":
            return self._argument(use)
        if use.kind == "compare" and (tests_text(use, self.names) or self._asks_text(use)):
            return _PREDICATE
        if use.kind == "lookup":
            return _LOOKUP
        return _SPOKEN if use.kind == "format" else _NOWHERE

    def _argument(self, use: Use) -> Ends:
        call, name = use.node, use.name
        callee = last_name(call.child("func"))
        receiver = self.receivers.of(call)
        if receiver is not None and use.part.kind == "entry":
            path = name if name == "**" else f"{name}.{use.part.key}"
            if path in receiver.call.nested:
                return self._at_site(call, receiver)
        if use.part != WHOLE:
            if callee in ("startswith", "endswith") and use.part == ELEMENT:
                return _PREDICATE
            return _NOWHERE
        if self.names("tokenizer", callee) or (not name.startswith("#") and self.names("tokenizer", name)):
            return _TOKENIZER
        if receiver is not None and self._takes_model(receiver, name):
            ends = self._at_site(call, receiver)
            return ends._replace(deployed=ends.azure and name in receiver.call.deployment)
        if callee in ("startswith", "endswith", "match", "search", "fullmatch", "fnmatch", "fnmatchcase"):
            return _PREDICATE
        if callee in ("get", "pop") and name == "#0":
            return _LOOKUP
        if not name.startswith("#") and self.names.model(name) and not self.names("error-callee", callee):
            return self._at_unknown(call, name)
        if self.names("log-callee", callee) or (not name.startswith("#") and self.names("prose", name)):
            return _SPOKEN
        return _ELSEWHERE

    def _at_unknown(self, call: Node, name: str) -> Ends:
        """A call that no rule knows and that is given a model by its name."""
        if self._only_counts(call, name):
            return _TOKENIZER
        asked = self.inferred
        ends = Ends(model_name=True, sites=((call, None),), other=asked.is_elsewhere(call, self.known))
        return ends._replace(strange=asked.is_unknown(call, name, self.known))

    def _only_counts(self, call: Node, name: str) -> bool:
        """Whether code of the program that is called asks a tokenizer for a model, and no one else."""
        if not self.flow.is_followed(call, name):
            return False
        ends = _together([self._tell_inside(use) for use in self.flow.inside(call, name)])
        return ends.tokenizer and not (ends.sites or ends.model_name or ends.elsewhere)

    def _tell_inside(self, use: Use) -> Ends:
        """What a use says where all that the program's own code makes of a value is asked for."""
        if use.kind == "argument":
            name = use.part.key if use.name == "**" else use.name
            if self.flow.is_followed(use.node, name):
                return _NOWHERE
            if use.part != WHOLE:
                return _ELSEWHERE
        return self._tell(use)

    @staticmethod
    def _takes_model(receiver: Receiver, name: str) -> bool:
        rule = receiver.call
        return name in (*rule.model, *rule.deployment) or (
            rule.position is not None and name == f"#{rule.position}"
        )

    def _at_site(self, call: Node, receiver: Receiver) -> Ends:
        kind, sites = receiver.call.kind, ((call, receiver),)
        if kind == "tokenizer":
            return _TOKENIZER
        if kind == "fine-tune":
            return Ends(sites, training=True)
        if receiver.vendor == "azure" or kind == "deployment":
            return Ends(sites, azure=True, azure_files=frozenset({call.file.path}))
        if receiver.vendor in OTHERS or kind == "other-endpoint":
            return Ends(sites, other=True)
        return Ends(sites, standard=True)


def vendor_of(requests: list[Request]) -> str:
    """The vendor of a call's requests; of several the one whose models may not be written."""
    found = {request.vendor for request in requests}
    return next((vendor for vendor in KEEPS_IDS if vendor in found), "") or min(found)


def received(requests: list[Request]) -> Receiver:
    """What is called by requests that are none by their form."""
    return Receiver(requests[0].rule, "", vendor_of(requests) or "openai")


_NOWHERE = Ends()
_TOKENIZER, _PREDICATE, _LOOKUP = Ends(tokenizer=True), Ends(predicate=True), Ends(lookup=True)
_SPOKEN, _ELSEWHERE = Ends(spoken=True), Ends(elsewhere=True)


def _together(found: list[Ends]) -> Ends:
    """What several uses say together; the first word on a call's receiver stands."""
    if len(found) < 2:
        return found[0] if found else _NOWHERE
    sites: dict[Node, Receiver | None] = {}
    for ends in found:
        for call, receiver in ends.sites:
            sites.setdefault(call, receiver)
    files = frozenset[str]().union(*(ends.azure_files for ends in found))
    told = {name: any(getattr(ends, name) for ends in found) for name in _FLAGS}
    return Ends(tuple(sites.items()), azure_files=files, **told)


_FLAGS = tuple(name for name in Ends._fields if name not in ("sites", "azure_files"))
