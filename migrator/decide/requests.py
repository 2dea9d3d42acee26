"""Request parameters of a call site against rules/parameters.toml."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from migrator.inventory import (
    AddKeyword,
    Operation,
    Parameter,
    RemoveEntry,
    RemoveKeyword,
    RenameEntry,
    RenameKeyword,
    ReplaceExpression,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.linked import Linked
    from migrator.decide.sites import Site
    from migrator.inventory import Span
    from migrator.read.facts import Node
    from migrator.rulebook import ParameterRule


class Setting(NamedTuple):
    """One parameter where it is given: in a call (`keyword`) or in a dict display (`entry`)."""

    name: str
    value: Node
    holder: Node
    form: str
    spread: bool = False
    key: str = ""


class Planned(NamedTuple):
    """What becomes of a parameter: the record, and the operation with its anchor (none: only reported)."""

    parameter: Parameter
    anchor: Span | None = None
    operation: Operation | None = None
    path: str = ""
    shared: bool = False


class Requests:
    """Applies parameter rules to call sites; `catalog` is the active catalogue's name."""

    def __init__(self, linked: Linked, catalog: str) -> None:
        self.linked = linked
        self.catalog = catalog
        self.rules = linked.rulebook.parameters

    def plan(self, site: Site, variants: frozenset[str], families: frozenset[str]) -> list[Planned]:
        """Every parameter of a site that some rule speaks of, for the variants that it may call.

        `families` are those of the source ids that move there; none for a site that is on a target already.
        """
        settings = list(self.settings(site))
        given = {setting.name: setting for setting in settings}
        planned: list[Planned] = []
        done: set[tuple[str, int]] = set()
        for rule in self._rules(site, variants, families):
            if rule.change.only_with and not set(rule.change.only_with) & set(given):
                continue
            if self._excused(rule, given):
                continue
            if rule.name not in given:
                planned += self._missing(rule, site)
                continue
            for setting in settings:
                key = setting.name, setting.value.index
                if setting.name == rule.name and key not in done and not self._kept(rule, setting):
                    done.add(key)
                    planned.append(self._changed(rule, setting, given))
        return planned

    def _rules(
        self, site: Site, variants: frozenset[str], families: frozenset[str]
    ) -> Iterator[ParameterRule]:
        assert site.receiver is not None
        call = site.receiver.call
        names = {call.id, f"style:{call.style}"}
        for rule in self.rules:
            if rule.families and not families & set(rule.families):
                continue
            if names & set(rule.apis) and variants & set(rule.variants) and self.catalog in rule.catalogs:
                yield rule

    # -- where parameters are given ----------------------------------------------------------------

    def settings(self, site: Site) -> Iterator[Setting]:
        """Keyword arguments, entries of `**{…}` and of containers such as `generation_kwargs={…}`."""
        assert site.receiver is not None
        rule = site.receiver.call
        bodies = {path.partition(".")[0] for path in rule.nested}
        for keyword in site.call.all("keywords"):
            value = keyword.child("value")
            if value is None:
                continue
            if keyword.value is None:
                yield from self._entries(value, spread=True)
            elif keyword.value in rule.containers or keyword.value in bodies:
                yield from self._entries(value, spread=False)
            else:
                yield Setting(str(keyword.value), value, site.call, "keyword")
                for inner in self._entries(value, spread=False):
                    yield inner._replace(name=f"{keyword.value}.{inner.name}", key=inner.name)

    def _entries(self, node: Node, *, spread: bool) -> Iterator[Setting]:
        for value in self.linked.values.of(node):
            if value.kind == "dict":
                yield from _dict_settings(value.node, spread=spread)
            elif value.kind in ("object", "instance") and node.kind == "Call":
                yield from _call_settings(node)
            elif value.kind == "object" and value.node.kind == "Call" and value.path.count("()") == 1:
                yield from _call_settings(value.node)

    # -- judging -----------------------------------------------------------------------------------

    def _kept(self, rule: ParameterRule, setting: Setting) -> bool:
        change, source = rule.change, literal(setting.value)
        if source in change.keep_values:
            return True
        if change.replace and source not in change.replace and "*" not in change.replace:
            return True
        return change.keep_from is not None and isinstance(setting.value.value, (int, float)) and (
            setting.value.value >= change.keep_from
        )

    def _excused(self, rule: ParameterRule, given: dict[str, Setting]) -> bool:
        for condition in rule.change.unless:
            name, _, wanted = condition.partition("=")
            setting = given.get(name)
            if setting is not None and (not wanted or literal(setting.value) == wanted):
                return True
        return False

    def _missing(self, rule: ParameterRule, site: Site) -> list[Planned]:
        if "" not in rule.change.replace:
            return []
        new = rule.change.replace[""]
        record = Parameter(
            name=rule.name, line=site.call.line, action="replace", new=new, rule=rule.id, safety=rule.safety, why=rule.why
        )
        return [Planned(record, site.call.span, AddKeyword(name=rule.name, source=new), site.call.file.path)]

    def _changed(self, rule: ParameterRule, setting: Setting, given: dict[str, Setting]) -> Planned:
        change = rule.change
        why = f"{rule.why}; lost: {rule.loses}" if rule.loses else rule.why
        source = literal(setting.value)
        record = Parameter(
            name=setting.name, line=setting.value.line, value=source, rule=rule.id, safety=rule.safety, why=why
        )
        if change.report:
            return Planned(_with(record, "review"))
        if change.rename:
            if change.rename in given:
                return Planned(_with(record, "review"))
            return _planned(setting, _with(record, "rename", change.rename), _rename(setting, change.rename))
        if change.remove:
            return _planned(setting, _with(record, "remove"), _remove(setting))
        new = change.replace.get(source, change.replace.get("*", ""))
        action = ReplaceExpression(source=new)
        return Planned(_with(record, "replace", new), setting.value.span, action, setting.holder.file.path, setting.spread)


