"""Ways in which a value gets from where it is written to where it is used, that can be put one behind another.

A carrier takes a program and an expression of a module, writes what it needs, and gives the expression that
has the value after it. So a chain of carriers is a list of names, which shrinks to the shortest that fails.
"""

from __future__ import annotations

import re
from textwrap import dedent
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class Place(NamedTuple):
    """An expression and the module that it stands in."""

    text: str
    module: str


class Program:
    """A program that is being written: modules import only from those that are further down."""

    def __init__(self) -> None:
        self.imports: dict[str, list[str]] = {}
        self.bodies: dict[str, list[str]] = {}
        self.count = 0

    def name(self, stem: str) -> str:
        self.count += 1
        return f"{stem}{self.count}"

    def write(self, module: str, code: str) -> None:
        self.bodies.setdefault(module, []).append(dedent(code).strip("\n"))

    def needs(self, module: str, line: str) -> None:
        lines = self.imports.setdefault(module, [])
        if line not in lines:
            lines.append(line)

    def above(self) -> str:
        """A module that imports another: a new one, since each name is made once."""
        self.count += 1
        return f"part{self.count}"

    def files(self) -> dict[str, bytes]:
        modules = {*self.imports, *self.bodies}
        return {f"{m}.py": self._source(m).encode() for m in sorted(modules)}

    def _source(self, module: str) -> str:
        head = "\n".join(self.imports.get(module, ()))
        return head + "\n\n" + "\n".join(self.bodies.get(module, ())) + "\n"


if TYPE_CHECKING:
    Carrier = Callable[[Program, Place], Place]

CARRIERS: dict[str, Carrier] = {}
"""By name; what is further down is less usual, and a failing chain shrinks towards the top."""


def carrier(name: str) -> Callable[[Carrier], Carrier]:
    def added(function: Carrier) -> Carrier:
        CARRIERS[name] = function
        return function

    return added


def filled(code: str, mine: str, cls: str, value: str) -> str:
    """Code with its own names and the value in it, in one go: a value may have such names itself."""
    names = {"VALUE": value, "N": mine, "C": cls}
    return re.sub(r"VALUE|\bN(?![A-Za-z])|\bC(?![a-z])", lambda found: names[found.group()], dedent(code))


def written(name: str, code: str, gives: str, *needs: str) -> None:
    """A carrier that is code around `VALUE`; `N` stands for a name of its own, `C` for one of a class."""

    def carry(program: Program, place: Place) -> Place:
        mine, cls = program.name("n"), program.name("Kind")
        for line in needs:
            program.needs(place.module, line)
        if code:
            program.write(place.module, filled(code, mine, cls, place.text))
        return Place(filled(gives, mine, cls, place.text), place.module)

    CARRIERS[name] = carry


def named(program: Program, place: Place) -> str:
    """The name of a value in its module."""
    if place.text.isidentifier():
        return place.text
    name = program.name("SHARED_")
    program.write(place.module, f"{name} = {place.text}")
    return name


written("literal", "", "VALUE")
written("constant", "N = VALUE", "N")


@carrier("imported")
def imported(program: Program, place: Place) -> Place:
    name, module = named(program, place), program.above()
    program.needs(module, f"from {place.module} import {name}")
    return Place(name, module)


@carrier("module attribute")
def module_attribute(program: Program, place: Place) -> Place:
    name, module = named(program, place), program.above()
    program.needs(module, f"import {place.module}")
    return Place(f"{place.module}.{name}", module)


@carrier("imported under another name")
def imported_as(program: Program, place: Place) -> Place:
    name, module, mine = named(program, place), program.above(), program.name("as_")
    program.needs(module, f"from {place.module} import {name} as {mine}")
    return Place(mine, module)


