"""Where a request is put together of its model and of what is spread beside it: a call, a body's dict."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from migrator.decide.linked import Linked
    from migrator.read.nodes import Node
    from migrator.rulebook.api_rules import Call


def spreading(linked: Linked, call: Node, rule: Call) -> Node | None:
    """A call, or the one dict that it is given as its body; none if several are, or what is no dict."""
    if call.kind != "Call":
        return call if call.kind == "Dict" else None
    bodies = {path.partition(".")[0] for path in rule.nested}
    given = [keyword.first for keyword in call.all("keywords") if keyword.value in bodies]
    if not given:
        return call
    made = [value for one in given for value in linked.known(one)]
    return made[0].node if len(made) == 1 and made[0].node.kind == "Dict" else None


def spread_in(holder: Node) -> list[Node]:
    """What is spread into a call or a dict."""
    if holder.kind == "Dict":
        return list(holder.all("spread"))
    return [keyword.first for keyword in holder.all("keywords") if not keyword.value]


def model_in(holder: Node, rule: Call) -> list[Node]:
    """What gives the model in a call or a dict."""
    if holder.kind == "Dict":
        pairs = zip(holder.all("keys"), holder.all("values"), strict=False)
        return [value for key, value in pairs if key.value in rule.model_names]
    given = [one for name in rule.model if (one := holder.keyword(name)) is not None]
    if not given and rule.position is not None:
        return list(holder.all("args"))[rule.position : rule.position + 1]
    return given