def _planned(setting: Setting, record: Parameter, operation: Operation) -> Planned:
    return Planned(record, setting.holder.span, operation, setting.holder.file.path, setting.spread)


def _with(record: Parameter, action: str, new: str = "") -> Parameter:
    import msgspec

    return msgspec.structs.replace(record, action=action, new=new)


def _rename(setting: Setting, new: str) -> Operation:
    if setting.form == "keyword":
        return RenameKeyword(name=setting.key or setting.name, new=new)
    return RenameEntry(key=setting.key or setting.name, new=new)


def _remove(setting: Setting) -> Operation:
    if setting.form == "keyword":
        return RemoveKeyword(name=setting.key or setting.name)
    return RemoveEntry(key=setting.key or setting.name)


def _dict_settings(mapping: Node, *, spread: bool) -> Iterator[Setting]:
    for key, value in zip(mapping.all("keys"), mapping.all("values"), strict=False):
        if key.kind == "Constant" and isinstance(key.value, str):
            yield Setting(key.value, value, mapping, "entry", spread)


def _call_settings(call: Node) -> Iterator[Setting]:
    for keyword in call.all("keywords"):
        value = keyword.child("value")
        if keyword.value and value is not None:
            yield Setting(str(keyword.value), value, call, "keyword")


def literal(node: Node) -> str:
    """The source form of a simple expression, as rules write it; `?` for what is computed."""
    if node.kind == "Constant":
        return repr(node.value)
    if node.kind == "UnaryOp" and node.value == "USub":
        inner = node.child("operand")
        return f"-{literal(inner)}" if inner is not None else "?"
    if node.kind == "Dict":
        pairs = zip(node.all("keys"), node.all("values"), strict=False)
        return "{" + ", ".join(f"{literal(k)}: {literal(v)}" for k, v in pairs) + "}"
    if node.kind == "List":
        return "[" + ", ".join(literal(n) for n in node.all("elts")) + "]"
    return str(node.value) if node.kind == "Name" else "?"
