"""What an expression may evaluate to, found backwards through the project. Bounded, safe on cycles."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Literal, NamedTuple

from migrator.read.project import FUNCTIONS, Project, enclosing_class, last_name
from migrator.read.reaching import reaching
from migrator.read.recall import Kept, Met, Recall

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from migrator.read.nodes import FileFacts, Node

MAX_HOPS = 24
DECLARATIONS = frozenset(
    {"Field", "field", "Option", "Argument", "Query", "Body", "Form", "Header", "PrivateAttr", "attrib", "ib"}
)
MAKERS = frozenset({"model_validate", "model_validate_json", "model_construct", "parse_obj", "from_dict"})
NAMESPACES = ("parse_args()", "argparse.Namespace()", "parse_known_args()")
MAX_CANDIDATES = 48
MAX_BASES = 8
MAX_WORK = 1_000
"""Expressions looked at for one question."""
EASY_WORK = 300
"""After that many, what was found on the way is taken again, even where it may lack what a circle adds."""
COMMON = 500
"""From so many calls of one name on, a method's own are looked for in files that speak of its class."""
_CUT = ("cycle", "too many hops")

Kind = Literal[
    "text",
    "number",
    "join",
    "external",
    "object",
    "class",
    "instance",
    "function",
    "module",
    "dict",
    "list",
    "unknown",
]


class Value(NamedTuple):
    """One thing an expression may be.

    `path` is dotted for `external` (`openai.OpenAI`) and `object` (`openai.OpenAI().chat`), and the
    reason for `unknown`. `node` is where it is made; for an `object` the constructing call.
    """

    kind: Kind
    node: Node
    path: str = ""


