"""Right for both: a parameter that other models go on taking, given on a condition on the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.decide.requests.rules import Planned, Step
from migrator.inventory import AddKeyword, RemoveKeyword

if TYPE_CHECKING:
    from collections.abc import Sequence

    from migrator.read.nodes import Node
    from migrator.rulebook import Call

_SIMPLE = ("Name", "Attribute")


def on_condition(plan: Planned, call: Node, rule: Call, targets: Sequence[str]) -> Planned | None:
    """A keyword that goes or is renamed, for the targets alone; none where it can't be written there."""
    setting, parameter = plan.setting, plan.parameter
    given = [call.keyword(name) for name in rule.model]
    model = next((node for node in given if node is not None and node.kind in _SIMPLE), None)
    sort = min(targets, key=len)
    if setting is None or model is None or plan.block is not None:
        return None
    if setting.form != "keyword" or setting.holder != call or parameter.action not in ("remove", "rename"):
        return None
    if not all(sort in target for target in targets):
        return None
    value = setting.value.source
    new = f'{{"{parameter.new}": {value}}}' if parameter.action == "rename" else "{}"
    source = f'({new} if "{sort}" in {model.source} else {{"{setting.key}": {value}}})'
    steps = (
        Step(call.file.path, call.span, RemoveKeyword(name=setting.key)),
        Step(call.file.path, call.span, AddKeyword(name=f"**{setting.key}", source=source)),
    )
    return plan._replace(steps=steps)
