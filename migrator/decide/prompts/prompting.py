"""What a call site sends: its messages as templates, the form of the answer, and its other parameters."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from migrator.decide.prompts.constants import Constants, NotConstantError
from migrator.decide.prompts.conversation import Conversations, Part
from migrator.decide.prompts.pieces import NONE, Arguments, Piece
from migrator.decide.prompts.prompt_templates import Templates
from migrator.decide.recommend.languages import languages
from migrator.inventory.prompt_records import Message, Prompt, PromptVariable
from migrator.read.kinds import REPEATING
from migrator.read.scopes import enclosing_function, last_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from migrator.decide.linked import Linked
    from migrator.decide.records import Site
    from migrator.read.nodes import Node
    from migrator.rulebook.api_rules import Call

MAX_HOPS = 3
MAX_TEXT = 20_000
_ESCAPED = (("{{", '{{ "{{" }}'), ("{%", '{{ "{%" }}'), ("{#", '{{ "{#" }}'))


class FinalCall(NamedTuple):
    """The request made in the end: its call, the rule that knows it (if one does), the arguments there."""

    call: Node
    rule: Call | None
    arguments: Arguments


class _Inner(NamedTuple):
    """The same inside a function; `way` are the calls that lead there, each with the function it calls."""

    call: Node
    rule: Call
    way: tuple[tuple[Node, Node], ...]


class Prompts:
    """Reads the prompts of one linked project."""

    def __init__(self, linked: Linked) -> None:
        self.linked = linked
        self.values = linked.values
        self.templates = Templates(linked.values, linked.names, linked.prompt_files)
        self.constants = Constants(linked.values, linked.names)
        self.conversations = Conversations(linked.values, self.templates)
        self.languages = languages(linked.rulebook.tokens)
        self._inner: dict[tuple[Node, int], _Inner | None] = {}
        self._known: dict[Node, Prompt] = {}

    def of(self, site: Site) -> Prompt:
        """The prompt of a call site; where a wrapper makes the request, that of the request."""
        known = self._known.get(site.call)
        if known is None:
            known = self._known[site.call] = self._read(site)
        return known

    def _read(self, site: Site) -> Prompt:
        request = self._request(site)
        given, unresolved = self._parameters(request)
        parts = self._parts(request) or self._by_name(site.call)
        names = _Names()
        messages = tuple(_message(part, names) for part in parts)
        response, schema = self._response(given, request)
        return Prompt(
            messages=messages,
            variables=names.records(),
            complete=bool(messages) and not unresolved and not names.files,
            unresolved=(*(() if messages else ("no prompt text was found",)), *unresolved),
            request={name: json.dumps(value, ensure_ascii=False) for name, value in sorted(given.items())},
            response=response,
            response_schema=schema,
            tools=_tools(given),
            streams=given.get("stream") is True or last_name(request.call.child("func")) == "stream",
            repeated=self._repeated(site.call),
            output_cap=_cap(given, request.rule),
            endpoint="responses"
            if request.rule is not None and request.rule.style == "responses"
            else "chat",
            api=request.rule.id if request.rule is not None else "",
            via=request.call.where if request.call != site.call else "",
            language=self._language(messages),
        )

    def _language(self, messages: Iterable[Message]) -> str:
        found = self.languages.of("\n".join(message.text for message in messages))
        return found.id if found is not None else ""

    # -- the request behind a wrapper --------------------------------------------------------------

    def _request(self, site: Site) -> FinalCall:
        if site.receiver is not None:
            return FinalCall(site.call, site.receiver.call, NONE)
        found = self._called(site.call, 0)
        if found is None:
            return FinalCall(site.call, None, NONE)
        arguments = NONE
        for call, function in found.way:
            arguments = Arguments.of_call(call, function, arguments)
        return FinalCall(found.call, found.rule, arguments)

    def _called(self, call: Node, hops: int) -> _Inner | None:
        """The recognised request in the function that `call` calls."""
        for value in self.values.of(call.child("func")) if hops < MAX_HOPS else ():
            found = self._inside(value.node, hops) if value.kind == "function" else None
            if found is not None:
                return found._replace(way=((call, value.node), *found.way))
        return None

    def _inside(self, function: Node, hops: int) -> _Inner | None:
        """The recognised request in a function, or in those that it calls."""
        if (function, hops) not in self._inner:
            self._inner[function, hops] = self._first(list(function.within("Call")), hops)
        return self._inner[function, hops]

    def _first(self, calls: list[Node], hops: int) -> _Inner | None:
        receivers = self.linked.receivers
        for one in calls:
            receiver = receivers.of(one) if receivers.may_match(one) else None
            if receiver is not None and receiver.call.kind == "call":
                return _Inner(one, receiver.call, ())
        further = (self._called(one, hops + 1) for one in calls)
        return next((found for found in further if found is not None), None)

    # -- messages ----------------------------------------------------------------------------------

    def _parts(self, request: FinalCall) -> list[Part]:
        rule = request.rule
        if rule is None:
            return []
        found: list[Part] = []
        for name, node in self._prompt_arguments(request.call, rule):
            found += self.conversations.parts(node, request.arguments, _role(name))
        return sorted(found, key=lambda part: part.role != "system") if rule.style == "responses" else found

    def _prompt_arguments(self, call: Node, rule: Call) -> Iterator[tuple[str, Node]]:
        for name in rule.prompt:
            given = call.keyword(name)
            if given is not None:
                yield name, given
        arguments = call.all("args")
        if rule.prompt_position is not None and len(arguments) > rule.prompt_position:
            yield "input", arguments[rule.prompt_position]

    def _by_name(self, call: Node) -> list[Part]:
        """What is passed under a name that prompts usually have; else the first positional text."""
        found: list[Part] = []
        for keyword in call.all("keywords"):
            value, name = keyword.child("value"), str(keyword.value or "")
            if value is not None and (
                self.linked.names("prompt-argument", name) or "prompt" in name or name == "instructions"
            ):
                found += self.conversations.parts(value, NONE, _role(name))
        if not found:
            first = [a for a in call.all("args")[:1] if not self._is_model(a)]
            found = [p for a in first for p in self.conversations.parts(a, NONE, "user")]
        return [part for part in found if any(piece.text.strip() for piece in part.pieces)]

    def _is_model(self, argument: Node) -> bool:
        """`Model("gpt-4o")`: what is handed over is the model, whatever the call is."""
        texts = [str(v.node.value) for v in self.values.of(argument) if v.kind == "text"]
        return any(" " not in text and self.linked.holds_id(text) for text in texts)

    # -- parameters --------------------------------------------------------------------------------

    def _parameters(self, request: FinalCall) -> tuple[dict[str, Any], tuple[str, ...]]:
        """Constant parameters besides model and prompt, and the names of those that are not constant."""
        given: dict[str, Any] = {}
        unresolved: list[str] = []
        rule = request.rule
        hidden = (*rule.model, *rule.prompt, *rule.client, *rule.endpoint) if rule is not None else ("model",)
        for name, node, arguments in self._keywords(request):
            if (
                name in hidden
                or self.linked.names("prompt-argument", name)
                or (self.linked.names("connection-argument", name) and "max" not in name)
            ):
                continue
            try:
                given[name] = self.constants.of(node, arguments)
            except NotConstantError:
                unresolved.append(name)
        return given, tuple(dict.fromkeys(unresolved))

    def _keywords(self, request: FinalCall) -> Iterator[tuple[str, Node, Arguments]]:
        containers = request.rule.containers if request.rule is not None else ()
        for keyword in request.call.all("keywords"):
            value = keyword.child("value")
            if value is None:
                continue
            if keyword.value is None or keyword.value in containers:
                yield from self._spread(value, request.arguments)
            else:
                yield str(keyword.value), value, request.arguments

    def _spread(self, node: Node, arguments: Arguments) -> Iterator[tuple[str, Node, Arguments]]:
        """`**options`: what a wrapper's caller gave beyond the wrapper's own keywords; a dict's entries."""
        for binding in self.values.project.bindings(node) if node.kind == "Name" else ():
            bound = arguments.given.get(binding)
            if bound is not None and binding.field == "kwarg" and binding.parent is not None:
                own = {n.value for n in binding.parent.children() if n.kind == "arg"}
                for keyword in bound.node.all("keywords"):
                    value = keyword.child("value")
                    if keyword.value and keyword.value not in own and value is not None:
                        yield str(keyword.value), value, bound.arguments
                return
        for found in self.values.of(node):
            if found.kind == "dict":
                for key, value in zip(found.node.all("keys"), found.node.all("values"), strict=False):
                    if key.kind == "Constant":
                        yield str(key.value), value, arguments

    def _response(self, given: dict[str, Any], request: FinalCall) -> tuple[Any, str]:
        """text, json or schema, and the schema."""
        form = given.get("response_format") or (given.get("text") or {}).get("format")
        if isinstance(form, dict):
            schema = _schema_in(form)
            return ("schema" if schema else "json" if "json" in str(form.get("type")) else "text"), schema
        for name in ("response_format", "text_format", "response_model", "output_type"):
            node = request.call.keyword(name)
            if node is None:
                continue
            try:
                return "schema", json.dumps(self.constants.schema(node), ensure_ascii=False)
            except NotConstantError:
                return "json", ""
        return "text", ""

    # -- how often ---------------------------------------------------------------------------------

    def _repeated(self, call: Node) -> bool:
        """Whether the call stands in a loop, or its function is called in one or handed to a pool."""
        if _in_loop(call):
            return True
        function = enclosing_function(call)
        if function is None or function.kind == "Lambda":
            return False
        return any(_in_loop(one) for one in self.values.callers(function)) or self._pooled(function)

    def _is_pool(self, call: Node) -> bool:
        names, name = self.linked.names, last_name(call.first)
        return names("pool-callee", name) or names("task-call", name) or name == "batch"

    def _pooled(self, function: Node) -> bool:
        for load in self.values.project.loads(function):
            above = load.parent
            handed = above is not None and above.kind == "Call" and load.field == "args"
            if above is not None and handed and self._is_pool(above):
                return True
        return False