class Values:
    """Memoised evaluation over one project. `environment` are the dotted getters of environment values."""

    def __init__(self, project: Project, environment: frozenset[str]) -> None:
        self.project = project
        self.environment = environment
        self._memo: dict[Node, tuple[Value, ...]] = {}
        self._definitions: dict[Node, tuple[Value, ...]] = {}
        self._active: set[Node] = set()
        self._waiting: set[Node] = set()
        self._partial: dict[Node, tuple[int, tuple[Value, ...]]] = {}
        self._recall = Recall(MAX_HOPS)
        self._met: Met | None = None
        self._work = self._cut = 0
        self._mro: dict[Node, list[Node | str]] = {}
        self._callers: dict[Node, list[Node]] = {}
        self._arguments: dict[Node, list[Node]] = {}
        self._records: dict[Node, list[str] | None] = {}

    def of(self, node: Node | None) -> tuple[Value, ...]:
        """Every value found for an expression; `unknown` values say why others may exist."""
        if node is None:
            return ()
        known = self._memo.get(node)
        return self._asked(node) if known is None else known

    def _asked(self, node: Node) -> tuple[Value, ...]:
        """The values of an expression that has no answer for good."""
        depth = len(self._active)
        if depth == 0:
            self._work, self._partial, self._met = 0, {}, None
            return self._found(node, 0)
        if self._work > EASY_WORK and self._partial.get(node, (depth + 1, ()))[0] <= depth:
            return self._partial[node][1]
        if node in self._active or depth > MAX_HOPS or self._work >= MAX_WORK:
            return self._cut_short(node)
        if node in self._recall.kept:
            left = EASY_WORK - self._work
            kept = self._recall.again(node, self._active, self._waiting, self._memo, left)
            if kept is not None:
                return self._taken(kept, depth)
        return self._found(node, depth)

    def _cut_short(self, node: Node) -> tuple[Value, ...]:
        """What is said where a question goes in circles or takes too much."""
        self._cut += 1
        met = self._noted()
        met.cuts += 1
        if node in self._active:
            met.entered.add(node)
            return (Value("unknown", node, "cycle"),)
        met.is_bounded = True
        met.aside.add(node)
        return (Value("unknown", node, "too many hops"),)

    def _noted(self) -> Met:
        """Where to note what the evaluation that is under way meets."""
        if self._met is None:
            self._met = Met()
        return self._met

    def _taken(self, kept: Kept, depth: int) -> tuple[Value, ...]:
        """An answer that would be found again, with what its evaluation leaves behind."""
        met, lower = kept.met, depth - kept.depth
        self._work += met.work
        self._cut += met.cuts
        passed = met.lowered(lower) if lower else met.passed
        self._partial.update(passed)
        self._noted().add(met, lower)
        return kept.found

    def _found(self, node: Node, depth: int) -> tuple[Value, ...]:
        self._work += 1
        known = self._settled(node) if node.kind == "Name" else None
        if known is not None:
            self._memo[node] = known
            return known
        outer, self._met = self._met, None
        self._active.add(node)
        try:
            found = _unique(_RULES.get(node.kind, Values.computed)(self, node))
        finally:
            self._active.discard(node)
        met, self._met = self._met, outer
        if depth == 0 or _is_whole(found):
            self._memo[node] = found
        else:
            self._closed(met or Met(), node, depth, found)
        return found

    def _settled(self, name: Node) -> tuple[Value, ...] | None:
        """What a name is known to be for good."""
        found = self.project.bindings(name)
        if len(found) == 1:
            known = self._memo.get(found[0])
            return self._defined(found[0]) if known is None else known
        return None if found else (Value("external", name, str(name.value)),)

    def _defined(self, binding: Node) -> tuple[Value, ...] | None:
        """What a definition or an import from outside binds; nothing for other bindings."""
        known = self._definitions.get(binding)
        if known is None:
            value = self._definition(binding)
            if value is None:
                return None
            known = self._definitions[binding] = (value,)
        return known

    def _definition(self, binding: Node) -> Value | None:
        if binding.kind in FUNCTIONS:
            return Value("function", binding)
        if binding.kind == "ClassDef":
            return Value("class", binding)
        target = self.project.imported(binding) if binding.kind == "alias" else []
        if isinstance(target, str):
            return Value("external", binding, target)
        return None if isinstance(target, list) else Value("module", target.node(0))

    def _closed(self, met: Met, node: Node, depth: int, found: tuple[Value, ...]) -> None:
        """Keep an answer that was cut short; those of much work are taken again by `_partial`."""
        self._partial[node] = depth, found
        met.close(node, depth, found)
        if self._work <= EASY_WORK:
            self._recall.keep(node, Kept(depth, found, met), self._memo)
            self._noted().add(met)

    # -- expressions -----------------------------------------------------------------------------

    def computed(self, node: Node) -> Iterable[Value]:
        return (Value("unknown", node, f"computed ({node.kind})"),)

    def constant(self, node: Node) -> Iterable[Value]:
        value = node.value
        if isinstance(value, str):
            return (Value("text", node),)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return (Value("number", node),)
        return ()

    def display(self, node: Node) -> Iterable[Value]:
        return (Value("dict" if node.kind == "Dict" else "list", node),)

    def join(self, node: Node) -> Iterable[Value]:
        if node.value == "BitOr":
            return self.choice(node)
        return (Value("join", node),)

    def choice(self, node: Node) -> Iterable[Value]:
        return _joined(self.of(child) for child in node.children() if child.field != "test")

    def inner(self, node: Node) -> Iterable[Value]:
        return self.of(node.first if node.kind != "NamedExpr" else node.child("value"))

    def name(self, node: Node) -> Iterable[Value]:
        """What the bindings of a name bind that is not settled."""
        found = self.project.bindings(node)
        seen = reaching(node, found) if len(found) > 1 else found
        return self.binding(seen[0]) if len(seen) == 1 else _joined(map(self.binding, seen))

    def attribute(self, node: Node) -> Iterable[Value]:
        name, bases = node.value, self.of(node.first)
        if len(bases) == 1:
            return self.member(bases[0], name, node)
        return _joined(self.member(base, name, node) for base in bases)

    def subscript(self, node: Node) -> Iterable[Value]:
        key = node.child("slice")
        found: list[Value] = []
        for base in self.of(node.child("value")):
            if base.kind == "dict" and key is not None and key.kind == "Constant":
                found += self._entry(base.node, key.value)
            elif base.kind == "dict":
                found += [v for entry in base.node.all("values")[:MAX_CANDIDATES] for v in self.of(entry)]
            elif base.kind == "external":
                reason = "environment" if base.path == "os.environ" else f"item of {base.path}"
                found.append(Value("unknown", node, reason))
            elif base.kind == "list" and key is not None and isinstance(key.value, int):
                elements = base.node.all("elts")
                found += self.of(elements[key.value]) if -len(elements) <= key.value < len(elements) else ()
        return found or (Value("unknown", node, "item of a value not known"),)

    def call(self, node: Node) -> Iterable[Value]:
        if node in self.project.loaded:
            return _joined(map(self.of, self.project.loaded[node]))
        func = node.first
        found: list[Value] = []
        for value in self.of(func):
            found += self._result(value, node)
        if func.kind == "Attribute":
            found = self._by_method(func, node, found)
        return found or (Value("unknown", node, "result of a call not known"),)

    def _by_method(self, func: Node, node: Node, found: list[Value]) -> list[Value]:
        """The result of a call, after the name of the method that is called."""
        if func.value in ("get", "pop", "setdefault", "getattr"):
            return found + self._looked_up(func, node)
        if func.value == "copy":
            return [v for v in self.of(func.first) if v.kind in ("dict", "list")] or found
        if func.value in MAKERS:
            return [Value("instance", v.node) for v in self.of(func.first) if v.kind == "class"] or found
        return found

    def _result(self, value: Value, node: Node) -> Iterable[Value]:
        if value.kind == "external":
            return self._external_result(value, node)
        if value.kind == "object":
            return (Value("object", value.node, value.path + "()"),)
        if value.kind == "class" and node.all("args") and self.is_enum(value.node):
            return [*self.of(node.all("args")[0]), Value("instance", value.node)]
        if value.kind == "class":
            return (Value("instance", value.node),)
        if value.kind == "function":
            return self.returned(value.node)
        return ()

    def _external_result(self, value: Value, node: Node) -> Iterable[Value]:
        arguments = node.all("args")
        if value.path in self.environment:
            default = arguments[1] if len(arguments) > 1 else node.keyword("default")
            return [*self.of(default), Value("unknown", node, "environment")]
        if value.path == "functools.partial" and arguments:
            return self.of(arguments[0])
        if value.path.rpartition(".")[2] in DECLARATIONS:
            return self.declared(node)
        if value.path in ("typing.cast", "cast") and len(arguments) > 1:
            return self.of(arguments[1])
        if value.path == "getattr" and len(arguments) > 2:
            return [*self.of(arguments[2]), Value("unknown", node, "getattr")]
        if value.path in ("str", "copy.copy", "copy.deepcopy") and arguments:
            return self.of(arguments[0])
        parents = self._parents(node) if value.path == "super" else ()
        return parents or (Value("object", node, value.path + "()"),)

    def _parents(self, node: Node) -> list[Value]:
        """What `super()` stands for: the project's own classes that the class around it builds on."""
        cls = enclosing_class(node)
        bases = cls.all("bases") if cls is not None else []
        return [Value("instance", v.node) for base in bases for v in self._base(base) if v.kind == "class"]

    def _base(self, base: Node) -> Iterable[Value]:
        """The class that a base names; `Base[T]` names `Base`."""
        if base.kind != "Subscript":
            return self.of(base)
        return [v for v in self.of(base.first) if not v.path.startswith(("typing.", "typing_extensions."))]

    def declared(self, node: Node) -> Iterable[Value]:
        """What `Field("x")`, `field(default_factory=f)`, `Option("x")` declare."""
        first = next(iter(node.all("args")), None)
        found = [*self.of(node.keyword("default") or first)]
        for value in self.of(node.keyword("default_factory")):
            found += self._result(value, node)
        return found or (Value("object", node, "declared()"),)

    def _looked_up(self, func: Node, node: Node) -> list[Value]:
        arguments = node.all("args")
        found: list[Value] = []
        if arguments and arguments[0].kind == "Constant":
            for base in self.of(func.first):
                if base.kind == "dict":
                    found += self._entry(base.node, arguments[0].value)
        if len(arguments) > 1:
            found += self.of(arguments[1])
        return found

    def _entry(self, mapping: Node, key: object) -> Iterable[Value]:
        keys, values = mapping.all("keys"), mapping.all("values")
        return [
            v
            for k, entry in zip(keys, values, strict=False)
            if k.kind == "Constant" and k.value == key
            for v in self.of(entry)
        ]

    # -- bindings --------------------------------------------------------------------------------

    def binding(self, node: Node) -> Iterable[Value]:
        """What a binding node (store, parameter, definition, import) binds."""
        known = self._memo.get(node)
        if known is None:
            known = self._defined(node)
        if known is not None:
            return known
        if node.kind == "alias":
            return self._import(node)
        outer, self._met = self._met, None
        found = self.parameter(node) if node.kind == "arg" else self._assigned(node)
        met, self._met = self._met, outer
        if met is not None and node not in self._memo:
            met.aside.add(node)
            self._noted().add(met)
        return found

    def _assigned(self, node: Node) -> tuple[Value, ...]:
        found = _unique(self._stored(node))
        known = self._memo.get(node)
        return self._kept(node, found) if known is None else known

    def _import(self, alias: Node) -> Iterable[Value]:
        """What the bindings are that an import brings in from a file of the project."""
        target = self.project.imported(alias)
        assert isinstance(target, list)
        if alias in self._active or len(self._active) > MAX_HOPS:
            return self._cut_short(alias)
        met = self._noted()
        met.aside.add(alias)
        met.deepest = max(met.deepest, len(self._active))
        self._active.add(alias)
        try:
            return [v for node in target if node is not alias for v in self.binding(node)]
        finally:
            self._active.discard(alias)

    def _stored(self, node: Node) -> Iterable[Value]:
        parent = node.parent
        if parent is None:
            return ()
        if parent.kind in ("Assign", "NamedExpr", "AugAssign"):
            return self.of(parent.child("value"))
        if parent.kind == "AnnAssign":
            value = parent.child("value")
            found = [*self.of(value)] if value is not None else []
            return found or self.annotated(parent.child("annotation"))
        if parent.kind == "withitem":
            return self.of(parent.child("context_expr"))
        if parent.kind in ("Tuple", "List") and parent.parent is not None:
            return self._unpacked(node, parent)
        if parent.kind in ("For", "AsyncFor", "comprehension"):
            return self._elements(parent.child("iter"), node)
        return (Value("unknown", node, "bound in a way not followed"),)

    def _unpacked(self, node: Node, pattern: Node) -> Iterable[Value]:
        above = pattern.parent
        source = above.child("value") if above is not None and above.kind == "Assign" else None
        if source is not None and source.kind in ("Tuple", "List"):
            targets, values = pattern.all("elts"), source.all("elts")
            if len(targets) == len(values):
                return self.of(values[targets.index(node)])
        return (Value("unknown", node, "unpacked"),)

    def _elements(self, source: Node | None, node: Node) -> Iterable[Value]:
        for value in self.of(source):
            if value.kind == "list":
                return [v for item in value.node.all("elts")[:MAX_CANDIDATES] for v in self.of(item)]
        return (Value("unknown", node, "loop variable"),)

    def parameter(self, node: Node) -> Iterable[Value]:
        """Default, annotation and the arguments of known callers; `self` is an instance of its class."""
        function = node.parent
        if function is None:
            return ()
        instance = self._own_object(node, function)
        if instance is not None:
            self._memo[node] = (instance,)
            return self._memo[node]
        known = self._memo.get(node)
        return self._kept(node, _joined(self._given(node, function))) if known is None else known

    def _own_object(self, node: Node, function: Node) -> Value | None:
        """What `self` or `cls` is."""
        owner = function.scope
        if owner.kind != "ClassDef" or node.field != "args" or _position(node, function):
            return None
        decorators = {last_name(d) for d in function.decorators}
        if "staticmethod" in decorators:
            return None
        return Value("class" if "classmethod" in decorators else "instance", owner)

    def _kept(self, binding: Node, found: tuple[Value, ...]) -> tuple[Value, ...]:
        """The values of a binding, kept for every name that loads it unless they lack something."""
        if _is_whole(found):
            self._memo[binding] = found
        return found

    def _given(self, node: Node, function: Node) -> Iterator[Iterable[Value]]:
        if not node.is_leaf:
            yield self.of(node.child("default"))
            yield self.annotated(node.child("annotation"))
        for option in options_of(function):
            if destination(option) == node.value:
                yield self.of(option.keyword("default"))
        yield from map(self.of, self._passed(node, function))
        yield (Value("unknown", node, "parameter"),)

    def _passed(self, node: Node, function: Node) -> list[Node]:
        """What the callers of a function pass for a parameter."""
        callers = self.callers(function)
        known = self._arguments.get(node)
        if known is None:
            place = _place(node, function)
            given = (_argument(call, node.value, place) for call in callers)
            known = [one for one in given if one is not None]
            if function not in self._waiting:
                self._arguments[node] = known
        return known

    def annotated(self, annotation: Node | None) -> Iterable[Value]:
        """Instances of the classes that an annotation names."""
        if annotation is None:
            return ()
        found: list[Value] = []
        for node in annotation.among("Name", "Attribute", "Constant"):
            if node.kind == "Name" or (node.kind == "Attribute" and node.field != "value"):
                found += [_instance(v, node) for v in self.of(node) if v.kind in ("class", "external")]
            elif node.kind == "Constant" and isinstance(node.value, str) and node.value.isidentifier():
                found += self._named_type(node)
        return [v for v in found if not v.path.startswith(("typing.", "str()", "int()", "bool()"))]

    def _named_type(self, node: Node) -> Iterable[Value]:
        found = node.file.bindings.get((0, node.value), ())
        values = [v for index in found for v in self.binding(node.file.node(index))]
        return [_instance(v, node) for v in values if v.kind in ("class", "external")]

    def callers(self, function: Node) -> list[Node]:
        """Calls that certainly or probably call a function (or construct the class of an `__init__`)."""
        known = self._callers.get(function)
        if known is None:
            self._callers[function] = []
            outer, self._met = self._met, None
            self._waiting.add(function)
            known = self._callers[function] = list(self._find_callers(function))[:MAX_CANDIDATES]
            self._waiting.discard(function)
            self._met = outer
        elif function in self._waiting:
            self._noted().awaited.add(function)
        return known

    def _find_callers(self, function: Node) -> Iterable[Node]:
        owner = function.scope if function.scope.kind == "ClassDef" else None
        target = owner if owner is not None and function.value in ("__init__", "__new__") else function
        may_call = owner is not None and self._only(function)
        for func in self._named_so(target.value, owner):
            values = self.of(func)
            if any(v.node is target for v in values) or (may_call and _is_unknown_method(func, values)):
                yield func.file.nodes[func.index - 1]

    def _named_so(self, name: str, owner: Node | None) -> Iterator[Node]:
        """What is called by a name; by a common one like `get` in files that speak of the class."""
        files = self.project.files_calling(name)
        if owner is not None and sum(len(file.calls[name]) for file in files) >= COMMON:
            near = self.project.speaking(owner)
            files = [file for file in files if file.path in near]
        return (file.nodes[index + 1] for file in files for index in file.calls[name])

    def _only(self, function: Node) -> bool:
        """Whether a method call on a value not known means this method, the only one of its name."""
        return self.project.functions_by_name.count(function.value) == 1 and len(function.value) > 5

    # -- members and results ---------------------------------------------------------------------

    def member(self, base: Value, name: str, node: Node) -> Iterable[Value]:
        """What `base.name` is."""
        if base.kind == "object" and base.path.endswith(NAMESPACES):
            return self._command_line(base, name, node)
        if base.kind in ("external", "object"):
            return (Value(base.kind, base.node, f"{base.path}.{name}"),)
        if base.kind == "module":
            found = self.project.exported(base.node.file, name)
            if found:
                return [v for binding in found for v in self.binding(binding)]
            inner = self._submodule(base.node.file, name)
            return (Value("module", inner.node(0)),) if inner is not None else ()
        if base.kind in ("class", "instance"):
            return self.class_member(base.node, name, node)
        if base.kind == "dict" and base.node.file.path in self.project.loaders:
            return self._entry(base.node, name)
        if base.kind == "text" and name in ("value", "strip", "lower"):
            return (base,)
        return (Value("unknown", node, f"attribute {name} of a value not known"),)

    def _items(self, collection: Value) -> Iterable[Value]:
        items = collection.node.all("elts") if collection.kind == "list" else ()
        return [v for item in items[:MAX_CANDIDATES] for v in self.of(item)]

    def _command_line(self, base: Value, name: str, node: Node) -> Iterable[Value]:
        """The defaults of the `add_argument` calls that name an attribute of a parsed command line."""
        found: list[Value] = []
        for call in self.project.calls("add_argument"):
            if destination(call) == name:
                found += self.of(call.keyword("default"))
                found += [v for one in self.of(call.keyword("choices")) for v in self._items(one)]
        return [*found, Value("unknown", node, "command line")]

    def _submodule(self, file: FileFacts, name: str) -> FileFacts | None:
        folder = file.path.rpartition("/")[0]
        base = f"{folder}/{name}" if folder else name
        return self.project.files.get(base + ".py") or self.project.files.get(base + "/__init__.py")

    def class_member(self, cls: Node, name: str, node: Node) -> Iterable[Value]:
        """A class attribute, `self.name` set in a method, a method, a property; bases after the class."""
        if name == "value" and self._is_enum(cls):
            return [v for s in cls.all("body") if s.kind == "Assign" for v in self.of(s.child("value"))]
        found: list[Value] = []
        for owner in self.mro(cls):
            if isinstance(owner, str):
                found.append(Value("object", node, f"{owner}().{name}"))
                continue
            for index in owner.file.bindings.get((owner.index, name), ()):
                found += self._class_binding(owner.file.node(index))
            found += [v for store in self.attribute_stores(owner, name) for v in self._stored(store)]
            if owner.file.bindings.get((owner.index, name)):
                found += self._constructed_with(owner, name)
            if found and not all(v.kind == "unknown" for v in found):
                break
        return found or (Value("unknown", node, f"attribute {name} not found"),)

    def _constructed_with(self, cls: Node, name: str) -> list[Value]:
        """What constructors in a class's own file give a field, where it has no `__init__` (a dataclass)."""
        if cls.file.bindings.get((cls.index, "__init__")):
            return []
        calls = [cls.file.nodes[index] for index in cls.file.calls.get(cls.value, ())]
        fields = self._fields(cls) if calls else None
        place = -1 if fields is None else fields.index(name) if name in fields else len(fields)
        given = [_argument(call, name, place) for call in calls]
        return [v for node in given if node is not None for v in self.of(node)]

    def _fields(self, cls: Node) -> list[str] | None:
        """The fields that a record's constructor takes, in order."""
        if cls not in self._records:
            self._records[cls] = _record_fields(cls)
        return self._records[cls]

    def _is_enum(self, cls: Node) -> bool:
        return any(isinstance(b, str) and b.rpartition(".")[2].endswith("Enum") for b in self.mro(cls))

    def _class_binding(self, node: Node) -> Iterable[Value]:
        if node.kind in FUNCTIONS and any(
            last_name(d) in ("property", "cached_property") for d in node.decorators
        ):
            return self.returned(node)
        return self.binding(node)

    def attribute_stores(self, cls: Node, name: str) -> list[Node]:
        """`self.name = …` in a class's methods."""
        key = (cls.index, name)
        table = cls.file.__dict__.get("_self_stores")
        if table is None:
            table = cls.file.__dict__["_self_stores"] = _self_stores(cls.file)
        return [cls.file.node(i) for i in table.get(key, ())]

    def mro(self, cls: Node) -> list[Node | str]:
        """The class and its bases; those outside the project as dotted paths, after the class's own."""
        known = self._mro.get(cls)
        if known is None:
            self._mro[cls], cut = [cls], self._cut
            outer, self._met = self._met, None
            self._waiting.add(cls)
            known = self._mro[cls] = list(dict.fromkeys(self._lineage(cls, {cls}, 0)))
            self._waiting.discard(cls)
            self._met = outer
            if self._active and self._cut != cut:
                del self._mro[cls]
                self._noted().is_single = True
        elif cls in self._waiting:
            self._noted().awaited.add(cls)
        return known

    def _lineage(self, cls: Node, seen: set[Node], depth: int) -> Iterator[Node | str]:
        yield cls
        outside: list[str] = []
        for base in cls.all("bases") if depth < MAX_BASES else ():
            for value in self._base(base):
                if value.kind == "class" and value.node not in seen:
                    seen.add(value.node)
                    yield from self._lineage(value.node, seen, depth + 1)
                elif value.kind == "external":
                    outside.append(value.path)
        yield from outside

    def is_enum(self, cls: Node) -> bool:
        """Whether a class is an enumeration, by its bases."""
        return any(isinstance(base, str) and base.endswith(("Enum", "Choices")) for base in self.mro(cls))

    def returned(self, function: Node) -> Iterable[Value]:
        """What a function may return or yield; else what its annotation says."""
        if function.kind == "Lambda":
            return self.of(function.child("body"))
        found: list[Value] = []
        nodes, ends = function.file.nodes, function.file.tree.end
        for index in function.file.returns.get(function.index, ()):
            found += self.of(nodes[index + 1]) if ends[index] > index + 1 else ()
        if not any(v.kind != "unknown" for v in found):
            found += self.annotated(function.child("returns"))
        return found