written("function result", "def N():\n    return VALUE", "N()")
written("parameter", "def N(given):\n    return given", "N(VALUE)")
written("keyword", "def N(*, given):\n    return given", "N(given=VALUE)")
written("default of a parameter", "def N(given=VALUE):\n    return given", "N()")
written("dict item", "N = {'first': VALUE, 'other': 0}", "N['first']")
written("loop over items", "for key, value in {'first': VALUE}.items():\n    N = value", "N")
written("tuple", "N, N_rest = VALUE, 0", "N")
written("class attribute", "class C:\n    kept = VALUE", "C.kept")
written("instance attribute", "class C:\n    def __init__(self):\n        self.kept = VALUE", "C().kept")
written(
    "constructor argument",
    "class C:\n    def __init__(self, given):\n        self.kept = given",
    "C(VALUE).kept",
)
written(
    "super().__init__",
    """
    class CBase:
        def __init__(self, given):
            self.kept = given
    class C(CBase):
        def __init__(self):
            super().__init__(VALUE)
    """,
    "C().kept",
)
written("namespace", "N = SimpleNamespace(kept=VALUE)", "N.kept", "from types import SimpleNamespace")
written(
    "dataclass",
    "@dataclass\nclass C:\n    kept: object",
    "C(VALUE).kept",
    "from dataclasses import dataclass",
)
written(
    "default of a field",
    "@dataclass\nclass C:\n    kept: object = field(default_factory=lambda: VALUE)",
    "C().kept",
    "from dataclasses import dataclass, field",
)
written(
    "named tuple", "class C(NamedTuple):\n    kept: object", "C(VALUE).kept", "from typing import NamedTuple"
)
written(
    "named tuple function",
    "C = namedtuple('C', ['kept', 'rest'])",
    "C(VALUE, 0).kept",
    "from collections import namedtuple",
)
written("item of a list", "N = [0, VALUE]", "N[-1]")
written("rest of a list", "N_first, *N = [0, VALUE]", "N[0]")
written("get", "N = {'first': VALUE}", "N.get('first')")
written("get of what is not there", "N = {'other': 0}", "N.get('first', VALUE)")
written("item set later", "N = {}\nN['first'] = VALUE", "N['first']")
written("setdefault", "N = {}", "N.setdefault('first', VALUE)")
written("merged", "N = {**{'first': 0}, 'first': VALUE}", "N['first']")
written("union", "N = {'other': 0} | {'first': VALUE}", "N['first']")
written("update", "N = {'first': 0}\nN.update(first=VALUE)", "N['first']")
written("pop", "N = {'first': VALUE, 'other': 0}", "N.pop('first')")
written("dict of keywords", "N = dict(first=VALUE)", "N['first']")
written("keywords collected", "def N(**given):\n    return given['first']", "N(first=VALUE)")
written("arguments collected", "def N(*given):\n    return given[1]", "N(0, VALUE)")
written("arguments spread", "def N(one, two):\n    return two\nN_all = (0, VALUE)", "N(*N_all)")
written("keywords spread", "def N(one, two):\n    return two\nN_all = {'one': 0, 'two': VALUE}", "N(**N_all)")
written("condition", "N_on = True\nN = VALUE if N_on else None", "N")
written("or", "N_none = None", "(N_none or VALUE)")
written("walrus", "if (N := VALUE) is None:\n    raise ValueError", "N")
written("lambda", "N = lambda given: given", "N(VALUE)")
written("closure", "def N(given):\n    def inner():\n        return given\n    return inner", "N(VALUE)()")
written("comprehension", "N = [one for one in (VALUE,) if one]", "N[0]")
written("dict comprehension", "N = {key: one for key, one in [('first', VALUE)]}", "N['first']")
written("generator", "def N():\n    yield VALUE", "next(N())")
written("next of iter", "", "next(iter([VALUE]))")
written("zip", "N = dict(zip(('first', 'other'), (VALUE, 0)))", "N['first']")
written("map", "N = list(map(lambda one: one, [VALUE]))", "N[0]")
written("nested", "N = {'a': {'b': [{'c': VALUE}]}}", "N['a']['b'][0]['c']")
written("property", "class C:\n    @property\n    def kept(self):\n        return VALUE", "C().kept")
written("method", "class C:\n    def kept(self):\n        return VALUE", "C().kept()")
written(
    "class method",
    "class C:\n    kept = VALUE\n    @classmethod\n    def told(cls):\n        return cls.kept",
    "C.told()",
)
written(
    "static method",
    "class C:\n    @staticmethod\n    def told(given):\n        return given",
    "C.told(VALUE)",
)
written(
    "overridden method",
    "class CBase:\n    def told(self):\n        return None\n    def asked(self):\n        return self.told()\n"
    "class C(CBase):\n    def told(self):\n        return VALUE",
    "C().asked()",
)
written(
    "overridden attribute",
    "class CBase:\n    kept = None\n    def told(self):\n        return self.kept\nclass C(CBase):\n    kept = VALUE",
    "C().told()",
)
written("mixin", "class CMixin:\n    kept = VALUE\nclass C(CMixin):\n    pass", "C().kept")
written("attribute set from outside", "class C:\n    kept = None\nN = C()\nN.kept = VALUE", "N.kept")
written("setattr", "class C:\n    pass\nN = C()\nsetattr(N, 'kept', VALUE)", "N.kept")
written("getattr", "class C:\n    kept = VALUE", "getattr(C, 'kept')")
written("getattr with a default", "class C:\n    pass", "getattr(C, 'kept', VALUE)")
written("vars", "N = SimpleNamespace(kept=VALUE)", "vars(N)['kept']", "from types import SimpleNamespace")
written("enum", "class C(Enum):\n    KEPT = VALUE\n    OTHER = 0", "C.KEPT.value", "from enum import Enum")
written(
    "asdict",
    "@dataclass\nclass C:\n    kept: object",
    "asdict(C(VALUE))['kept']",
    "from dataclasses import asdict, dataclass",
)
written(
    "replaced",
    "@dataclass\nclass C:\n    kept: object = None",
    "replace(C(), kept=VALUE).kept",
    "from dataclasses import dataclass, replace",
)
written(
    "partial",
    "def N(one, two):\n    return two\nN_part = partial(N, 0)",
    "N_part(VALUE)",
    "from functools import partial",
)
written(
    "kept by a partial",
    "def N(given):\n    return given",
    "partial(N, VALUE)()",
    "from functools import partial",
)
written("cached", "@cache\ndef N():\n    return VALUE", "N()", "from functools import cache")
written(
    "decorated",
    "def N_around(function):\n    @wraps(function)\n    def inner(*args, **kwargs):\n        return function(*args, **kwargs)\n"
    "    return inner\n@N_around\ndef N(given):\n    return given",
    "N(VALUE)",
    "from functools import wraps",
)
written(
    "given by a decorator",
    "def N_with(**kept):\n    def around(function):\n        @wraps(function)\n        def inner(**given):\n"
    "            return function(**{**kept, **given})\n        return inner\n    return around\n"
    "@N_with(given=VALUE)\ndef N(**rest):\n    return rest['given']",
    "N()",
    "from functools import wraps",
)
written("global", "N = None\ndef N_set():\n    global N\n    N = VALUE\nN_set()", "N")
written(
    "context manager",
    "@contextmanager\ndef N_with():\n    yield VALUE\nwith N_with() as N:\n    pass",
    "N",
    "from contextlib import contextmanager",
)
written(
    "entered",
    "class C:\n    def __enter__(self):\n        return VALUE\n    def __exit__(self, *_):\n        return None\nwith C() as N:\n    pass",
    "N",
)
written("try", "try:\n    N = VALUE\nexcept ValueError:\n    N = None", "N")
written("match", "match 'first':\n    case 'first':\n        N = VALUE\n    case _:\n        N = None", "N")
written("function of a table", "def N():\n    return VALUE\nN_table = {'first': N}", "N_table['first']()")
written(
    "registry",
    "N_all = {}\ndef N_put(key, given):\n    N_all[key] = given\nN_put('first', VALUE)",
    "N_all['first']",
)
written("appended", "N = []\nN.append(VALUE)", "N[0]")
written("extended", "N = [0]\nN += [VALUE]", "N[1]")
written("copied", "N = copy.deepcopy({'first': VALUE})", "N['first']", "import copy")
written(
    "chain of maps",
    "N = ChainMap({'first': VALUE}, {'first': 0})",
    "N['first']",
    "from collections import ChainMap",
)
written("item getter", "N = itemgetter('first')", "N({'first': VALUE})", "from operator import itemgetter")
written(
    "attribute getter",
    "class C:\n    kept = VALUE",
    "attrgetter('kept')(C)",
    "from operator import attrgetter",
)
written("json", "N = json.loads(json.dumps({'first': VALUE}))", "N['first']", "import json")
written("called instance", "class C:\n    def __call__(self):\n        return VALUE", "C()()")
written(
    "item of an instance", "class C:\n    def __getitem__(self, key):\n        return VALUE", "C()['first']"
)
written(
    "made by __new__",
    "class C:\n    def __new__(cls, given):\n        made = super().__new__(cls)\n        made.kept = given\n        return made",
    "C(VALUE).kept",
)
written(
    "after construction",
    "@dataclass\nclass C:\n    given: object\n    def __post_init__(self):\n        self.kept = self.given",
    "C(VALUE).kept",
    "from dataclasses import dataclass",
)
written(
    "chosen by a loop",
    "N = None\nfor N_one in (None, VALUE):\n    if N_one is not None:\n        N = N_one\n        break",
    "N",
)
written("while", "N_rows = [VALUE]\nwhile N_rows:\n    N = N_rows.pop()", "N")
written("enumerated", "for N_at, N in enumerate([VALUE]):\n    pass", "N")
written("sorted", "N = VALUE\nN = sorted([(1, N), (2, N)], key=lambda row: row[0])", "N[0][1]")
written(
    "default of the environment", "N = os.environ.get('NOBODY_SETS_THIS', None) or VALUE", "N", "import os"
)
