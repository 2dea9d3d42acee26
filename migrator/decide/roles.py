"""What each occurrence of a model id is in the program, and what a migration does with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from migrator.decide.catalogue import Catalogue
from migrator.decide.displays import Displays, abbreviates
from migrator.decide.linked import Ends, Linked
from migrator.decide.literals import Shape, shape
from migrator.read.project import dotted, enclosing_class, enclosing_function, last_name, parameters

if TYPE_CHECKING:
    from collections.abc import Callable

    from migrator.inventory import Action, Context, Role
    from migrator.read.facts import FileFacts, Node, Occurrence


class Verdict(NamedTuple):
    """Role and action of one occurrence; `reason` is of the closed list for `review`, else what it is."""

    role: Role
    action: Action
    reason: str
    detail: str = ""


PROSE = Verdict("prose", "leave", "prose", "text that mentions a model")
REWRITE_CALL = Verdict("call-argument", "rewrite", "")
REWRITE_DEFAULT = Verdict("default", "rewrite", "")
EXTEND_KEY = Verdict("lookup-key", "extend", "")
EXTEND_CHOICE = Verdict("membership", "extend", "")
TOKENIZER = Verdict("tokenizer", "leave", "tokenizer", "only chooses an encoding, which the new models share")
EXPECTED = Verdict("expected", "leave", "expectation", "states what came out, or stands for recorded data")
METADATA = Verdict("prose", "leave", "metadata", "records which model answered")
COMPARISON = Verdict("comparison", "review", "branch-flips", "compared with a model name at run time")
DEPLOYMENT = Verdict("default", "review", "azure-deployment", "named as a deployment, no id")
FOREIGN = Verdict("foreign", "leave", "foreign", "names something else than a model to call")

_CLIMBED = ("IfExp", "BoolOp", "NamedExpr", "Await", "Starred", "BinOp", "JoinedStr", "FormattedValue")
_STRING_TESTS = ("startswith", "endswith", "match", "fullmatch", "search", "compile", "findall", "finditer", "replace",
                 "removeprefix", "removesuffix", "count", "find", "index", "fnmatch", "sub", "split",
                 "partition")  # fmt: skip


class Place(NamedTuple):
    """An occurrence in code: its string, the expression after climbing out of `or`, `+`, f-strings, its holder."""

    file: FileFacts
    occurrence: Occurrence
    context: Context
    string: Node
    shape: Shape
    node: Node
    holder: Node
    alternative: bool


class Classifier:
    """Judges occurrences of one linked project."""

    def __init__(self, linked: Linked, catalogue: Catalogue) -> None:
        self.linked = linked
        self.names = linked.names
        self.catalogue = catalogue
        self.displays = Displays(linked, catalogue)

    def verdict(self, file: FileFacts, occurrence: Occurrence, context: Context) -> Verdict:
        """The verdict on one occurrence."""
        if occurrence.place != "code":
            return PROSE
        place = self._place(file, occurrence, context)
        if place.shape.form == "text":
            return self._steering(place, self._text(place))
        verdict = self._shaped(place)
        return self._adjusted(place, verdict)

    def _place(self, file: FileFacts, occurrence: Occurrence, context: Context) -> Place:
        string = file.node(occurrence.node)
        text = string.value if isinstance(string.value, str) else string.value.decode("latin-1")
        found = shape(text, occurrence.model, self.linked.rulebook.vendors)
        node, alternative = string, False
        while node.parent is not None and node.parent.kind in _CLIMBED and node.field != "test":
            alternative = alternative or node.parent.kind in ("IfExp", "BoolOp")
            node = node.parent
            if node.kind == "JoinedStr" and not _compact(node):
                found = Shape("text")
        assert node.parent is not None
        return Place(file, occurrence, context, string, found, node, node.parent, alternative)

    # -- texts -----------------------------------------------------------------------------------

    def _text(self, place: Place) -> Verdict:
        if place.context == "test" and (self._asserted(place.node) or self._sampled(place)):
            return EXPECTED
        if place.context == "test" and place.holder.kind not in ("Expr",) and not self._prose_argument(place):
            return EXPECTED
        holder = place.holder
        if holder.kind == "keyword" and str(holder.value).startswith("expected"):
            return EXPECTED
        return PROSE

    def _steering(self, place: Place, verdict: Verdict) -> Verdict:
        """Prompt text that tells a model which model to choose."""
        text = str(place.string.value)
        if verdict is not PROSE or place.context == "test" or len(text) < 60 or not self.names("steering", text):
            return verdict
        if self._spoken(place):
            return verdict
        return Verdict("prose", "review", "steers-model-choice", "a text that says which model to choose")

    def _spoken(self, place: Place) -> bool:
        """Whether the text goes to people: help, messages, logs, errors."""
        for above in place.string.ancestors():
            if above.kind == "keyword" and self.names("prose", str(above.value)):
                return True
            if above.kind == "Call":
                callee = last_name(above.child("func"))
                return self.names("log-callee", callee) or self.names("error-callee", callee)
            if above.kind == "Raise" or above.is_statement:
                return above.kind == "Raise"
        return False

    def _prose_argument(self, place: Place) -> bool:
        return place.holder.kind == "keyword" and self.names("prose", str(place.holder.value))

    # -- literals --------------------------------------------------------------------------------

    def _shaped(self, place: Place) -> Verdict:
        if self._asserted(place.node):
            return COMPARISON if place.holder.kind == "Compare" and place.context != "test" else EXPECTED
        if place.shape.form == "pattern":
            return COMPARISON
        if place.shape.form == "list":
            return self._listed(place)
        handler = _HOLDERS.get(place.holder.kind)
        if self._documented(place.node):
            return PROSE
        if self._annotates(place.node):
            return EXPECTED if place.context == "test" else METADATA
        return handler(self, place) if handler is not None else PROSE

    def _annotates(self, node: Node) -> bool:
        """Whether it stands in what is logged beside a call (`extra={…}`, `tags={…}`)."""
        for above in node.ancestors():
            if above.kind == "keyword" and self.names("metadata-holder", str(above.value)):
                return True
            if above.is_statement:
                return False
        return False

    def _documented(self, node: Node) -> bool:
        """Whether it stands in an argument that documents (`examples=[…]`, `json_schema_extra={…}`)."""
        return any(a.kind == "keyword" and a.value in ("examples", "example", "json_schema_extra") for a in node.ancestors())

    def _listed(self, place: Place) -> Verdict:
        """Several ids in one string: choices if the program splits it, else text."""
        uses = self.linked.flow.uses(place.node)
        if any(use.kind == "method" and use.name in ("split", "splitlines") for use in uses):
            return EXTEND_CHOICE
        return PROSE

    def _asserted(self, node: Node) -> bool:
        for above in node.ancestors():
            if above.kind == "Assert":
                return node.inside(above)
            if above.kind == "Call" and self.names("expectation-callee", last_name(above.child("func"))):
                return True
            if above.is_statement:
                return False
        return False

    def _sampled(self, place: Place) -> bool:
        return any(
            above.kind == "Call" and self.names("error-callee", last_name(above.child("func")))
            for above in place.node.ancestors()
        )

    def _adjusted(self, place: Place, verdict: Verdict) -> Verdict:
        """What outranks the shape: ids without a successor, Azure names, unknown ids, evaluations."""
        model, vendor = place.occurrence.model, place.shape.vendor
        if verdict.role in ("prose", "expected", "foreign"):
            return verdict
        special = self.catalogue.special(model)
        if special is not None:
            return Verdict("special", "review", special.reason, f"{special.kind}: no text successor")
        if verdict.role in ("comparison", "tokenizer"):
            return verdict
        if vendor == "azure":
            return verdict._replace(action="review", reason="azure-deployment", detail="names an Azure deployment")
        if verdict.action == "rewrite" and not self.catalogue.known(model):
            return FOREIGN._replace(detail=f"{model} is no known model id")
        if verdict.action == "rewrite" and vendor == "unknown":
            return verdict._replace(
                action="review", reason="other-vendor-endpoint", detail=f"{place.shape.prefix!r} is no known provider"
            )
        if verdict.action == "rewrite":
            return self._evaluation(place, verdict)
        return verdict

    def _evaluation(self, place: Place, verdict: Verdict) -> Verdict:
        """Judges pinned to a snapshot, models kept to compare with."""
        near = self._near_names(place)
        if self._falls_back(place.node):
            return verdict._replace(
                action="review", reason="fallback-on-purpose", detail="called when the new model fails"
            )
        if self._expected_beside(place.node):
            return verdict._replace(
                action="review", reason="must-move-together", detail="an expectation beside it names models"
            )
        if self.catalogue.dated(place.occurrence.model) and self._judges(place):
            return verdict._replace(
                action="review", reason="evaluation-baseline", detail="a judge pinned to a dated snapshot"
            )
        around = [*near, *(str(f.value) for f in _functions(place.node)), place.file.path.rpartition("/")[2]]
        if any(self.names("measured", name) for name in around):
            return verdict._replace(
                action="review", reason="evaluates-models", detail="the model is itself what is measured"
            )
        if any(self.names("judge", n) or self.names("subject", n) for n in near) and self._benchmarks(place):
            return verdict._replace(
                action="review", reason="evaluation-baseline", detail="part of a benchmark whose results it decides"
            )
        if place.context == "test" and any(self.names("about-model", str(f.value)) for f in _functions(place.node)):
            return verdict._replace(
                action="review", reason="must-move-together", detail="a test that is about this kind of model"
            )
        if self.names("chosen-for", place.occurrence.remark):
            return verdict._replace(
                action="review", reason="must-move-together", detail=f"the comment beside it says: {place.occurrence.remark.strip()}"
            )
        if self.names("pinned", place.occurrence.remark):
            return verdict._replace(
                action="review", reason="evaluation-baseline", detail=f"the comment beside it says: {place.occurrence.remark.strip()}"
            )
        if self.catalogue.dated(place.occurrence.model) and any(self.names("judge", n) for n in near):
            return verdict._replace(
                action="review", reason="evaluation-baseline", detail="a judge pinned to a dated snapshot"
            )
        if any(self.names("baseline", name) for name in near):
            return verdict._replace(
                action="review", reason="evaluation-baseline", detail="kept to compare with"
            )
        return verdict

    def _falls_back(self, node: Node) -> bool:
        """Whether it stands in an `except` of a `try` that calls a target already."""
        for above in node.ancestors():
            if above.kind == "ExceptHandler" and above.parent is not None:
                body = [n for part in above.parent.all("body") for n in part.descendants()]
                return any(n.kind == "Constant" and self.catalogue.is_target(str(n.value)) for n in body)
        return False

    def _judges(self, place: Place) -> bool:
        """Whether the call around it belongs to a library that scores answers."""
        for above in place.node.ancestors():
            if above.kind == "Call":
                receiver = self.linked.receivers.of(above)
                return receiver is not None and self.names("judging-library", receiver.library)
        return False

    def _benchmarks(self, place: Place) -> bool:
        """Whether the file stands in, or imports from, a benchmark."""
        tree = place.file.tree
        modules = [tree.value[i][0] for i in tree.of_kind("ImportFrom")]
        folders = place.file.path.rpartition("/")[0].split("/")
        return any(self.names("benchmark", name) for name in [*modules, *folders])

    def _expected_beside(self, node: Node) -> bool:
        """Whether the call around it states, in a text that names models, what is expected."""
        for above in node.ancestors():
            if above.kind == "Call":
                for keyword in above.all("keywords"):
                    value = keyword.child("value")
                    if str(keyword.value or "").startswith("expected") and value is not None and not node.inside(value):
                        if self._mentions(value) or self._speaks_of_models(value):
                            return True
            if above.is_statement:
                return False
        return False

    def _speaks_of_models(self, value: Node) -> bool:
        return value.kind == "Constant" and isinstance(value.value, str) and " model" in value.value

    def _mentions(self, value: Node) -> bool:
        return any(
            n.kind == "Constant" and isinstance(n.value, str) and any(True for _ in self.linked.ids(n.value))
            for n in [value, *value.descendants()]
        )

    def _near_names(self, place: Place) -> list[str]:
        names = [self.bound_name(place.node)]
        names += [str(a.value) for a in place.node.ancestors() if a.kind in ("keyword", "arg")]
        return [name for name in names if name]

    def bound_name(self, node: Node) -> str:
        """The name that the statement around a node assigns to."""
        statement = node.statement
        for field in ("targets", "target"):
            target = statement.child(field)
            if target is not None:
                return last_target(target)
        return ""

    # -- holders ---------------------------------------------------------------------------------

    def _keyword(self, place: Place) -> Verdict:
        name = str(place.holder.value)
        call = place.holder.parent
        assert call is not None
        if call.kind == "ClassDef":
            return REWRITE_DEFAULT
        return self._argument(place, call, name)

    def _positional(self, place: Place) -> Verdict:
        call = place.holder
        if place.node.field == "func":
            return COMPARISON
        return self._argument(place, call, f"#{call.all('args').index(place.node)}")

    def _argument(self, place: Place, call: Node, name: str) -> Verdict:
        callee = last_name(call.child("func"))
        found = self._speaking(place, call, callee, name)
        if found is not None:
            return found
        receiver = self.linked.receivers.of(call)
        if receiver is not None:
            found = self._received(place, call, name)
            if found is not None:
                return found
        if name.startswith("#"):
            return self._positional_argument(place, call, callee, name)
        return self._keyword_argument(place, call, callee, name)

    def _speaking(self, place: Place, call: Node, callee: str, name: str) -> Verdict | None:
        """Arguments whose callee alone says what they are."""
        if callee in _STRING_TESTS and (name == "#0" or callee in ("match", "search", "fullmatch", "replace")):
            return COMPARISON
        if self.names("error-callee", callee):
            return EXPECTED if place.context == "test" else PROSE
        if self.names("log-callee", callee) and name.startswith("#"):
            return PROSE
        if self.names("prose", name):
            return PROSE
        if self._records(call, callee) and not self.linked.ends(place.node).standard:
            return EXPECTED if place.context == "test" else METADATA
        if self.names("tokenizer", dotted(call.child("func")).rpartition(".")[2]):
            return TOKENIZER
        if self.names("tokenizer", name):
            return TOKENIZER
        return None

    def _records(self, call: Node, callee: str) -> bool:
        """Whether a call writes down what happened: by its name, or by the results beside the model."""
        if self.names("record-callee", callee):
            return True
        if self.linked.receivers.of(call) is not None:
            return False
        beside = {str(k.value) for k in call.all("keywords") if k.value}
        if any(self.names("result", name) or name == "content" for name in beside):
            return callee[:1].isupper()
        return any(self.names("response-type", v.path) for v in self.linked.values.of(call.child("func")))

    def _received(self, place: Place, call: Node, name: str) -> Verdict | None:
        """An argument of a call that a rule recognised."""
        receiver = self.linked.receivers.of(call)
        assert receiver is not None
        rule = receiver.call
        position = rule.position is not None and name == f"#{rule.position}"
        if name in rule.deployment:
            return Verdict("call-argument", "review", "azure-deployment", "the name of a deployment, no id")
        if not (name in rule.model or position):
            return None
        if rule.kind == "tokenizer":
            return TOKENIZER
        if rule.kind == "alias":
            return FOREIGN._replace(detail="an alias that the program defines itself")
        role: Role = "default" if place.alternative else "call-argument"
        return Verdict(role, *self.endpoint(receiver, place.shape))

    def endpoint(self, receiver: object, found: Shape) -> tuple[Action, str, str]:
        """Action, reason and detail that a call's vendor implies for an id handed to it."""
        rule, vendor = receiver.call, receiver.vendor  # type: ignore[attr-defined]
        if rule.kind == "fine-tune":
            return "review", "fine-tune", "the base of a training job"
        if vendor == "azure" or rule.kind == "deployment":
            return "review", "azure-deployment", "an Azure client takes a deployment's name"
        if vendor == "other" or rule.kind == "other-endpoint":
            return "review", "other-vendor-endpoint", f"sent to another vendor ({receiver.note})"  # type: ignore[attr-defined]
        if vendor == "local" and not found.prefix:
            return "review", "other-vendor-endpoint", "sent to a server on this machine"
        return "rewrite", "", receiver.note  # type: ignore[attr-defined]

    def _positional_argument(self, place: Place, call: Node, callee: str, name: str) -> Verdict:
        if self._is_getter(call, callee, name):
            return self._getter_default(place, call)
        if name == "#0" and callee in ("get", "pop", "__getitem__"):
            return Verdict("lookup-key", "review", "must-move-together", "looks up the old model's row")
        if self.names("option", callee):
            return self.flowed(place, REWRITE_DEFAULT)
        if callee in ("register", "add", "append") and name == "#0":
            return self.displays.registered(place) or self.flowed(place, REWRITE_DEFAULT)
        named = self._parameter_name(call, name)
        if named and self.names("tokenizer", named):
            return TOKENIZER
        if named and self.names.model(named):
            return self.flowed(place, REWRITE_CALL)
        if callee in ("setattr", "setenv", "setitem", "setdefault", "set", "putenv", "patch", "object"):
            return self.flowed(place, REWRITE_DEFAULT)
        if named and place.context == "test":
            return self.flowed(place, EXPECTED)
        if self.names("model-callee", callee) or place.shape.vendor in ("openai", "gateway"):
            return self.flowed(place, REWRITE_CALL)
        if place.context == "test":
            return self.flowed(place, EXPECTED)
        return self.flowed(place, Verdict("call-argument", "review", "dynamic", f"what {callee}() does with it is not known"))

    def _is_getter(self, call: Node, callee: str, name: str) -> bool:
        return self.names("getter", callee) and name in ("#1", "#2")

    def _getter_default(self, place: Place, call: Node) -> Verdict:
        key = next(iter(call.all("args")), None)
        text = str(key.value) if key is not None and key.kind == "Constant" else ""
        if self.names("tokenizer", text):
            return TOKENIZER
        found = self.flowed(place, REWRITE_DEFAULT)
        return REWRITE_DEFAULT if found is TOKENIZER and self.names.model(text) else found

    def _parameter_name(self, call: Node, name: str) -> str:
        for value in self.linked.values.of(call.child("func")):
            function = value.node if value.kind == "function" else None
            if value.kind == "class":
                function = self._init(value.node)
            if function is not None:
                return self._at_position(function, name)
        func = call.child("func")
        same = self.linked.project.functions_by_name.get(last_name(func), ())
        if func is not None and func.kind == "Attribute" and len(same) == 1:
            return self._at_position(same[0], name)
        return ""

    def _at_position(self, function: Node, name: str) -> str:
        given = parameters(function)
        bound = function.scope.kind == "ClassDef" and not any(
            last_name(d) == "staticmethod" for d in function.all("decorator_list")
        )
        position = int(name[1:]) + (1 if bound else 0)
        return str(given[position].value) if position < len(given) else ""

    def _init(self, cls: Node) -> Node | None:
        for index in cls.file.bindings.get((cls.index, "__init__"), ()):
            return cls.file.node(index)
        return None

    def _keyword_argument(self, place: Place, call: Node, callee: str, name: str) -> Verdict:
        if self.names("deployment", name):
            return DEPLOYMENT._replace(role="call-argument")
        if self.names("not-model", name) and not self.names("image", name):
            return PROSE if self.names("metadata", name) else FOREIGN
        if name in ("default", "value", "initial", "fallback", "default_value") or self.names("option", callee):
            return self.flowed(place, REWRITE_DEFAULT)
        if self.displays.is_registry_entry(call):
            return EXTEND_KEY
        if self.names.model(name) or name in ("id", "name") and self.names("model", callee):
            fallback = REWRITE_DEFAULT if self.names("config-callee", callee) or place.alternative else REWRITE_CALL
            return self.flowed(place, fallback)
        if place.context == "test":
            return self.flowed(place, EXPECTED)
        return self.flowed(place, FOREIGN)

    def _assigned(self, place: Place) -> Verdict:
        statement = place.holder
        target = statement.child("targets") or statement.child("target")
        if target is None:
            return PROSE
        cls = enclosing_class(statement) if statement.scope.kind == "ClassDef" else None
        if cls is not None and self.displays.is_enum(cls):
            return EXTEND_CHOICE
        if target.kind == "SubscriptStore":
            return self._item_assigned(place, target)
        name = last_target(target)
        if self.names("deployment", name):
            return DEPLOYMENT
        if self.names("not-model", name):
            return self.flowed(place, PROSE)
        if self.names("metadata", name) or (name.startswith("__") and name.endswith("__")):
            return FOREIGN
        if place.context == "test" and name.startswith(("expected", "exp_", "want")):
            return EXPECTED
        base = target.child("value")
        if place.context == "test" and base is not None and self.names("sample", last_name(base)):
            return EXPECTED
        return self.named(place, name, REWRITE_DEFAULT)

    def named(self, place: Place, name: str, fallback: Verdict) -> Verdict:
        """`fallback` after the flow, but not for a name that is no model's (`cache_key`, `tags`)."""
        other = self.names("other-name", name) and not self.names("model", name)
        return self.flowed(place, FOREIGN if other else fallback)

    def _item_assigned(self, place: Place, target: Node) -> Verdict:
        key = target.child("slice")
        text = str(key.value) if key is not None and key.kind == "Constant" else ""
        if self.names("metadata", text):
            return PROSE
        return self.flowed(place, REWRITE_DEFAULT if self.names.model(text) or "MODEL" in text else FOREIGN)

    def _default(self, place: Place) -> Verdict:
        name = str(place.holder.value)
        if place.node.field != "default":
            return PROSE
        if self.names("tokenizer", name):
            return TOKENIZER
        if self.names("deployment", name):
            return DEPLOYMENT
        if place.context == "test" and not self._reaches_model(place.node):
            return EXPECTED
        function = enclosing_function(place.holder)
        if function is not None and self.names("tokenizer", str(function.value)) and self.names.model(name):
            return TOKENIZER
        return self.flowed(place, REWRITE_DEFAULT)

    def _returned(self, place: Place) -> Verdict:
        for above in place.holder.ancestors():
            if above.kind == "If" and self._tests_name(above, place.occurrence.model):
                return Verdict("lookup-key", "review", "branch-flips", "returned for one model name")
            if above.kind == "match_case":
                return Verdict("lookup-key", "review", "branch-flips", "returned for one model name")
            if above.kind in ("FunctionDef", "AsyncFunctionDef"):
                break
        return self.flowed(place, REWRITE_DEFAULT)

    def _tests_name(self, branch: Node, model: str) -> bool:
        """Whether an `if` asks for a model's name or a short form of it."""
        test = branch.child("test")
        if test is None:
            return False
        texts = [n.value for n in test.descendants() if n.kind == "Constant" and isinstance(n.value, str)]
        return self._mentions(test) or any(abbreviates(text, model) for text in texts)

    def _compared(self, place: Place) -> Verdict:
        return COMPARISON

    def _sliced(self, place: Place) -> Verdict:
        base = place.holder.child("value")
        if last_name(base) == "Literal":
            return EXTEND_CHOICE
        return Verdict("lookup-key", "review", "must-move-together", "looks up the old model's row")

    def _item_key(self, place: Place) -> Verdict:
        """`table["gpt-4o"] = …`: a row of a table, or a column of something else."""
        base = place.holder.child("value")
        if place.node.field != "slice":
            return PROSE
        known = any(v.kind == "dict" or v.path in ("dict()", "collections.defaultdict()") for v in self.linked.values.of(base))
        return EXTEND_KEY if known or last_name(base).isupper() else FOREIGN

    def _matched(self, place: Place) -> Verdict:
        return Verdict("lookup-key", "review", "branch-flips", "a match arm for one model name")

    def _display(self, place: Place) -> Verdict:
        return self.displays.element(self, place)

    def _mapping(self, place: Place) -> Verdict:
        if place.node.field == "keys":
            return self.displays.key(self, place)
        return self.displays.entry(self, place)

    def _reaches_model(self, node: Node) -> bool:
        ends = self.linked.ends(node)
        return ends.standard or ends.azure or ends.other or ends.model_name or ends.tokenizer

    # -- flow ------------------------------------------------------------------------------------

    def flowed(self, place: Place, fallback: Verdict) -> Verdict:
        """`fallback`, unless where the value goes says otherwise."""
        ends = self.linked.ends(place.node)
        if ends.azure and not (ends.standard or ends.model_name):
            return Verdict(fallback.role, "review", "azure-deployment", "reaches an Azure client: a deployment's name")
        if ends.azure and place.file.path in ends.azure_files:
            return Verdict(fallback.role, "review", "azure-deployment", "an id on one path, a deployment on another")
        if ends.other and not ends.standard:
            return Verdict(fallback.role, "review", "other-vendor-endpoint", "reaches another vendor's endpoint")
        if ends.standard:
            return fallback if fallback.action == "rewrite" else REWRITE_CALL._replace(role=_role(fallback))
        if ends.tokenizer and not ends.model_name:
            return TOKENIZER
        if ends.predicate and not ends.model_name:
            return COMPARISON
        if ends.spoken and ends._replace(spoken=False) == Ends() and place.holder.kind in ("Assign", "AnnAssign"):
            return PROSE
        return fallback