def _record_fields(cls: Node) -> list[str] | None:
    """The fields of a record in order; nothing where a base may have fields as well."""
    bases, decorators = cls.all("bases"), [d.child("func") or d for d in cls.decorators]
    plain = not bases and any(last_name(d) in ("dataclass", "define", "frozen") for d in decorators)
    if not plain and [last_name(base) for base in bases] != ["NamedTuple"]:
        return None
    return [statement.first.value for statement in cls.all("body") if statement.kind == "AnnAssign"]


def _self_stores(file: FileFacts) -> dict[tuple[int, str], list[int]]:
    table: dict[tuple[int, str], list[int]] = {}
    kinds, values = file.tree.kind, file.tree.value
    for index in file.tree.of_kind("AttributeStore"):
        if kinds[index + 1] == "Name" and values[index + 1] in ("self", "cls"):
            owner = enclosing_class(file.nodes[index])
            if owner is not None:
                table.setdefault((owner.index, values[index]), []).append(index)
    return table


def argument_for(call: Node, function: Node, parameter: Node) -> Node | None:
    """The argument that a call passes for a parameter, by keyword or position; none if it is left out."""
    return _argument(call, parameter.value, _place(parameter, function))


def _is_unknown_method(func: Node, values: tuple[Value, ...]) -> bool:
    """Whether a method is called on a value not known."""
    return func.kind == "Attribute" and all(v.kind == "unknown" for v in values)