class _Names:
    """Gives each expression one name, and two expressions never the same."""

    def __init__(self) -> None:
        self.by_key: dict[str, PromptVariable] = {}
        self.files: list[str] = []
        self.taken: dict[str, int] = {}

    def of(self, piece: Piece) -> str:
        known = self.by_key.get(piece.key)
        if known is None:
            known = self.by_key[piece.key] = self._record(piece)
        return known.name

    def _record(self, piece: Piece) -> PromptVariable:
        name = piece.name
        while name in self.taken:
            self.taken[piece.name] += 1
            name = f"{piece.name}_{self.taken[piece.name]}"
        self.taken[name] = 1
        if piece.file:
            self.files.append(piece.file)
            return PromptVariable(
                name=name, source=piece.file, kind="file", path=piece.file, fields=piece.fields
            )
        return PromptVariable(name=name, source=piece.key, kind="image" if piece.image else "value")

    def records(self) -> tuple[PromptVariable, ...]:
        return tuple(self.by_key.values())


def _message(part: Part, names: _Names) -> Message:
    text = "".join(_rendered(part.pieces, names))
    images = tuple(
        "".join(_rendered([p._replace(image=True) for p in image], names)) for image in part.images
    )
    return Message(
        role=part.role,
        text=text[:MAX_TEXT],
        images=images,
        details=part.details if any(part.details) else (),
        path=part.path,
        line=part.line,
    )