def _functions(node: Node) -> list[Node]:
    """The functions and classes around a node."""
    return [a for a in node.ancestors() if a.kind in ("FunctionDef", "AsyncFunctionDef", "ClassDef")]


def _role(fallback: Verdict) -> Role:
    return fallback.role if fallback.role in ("default", "call-argument") else "default"


def _compact(joined: Node) -> bool:
    """Whether an f-string has no white space in its constant pieces."""
    pieces = [n for n in joined.children() if n.kind == "Constant"]
    return not any(any(c.isspace() for c in str(n.value)) for n in pieces)


def last_target(target: Node) -> str:
    """The name that an assignment target ends in."""
    if target.kind in ("NameStore", "AttributeStore"):
        return str(target.value)
    return ""


_HOLDERS: dict[str, Callable[[Classifier, Place], Verdict]] = {
    "keyword": Classifier._keyword,
    "Call": Classifier._positional,
    "Assign": Classifier._assigned,
    "AnnAssign": Classifier._assigned,
    "AugAssign": Classifier._assigned,
    "arg": Classifier._default,
    "Return": Classifier._returned,
    "Yield": Classifier._returned,
    "Lambda": Classifier._returned,
    "Compare": Classifier._compared,
    "Attribute": Classifier._compared,
    "Subscript": Classifier._sliced,
    "SubscriptStore": Classifier._item_key,
    "MatchValue": Classifier._matched,
    "List": Classifier._display,
    "Tuple": Classifier._display,
    "Set": Classifier._display,
    "Dict": Classifier._mapping,
}