def _place(parameter: Node, function: Node) -> int:
    """At which place calls pass a parameter; less than nothing if only by its name."""
    return _position(parameter, function) - is_bound(function) if parameter.field == "args" else -1


def _position(parameter: Node, function: Node) -> int:
    return function.file.parameters[function.index].index(parameter.index)


def _argument(call: Node, name: str, place: int) -> Node | None:
    given = call.keyword(name)
    return call.positional(place) if given is None else given


def is_bound(function: Node) -> bool:
    """Whether a call leaves out the first parameter: that of a method."""
    return function.scope.kind == "ClassDef" and not any(
        last_name(d) == "staticmethod" for d in function.decorators
    )


def destination(call: Node) -> str:
    """The attribute or parameter that `add_argument("--max-cost", "-m")` or `option(…)` fills."""
    given = call.keyword("dest")
    if given is not None and given.kind == "Constant":
        return str(given.value)
    names = [str(a.value) for a in call.all("args") if a.kind == "Constant" and isinstance(a.value, str)]
    long = [name for name in names if name.startswith("--")]
    plain = [name for name in names if not name.startswith("-")]
    chosen = (plain[-1:] or long[:1] or names[:1] or [""])[0]
    return chosen.partition("/")[0].lstrip("-").replace("-", "_")


