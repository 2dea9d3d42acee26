"""The questions about a program's values, each answered once: what all rules ask one another by."""

from __future__ import annotations

import sys
from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

from migrator.know import leaving
from migrator.know.call_questions import CallQuestions
from migrator.know.deciding import Worth
from migrator.know.frames import Frames
from migrator.know.library import written_in_python
from migrator.know.questions import NO_TASKS, Tasks
from migrator.know.solver import Solver
from migrator.know.values import NOTHING, Entry, Value, constant, given_site, joined, limited
from migrator.read.scopes import activated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from migrator.know.questions import Field, Invocation, Load, Mutation, Order
    from migrator.know.values import Entries, Frame, Site, Values
    from migrator.read.nodes import FileFacts, Node
    from migrator.read.project import Project
    from migrator.rulebook import Rulebook


class Evaluator(CallQuestions):
    """What is known about one program.

    `environment` are the dotted getters of environment values, `sentinels` the last names of a library's
    words for "not given", `tasks` the methods by which a task queue calls a function.
    """

    instead: ClassVar[Mapping[Any, Any]]
    tops: ClassVar[Mapping[Any, Any]]
    """What stands for the answers of some rules where these are not found."""
    steps: ClassVar[frozenset[Any]]
    """Parts of rules that are kept, too."""
    most_loads: ClassVar[int] = sys.maxsize
    """Loads of one attribute that a value is followed to; of more, nobody sees which."""

    def __init__(
        self,
        project: Project,
        environment: frozenset[str],
        sentinels: frozenset[str] = frozenset(),
        tasks: Tasks = NO_TASKS,
    ) -> None:
        super().__init__(project, sentinels)
        self.tasks = tasks
        self.environment = environment
        self.settings = tuple(path.removesuffix(".*") for path in environment if path.endswith(".*"))
        self.frames = Frames()
        self.solver = Solver(self, limited, self.instead, self.tops, self.steps)
        self.worth = Worth(project, self)
        self._tables: dict[Entries, dict[Any, list[Entry]]] = {}
        self._exits: dict[tuple[Node, str], tuple[Node, ...]] = {}
        self._orders: dict[frozenset[tuple[int, Node | str]], list[Node | str]] = {}
        self._methods: dict[Node, Node | None] = {}
        self.attribute_loads: dict[str, tuple[Load, ...]] = {}
        self.declared: dict[Node, dict[str, Field]] = {}
        self.loops: dict[Node, list[Node]] = {}

    @classmethod
    def of(cls, project: Project, rulebook: Rulebook) -> Evaluator:
        """The evaluator of a program by what the rules say of names."""
        names = rulebook.names
        kinds = ("task-call", "task-call-collected", "task-by-name")
        tasks = Tasks(*(frozenset(names[kind].exact) for kind in kinds))
        return cls(project, frozenset(names["environment"].exact), frozenset(names["unset"].exact), tasks)

    def forget(self) -> None:
        """Let go of everything at once: cells hold nodes, which hold their files, which hold them."""
        for part in (self.solver, self.worth, self.indexes, self):
            vars(part).clear()

    # -- values ------------------------------------------------------------------------------------

    @abstractmethod
    def value(self, node: Node | None, frame: Frame | None) -> Values:
        """What an expression may be."""

    def held(self, entry: Entry) -> Values:
        """The values of an entry."""
        return entry.known if entry.node is None else self.value(entry.node, entry.frame)

    def given(self, entry: Entry) -> Values:
        """The values of an entry that decides about something: what may be anything is open."""
        return self.decided(self.held(entry))

    @abstractmethod
    def operated(self, node: Node, frame: Frame | None, name: str, sides: list[Values]) -> Values:
        """What an operator makes of what both of its sides may be."""

    @abstractmethod
    def decided(self, values: Values) -> Values:
        """Values that decide about something: what may be anything is open."""

    @abstractmethod
    def replaces(self, decorator: Node) -> bool:
        """Whether a decorator may make something else of what it stands above."""

    @abstractmethod
    def bound(self, binding: Node, frame: Frame | None) -> Values:
        """What a binding binds."""

    @abstractmethod
    def targeted(self, target: Node, frame: Frame | None) -> Values:
        """What a target of an assignment, loop or `with` is given."""

    @abstractmethod
    def outcomes(self, test: Node, frame: Frame | None) -> frozenset[bool]:
        """How a test may come out."""

    @abstractmethod
    def reached(self, node: Node, frame: Frame | None) -> bool:
        """Whether the tests around a statement may let a frame come to it."""

    def exits(self, statement: Node) -> tuple[Node, ...]:
        """The tests before a statement, in its block, that lead away if they are true."""
        holder = statement.parent
        if holder is None:
            return ()
        known = self._exits.get((holder, statement.field))
        if known is None:
            known = self._exits[holder, statement.field] = leaving.exits(holder, statement.field)
        return tuple(test for test in known if test.index < statement.index) if known else ()

    def solved(self, rule: Any, *arguments: Any) -> frozenset[Any]:  # noqa: ANN401
        """The answer of a rule, kept and found anew when what it asked for grows."""
        return self.solver.ask(rule, *arguments)

    def aside(self, most: int) -> AbstractContextManager[None]:
        """Questions on which no more than some evaluations are spent: what they leave open does no harm."""
        return self.solver.aside(most)

    def ends(self) -> Values:
        """Nothing, because no code comes past what is asked for; else nothing is what is not followed."""
        self.solver.end()
        return NOTHING

    def union(self, parts: Iterable[Values], node: Node) -> Values:
        """Several answers together, bounded."""
        return joined(parts, node)

    def plain(self, values: Values) -> Values:
        """Values, with members of enumerations of texts as texts."""
        if not any(v.kind == "instance" for v in values):
            return values
        found: set[Value] = set()
        for value in values:
            inner = self.container(value) if value.kind == "instance" and self.is_plain(value) else None
            if value.kind == "instance" and self.is_plain(value) and inner is None:
                found |= self.member(value, "value", value.node, None)
            else:
                found.add(value)
        return frozenset(found)

    @abstractmethod
    def is_plain(self, value: Value) -> bool:
        """Whether an object is a text or number, too."""

    def is_member(self, value: Value) -> bool:
        """Whether a value is a member of an enumeration, of which there is one."""
        return value.kind == "instance" and value.node.kind == "NameStore" and self.is_enum(value.data)

    # -- containers --------------------------------------------------------------------------------

    @abstractmethod
    def entries(self, mapping: Value) -> Entries:
        """The entries of a mapping, later additions included."""

    @abstractmethod
    def elements(self, sequence: Value) -> Entries:
        """The elements of a sequence; keys are places, none where any is possible."""

    @abstractmethod
    def container(self, value: Value) -> Value | None:
        """What an object holds as the mapping or sequence that it is, too."""

    @abstractmethod
    def found(self, mapping: Value, keys: Values) -> Iterable[Entry]:
        """The entries that a look-up may find."""

    def table(self, entries: Entries) -> dict[Any, list[Entry]]:
        """Entries by key."""
        known = self._tables.get(entries)
        if known is None:
            known = self._tables[entries] = {}
            for entry in entries:
                known.setdefault(entry.key, []).append(entry)
        return known

    @abstractmethod
    def holds_key(self, mapping: Value, key: Any) -> frozenset[bool]:  # noqa: ANN401
        """Whether a mapping may hold a key, and whether it may lack it."""

    @abstractmethod
    def lacks(self, mapping: Value, key: Value) -> bool:
        """Whether something may lack a key."""

    @abstractmethod
    def lacks_name(self, mapping: Value, key: Any) -> bool:  # noqa: ANN401
        """Whether something may lack a key that is a constant."""

    @abstractmethod
    def passed_on(self, value: Node, frame: Frame | None, entry: Entry) -> Entry:
        """An entry that a loop takes over as it is keeps the place that it was written at."""

    @abstractmethod
    def filled(self, container: Value) -> frozenset[bool]:
        """Whether a container counts as true."""

    @abstractmethod
    def changes(self, container: Value) -> frozenset[Mutation]:
        """What is done to a container after it was made."""

    @abstractmethod
    def shrinks(self, container: Value) -> bool:
        """Whether something may be taken out of a container."""

    # -- members -----------------------------------------------------------------------------------

    @abstractmethod
    def member(self, base: Value, name: str, node: Node, frame: Frame | None) -> Values:
        """What `base.name` is."""

    @abstractmethod
    def field(self, base: Value, name: str) -> Entries:
        """What one field of an object may hold."""

    @abstractmethod
    def fields(self, base: Value) -> Entries:
        """All fields of an object."""

    @abstractmethod
    def computed_fields(self, base: Value) -> Entries:
        """Fields whose names are computed."""

    @abstractmethod
    def has_field(self, base: Value, name: str) -> bool:
        """Whether it is said somewhere that an object has a field."""

    @abstractmethod
    def set_on(self, cls: Node, name: str) -> Entries:
        """`Class.name = …`."""

    def is_set_on_class(self, cls: Node, name: str) -> bool:
        """Whether an attribute of a class may be set outside of it."""
        return bool(self.stores(name) or self.set_by_name(name))

    def may_be_set_outside(self, file: FileFacts, name: str) -> bool:
        """Whether a module's name may be set by other ways than its own bindings."""
        return bool(self.stores(name) or self.set_by_name(name) or "globals" in file.calls)

    @abstractmethod
    def set_on_module(self, file: FileFacts, name: str) -> list[Values]:
        """`module.name = …` in other files."""

    def starred(self, file: FileFacts, name: str, node: Node) -> Values:
        """What a name may be that a file takes from modules which are not read, by `import *`."""
        found = self.indexes.starred(file)
        return frozenset(Value("library", node, None, f"{module}.{name}") for module in found)

    def setting_site(self, target: Node, frame: Frame | None) -> Site:
        """What `base[key] = value` gives to `__setitem__`."""
        key = target.child("slice")
        return given_site(target, frame, self.value(key, frame), self.targeted(target, frame))

    # -- classes -----------------------------------------------------------------------------------

    @abstractmethod
    def mro(self, cls: Node) -> list[Node | str]:
        """A class and its bases; those outside the program as dotted paths."""

    @abstractmethod
    def resolved(self, cls: Node, name: str, after: Node | None = None) -> list[tuple[Node, Node]]:
        """The bindings of a name in the first class of a lineage that has it."""

    @abstractmethod
    def record_fields(self, cls: Node) -> dict[str, Field]:
        """The fields that a record's constructor takes; none for other classes."""

    @abstractmethod
    def validated(self, arg: Node, method: Node) -> Iterator[Values]:
        """What a method that checks fields of a record is given by its constructor."""

    @abstractmethod
    def made_bases(self, cls: Node) -> list[Order]:
        """The bases of a class that a call makes."""

    @abstractmethod
    def made_fields(self, cls: Node) -> dict[str, Field]:
        """The fields of a class that a call makes."""

    @abstractmethod
    def method_of(self, name: Node) -> Node | None:
        """The method of objects whose first parameter a name means; none for other names."""

    @abstractmethod
    def below(self, cls: Node) -> list[Node]:
        """The classes that build on a class."""

    def told_apart(self, made: Value) -> Value:
        """An object, as far as it is told apart from others of its class."""
        return made

    @abstractmethod
    def instances(self, cls: Node) -> Values:
        """The objects of a class and of those that build on it."""

    @abstractmethod
    def is_made_unseen(self, cls: Node) -> bool:
        """Whether it takes too much to find all objects of a class; asked from outside of the rules."""

    @abstractmethod
    def constructions(self, cls: Node) -> Values:
        """The objects of a class, where it is called."""

    @abstractmethod
    def constructed(self, one: Invocation) -> Values:
        """The objects that a call of a class makes."""

    @abstractmethod
    def is_enum(self, cls: Node) -> bool:
        """Whether a class is an enumeration."""

    @abstractmethod
    def container_kind(self, cls: Node) -> str:
        """Whether objects of a class are mappings or sequences, too."""

    @abstractmethod
    def members_of(self, cls: Value, node: Node) -> Values:
        """The members of an enumeration; of another class what its metaclass goes through."""

    def is_meta(self, cls: Node) -> bool:
        """Whether a class's objects are classes."""
        return "type" in self.mro(cls)

    # -- calls -------------------------------------------------------------------------------------

    def written_class(self, path: str) -> Node | None:
        """The class that says in Python what a class of a library is."""
        node = self.library.node(path)
        return node if node is not None and node.kind == "ClassDef" else None

    def is_written(self, file: FileFacts) -> bool:
        """Whether a file is one of those that say what the library does."""
        return written_in_python.is_written(file)

    def callers(self, function: Node) -> frozenset[Site]:
        """What calls a function, as far as it is seen."""
        return frozenset(one.sites[-1] for one in self.invocations(function))

    def frames_of(self, binding: Node) -> Iterable[Frame | None]:
        """The frames in which a binding is made."""
        scope = (binding.parent or binding).scope if binding.kind == "alias" else binding.scope
        return self.entered(activated(scope))

    # -- scopes and settings ----------------------------------------------------------------------

    def frame_of(self, scope: Node, frame: Frame | None) -> Frame | None:
        """The frame of a scope around, seen from a frame."""
        scope, around = activated(scope), frame
        while around is not None and around.function is not scope:
            around = around.closure
        return around if around is not None else self.frames.any(scope)

    @abstractmethod
    def setting(self, path: str, name: str, node: Node) -> Values:
        """What a library of settings gives by a name."""

    @abstractmethod
    def of_environment(self, keys: Values, node: Node) -> Values:
        """What the program itself puts into the environment."""

    @abstractmethod
    def command_line(self, parsed: Value) -> Iterator[tuple[str, Values]]:
        """The options that may fill what a parser gives back, with their defaults."""

    def named(self, name: str, node: Node) -> Value:
        """An object that has a name and nothing else that is known."""
        cls = self.library.node("_Named")
        assert cls is not None
        given = frozenset((constant(name, node, ()),))
        return Value("instance", node, None, cls, (given_site(node, None, given),))
