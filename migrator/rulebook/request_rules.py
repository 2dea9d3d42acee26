"""rules/parameters.toml: request parameters that a target refuses, renames or reads differently."""

from __future__ import annotations

from typing import Literal

from migrator.rulebook.base import Example, Noop, Rule


class Change(Rule, frozen=True):
    """What becomes of a parameter: exactly one of `rename`, `remove`, `replace` (old value -> new), `report`.

    `replace` maps the old value to the new one's source; `*` is any other value, the empty string a call that
    lacks the parameter (it is added). An explicit None is left out where it would be sent as null, if
    `refuses_null` says so. `unless` names keyword=value pairs under which the parameter may stay
    (`drop_params=True`; without a value: any), `keep_values` the values that may, `keep_from` the least
    number that may; `only_with` names parameters one of which the call must have. Old values are as `repr`
    writes them (`'minimal'`). `into` (`container.name`) is said with `report`: the value goes under the name
    into the dict of that argument, which holds what is sent as it is. `needs` is a requirement
    (`openai>=1.45`) that the result has; `below` one that the project must declare an older release of, for
    the rule to speak. What is not `measured` (with the release and with the one before) is said, and holds
    nothing back.
    """

    rename: str = ""
    remove: bool = False
    replace: dict[str, str] = {}
    report: bool = False
    into: str = ""
    unless: tuple[str, ...] = ()
    keep_values: tuple[str, ...] = ()
    keep_from: float | None = None
    only_with: tuple[str, ...] = ()
    needs: str = ""
    measured: bool = True
    blocks: str = ""
    relies: tuple[str, ...] = ()
    refuses_null: bool = False
    below: str = ""


class ParameterRule(Rule, frozen=True):
    """A request parameter that a target rejects, renames or reads differently.

    Attributes:
        apis: ids of `Call` rules, `style:chat` for every call of a style, `sent` for every call that sends
            the parameter, under whatever name it is given there (see `Takes`).
        name: the parameter; a dotted one (`reasoning.effort`) is a key of a dict value.
        variants: `flagship`, `instant`, `mini`.
        families: the families of source models that it is for; empty: all, and calls already on a target.
        loses: what behaviour is lost, for the reviewer.
    """

    id: str
    apis: tuple[str, ...]
    name: str
    variants: tuple[str, ...]
    change: Change
    safety: Literal["safe", "unsafe"]
    why: str
    source: str
    families: tuple[str, ...] = ()
    severity: Literal["warning", "note"] = "warning"
    loses: str = ""
    catalogs: tuple[str, ...] = ("guide", "published")
    example: tuple[Example, ...] = ()
    noop: tuple[Noop, ...] = ()
