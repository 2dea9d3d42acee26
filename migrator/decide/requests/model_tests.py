"""Parameters that the program gives under a test on a model: code that tells models apart itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.read.scopes import FUNCTIONS

if TYPE_CHECKING:
    from migrator.decide.linked import Linked
    from migrator.decide.plans import Planner
    from migrator.decide.requests.planned_parameters import Planned
    from migrator.read.nodes import Node


def is_tested_for(planner: Planner, call: Node, plan: Planned) -> bool:
    """Whether it may stand under a test on the model, which the closing check follows."""
    value = plan.setting.value if plan.setting is not None else None
    if value is None:
        return False
    tests = [test for above in value.ancestors() if above.kind == "If" for test in above.all("test")]
    if value.scope != call.scope and value.scope.kind in FUNCTIONS and plan.parameter.action != "replace":
        tests += [test for one in value.scope.among("If") for test in one.all("test")]
    is_asked = planner.requests.withheld.is_asked(value)
    return is_asked or any(_mentions_model(planner.engine.linked, test) for test in tests)


def _mentions_model(linked: Linked, test: Node) -> bool:
    """Whether a test looks at a model, or asks a function or property that does."""
    names = {str(one.value) for one in test.among("Name", "Attribute")}
    asked = [one for name in names for one in linked.project.functions_by_name.get(name, ())]
    inner = {str(one.value) for function in asked for one in function.among("Name", "Attribute", "arg")}
    return any(map(linked.names.model, names | inner))


def is_guarded(linked: Linked, plan: Planned) -> bool:
    """Whether a parameter is given under a test on a model's name: code that tells families apart."""
    value = plan.setting.value if plan.setting is not None else None
    above = value.ancestors() if value is not None else ()
    tests = [node.child("test") for node in above if node.kind in ("If", "IfExp")]
    return any(test is not None and _asks_model(linked, test) for test in tests)


def _asks_model(linked: Linked, test: Node) -> bool:
    """Whether a test compares a model with a text: an id, or any name (`"local" in model`)."""
    atoms = [node for node in (test, *test.descendants()) if node.kind == "Compare"]
    return linked.names_model(test) or any(_compares_model(linked, atom) for atom in atoms)


def _compares_model(linked: Linked, atom: Node) -> bool:
    below = list(atom.descendants())
    texts = {str(n.value) for n in below if n.kind == "Constant" and isinstance(n.value, str)}
    named = {str(n.value) for n in below if n.kind in ("Name", "Attribute")} | texts
    models = {name for name in named if linked.names.model(name)}
    return bool(models and texts - models)