def options_of(function: Node) -> list[Node]:
    """The decorators of a command that declare its parameters (`@click.option(…)`)."""
    calls = [d for d in function.decorators if d.kind == "Call"]
    return [call for call in calls if last_name(call.first) in ("option", "argument")]


def _instance(value: Value, node: Node) -> Value:
    if value.kind == "class":
        return Value("instance", value.node)
    return Value("object", node, value.path + "()")


def _is_whole(found: tuple[Value, ...]) -> bool:
    """Whether nothing was cut short."""
    for value in found:  # noqa: SIM110 - asked for every expression
        if value.path in _CUT:
            return False
    return True


def _unique(values: Iterable[Value]) -> tuple[Value, ...]:
    """The first values without repetition; tuples hold none."""
    if isinstance(values, tuple):
        return values
    return tuple(islice(dict.fromkeys(values), MAX_CANDIDATES))


def _joined(parts: Iterable[Iterable[Value]]) -> tuple[Value, ...]:
    """The first values of several answers without repetition; what comes after enough is not asked for."""
    found: dict[Value, None] = {}
    for part in parts:
        for value in part:
            found[value] = None
        if len(found) >= MAX_CANDIDATES:
            return tuple(islice(found, MAX_CANDIDATES))
    return tuple(found)


_RULES: dict[str, Callable[[Values, Node], Iterable[Value]]] = {
    "Constant": Values.constant,
    "Dict": Values.display,
    "List": Values.display,
    "Tuple": Values.display,
    "Set": Values.display,
    "JoinedStr": Values.join,
    "BinOp": Values.join,
    "BoolOp": Values.choice,
    "IfExp": Values.choice,
    "Await": Values.inner,
    "NamedExpr": Values.inner,
    "Starred": Values.inner,
    "Name": Values.name,
    "Attribute": Values.attribute,
    "Subscript": Values.subscript,
    "Call": Values.call,
}