def _rendered(pieces: Iterable[Piece], names: _Names) -> Iterator[str]:
    for piece in pieces:
        yield "{{" + names.of(piece) + "}}" if piece.name else escaped(piece.text)


def escaped(text: str) -> str:
    """Constant text that a template engine leaves as it is."""
    marked = text.replace("{{", "\0a").replace("{%", "\0b").replace("{#", "\0c")
    for mark, (_, safe) in zip(("\0a", "\0b", "\0c"), _ESCAPED, strict=True):
        marked = marked.replace(mark, safe)
    return marked


def _role(name: str) -> str:
    return "system" if name == "instructions" or "system" in name else "user"


def _schema_in(form: dict[str, Any]) -> str:
    for holder in (form.get("json_schema"), form):
        if isinstance(holder, dict) and isinstance(holder.get("schema"), dict):
            return json.dumps(holder["schema"], ensure_ascii=False)
    return ""


def _tools(given: dict[str, Any]) -> tuple[str, ...]:
    tools = given.get("tools") or given.get("functions")
    names = []
    for tool in tools if isinstance(tools, list) else ():
        holder = (tool.get("function") or tool) if isinstance(tool, dict) else {}
        names.append(str(holder.get("name") or holder.get("type") or "tool"))
    return tuple(names)


def _cap(given: dict[str, Any], rule: Call | None) -> int | None:
    names = rule.output_caps if rule is not None else ()
    for name in (*names, "max_tokens", "max_completion_tokens", "max_output_tokens"):
        if isinstance(given.get(name), int):
            return int(given[name])
    return None


def _in_loop(node: Node) -> bool:
    for above in node.ancestors():
        if above.kind in ("FunctionDef", "AsyncFunctionDef"):
            return False
        if above.kind in REPEATING:
            return True
    return False
