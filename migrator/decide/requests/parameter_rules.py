"""Request parameters of a call site against rules/parameters.toml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from migrator.decide.receivers import model_arguments
from migrator.decide.requests.adding import Adding
from migrator.decide.requests.bags import Bags
from migrator.decide.requests.named_beside import NamedBeside
from migrator.decide.requests.older_releases import Older
from migrator.decide.requests.planned_parameters import (
    Block,
    Planned,
    Step,
    acted_on,
    is_read,
    literal,
    only_for,
    without_moot,
)
from migrator.decide.requests.refused_values import mapped, named_outside, origins
from migrator.decide.requests.renaming import Renaming
from migrator.decide.requests.turned import given_with
from migrator.decide.requests.withheld import Withheld
from migrator.decide.sites import OUTSIDE
from migrator.inventory import Parameter
from migrator.inventory.edit_records import (
    ReplaceExpression,
    ReplaceText,
)
from migrator.know.classes import is_named_tuple
from migrator.parameternames import applying
from migrator.rulebook.api_rules import Takes

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from migrator.decide.linked import Linked
    from migrator.decide.records import Site
    from migrator.decide.requests.given_parameters import Setting
    from migrator.decide.requests.pins import Pins
    from migrator.read.nodes import Node
    from migrator.rulebook.api_rules import Call
    from migrator.rulebook.catalog_rules import Catalog
    from migrator.rulebook.request_rules import ParameterRule


NOTHING = "None"
_NULL = "the library sends None as null, which a model that reasons refuses; left out it means the same"


class Requests:
    """Applies parameter rules to call sites under one catalogue; `pins` are the project's own."""

    def __init__(self, linked: Linked, catalog: Catalog, pins: Pins) -> None:
        self.linked = linked
        self.catalog = catalog
        self.pins = pins
        self.bags = Bags(linked)
        self.adding = Adding(linked, catalog, self.bags)
        self.renaming = Renaming(linked, self.bags)
        self.withheld = Withheld(linked)
        self.named = NamedBeside(linked)
        self.rules = linked.rulebook.parameters

    def plan(
        self,
        site: Site,
        variants: frozenset[str],
        families: frozenset[str],
        others: frozenset[str] = frozenset(),
    ) -> list[Planned]:
        """Every parameter of a site that some rule speaks of, for the variants that it may call.

        `families` are those of the source ids that move there; none for a site that is on a target already.
        `others` are models that reach it too and stay what they are.
        """
        assert site.receiver is not None
        settings = self.bags.settings(site)
        given = {setting.name: setting for setting in reversed(settings)}
        asked = self.linked.requests_of(site.call)
        planned: list[Planned] = []
        open_to = others | self._open_to(site)
        done: set[tuple[str, int, str]] = set()
        null = self.sender(site).null
        for rule in self._rules(site, variants, families):
            if self._excused(rule, given):
                continue
            if rule.name not in given:
                planned += self._missing(rule, site, open_to | self._named_for(site))
            for setting in settings:
                key = setting.value.file.path, setting.value.index, setting.name
                if setting.name == rule.name and key not in done and not self._kept(rule, setting, null):
                    done.add(key)
                    planned.append(self._changed(rule, setting, given_with(setting, settings, asked)))
            planned += self._originating(rule, site)
            planned += self._mapping(rule, site, settings)
        planned = without_moot(planned, self.rules)
        gone = {plan.parameter.name for plan in planned if plan.parameter.action == "remove"}
        sent = given.keys() - gone
        planned += self._unasked(site, sent)
        planned += self._let_in(site, variants, families, settings, sent)
        defaults = self.adding.defaults(site, variants, families, given)
        return [*planned, *(only_for(plan, open_to) for plan in defaults)]

    def _open_to(self, site: Site) -> frozenset[str]:
        """Models that nobody knows and that may be old ones: what the environment or the user names."""
        named = {r for r in OUTSIDE if r in site.unresolved}
        requests = self.linked.requests_of(site.call)
        if any(v.kind == "open" and v.data == "environment" for one in requests for v in one.models):
            named.add("environment")
        return frozenset(f"what the {name} names" for name in named)

    def _named_for(self, site: Site) -> frozenset[str]:
        """Models that may be sent and are not known: what is added for new ids may not suit them."""
        models = {v for one in self.linked.requests_of(site.call) for v in one.models}
        return frozenset({"a model that is named elsewhere"} if any(v.kind == "open" for v in models) else ())

    def _rules(
        self, site: Site, variants: frozenset[str], families: frozenset[str], older: Collection[str] = ()
    ) -> Iterator[ParameterRule]:
        assert site.receiver is not None
        call = self.sender(site)

        def is_older(requirement: str) -> bool:
            if requirement in older:
                return True
            return bool(requirement and self.pins.too_old(requirement, site.call.file.path))

        for rule in applying(call, self.rules, is_older, ids=[text for text, _ in site.texts]):
            if rule.families and not families & set(rule.families):
                continue
            if rule.change.below and not is_older(rule.change.below):
                continue
            if variants & set(rule.variants) and self.catalog.name in rule.catalogs:
                yield rule

    def sender(self, site: Site) -> Call:
        """The rule of a call; what a model object that it is handed takes counts, where that says so."""
        assert site.receiver is not None
        call = site.receiver.call
        handed = {made.id: made for made in self._handed(site)}
        [made] = handed.values() if len(handed) == 1 else [call]
        if made.takes == Takes():
            return call
        return msgspec.structs.replace(call, takes=made.takes, null=made.null)

    def _handed(self, site: Site) -> Iterator[Call]:
        """The rules of the model objects that a call is handed."""
        assert site.receiver is not None
        if site.call.kind != "Call":
            return
        for argument in model_arguments(site.call, site.receiver.call):
            for value in self.linked.values.of(argument):
                if value.kind == "object" and value.node.kind == "Call" and value.node != site.call:
                    receiver = self.linked.receivers.of(value.node)
                    if receiver is not None:
                        yield receiver.call

    # -- judging -----------------------------------------------------------------------------------

    def _kept(self, rule: ParameterRule, setting: Setting, null: str) -> bool:
        change, source = rule.change, literal(setting.value)
        if setting.form == "literal":
            return source not in change.replace
        if source == NOTHING and change.refuses_null:
            return null != "sent"
        if source in change.keep_values:
            return True
        if change.replace and source not in change.replace and "*" not in change.replace:
            return True
        value = setting.value.value
        return change.keep_from is not None and isinstance(value, (int, float)) and value >= change.keep_from

    def _excused(self, rule: ParameterRule, given: dict[str, Setting]) -> bool:
        only_with = rule.change.only_with
        if only_with and not any(self._may_hold(condition, given) for condition in only_with):
            return True
        return any(self._holds(condition, given) for condition in rule.change.unless)

    def _holds(self, condition: str, given: dict[str, Setting]) -> bool:
        """Whether a parameter is given (`tools`), with a value where one is named (`drop_params=True`)."""
        name, _, wanted = condition.partition("=")
        return name in given and (not wanted or self._literals(given[name]) == {wanted})

    def _may_hold(self, condition: str, given: dict[str, Setting]) -> bool:
        """Whether a parameter may be given, with a value where one is named."""
        name, _, wanted = condition.partition("=")
        return name in given and (not wanted or wanted in self._literals(given[name]))

    def _literals(self, setting: Setting) -> set[str]:
        """The source forms of what a parameter may be; `?` for what is no constant."""
        node = setting.value
        if node.kind not in ("Name", "Attribute", "IfExp", "BoolOp", "Subscript"):
            return {literal(node)}
        values = self.linked.known(node)
        return {repr(v.constant) if v.kind == "constant" else "?" for v in values}

    def _blocked(self, rule: ParameterRule, where: Node) -> Block | None:
        """What keeps the call from moving: a lost capability that is relied on, a pin that is too old."""
        change = rule.change
        if change.blocks:
            return Block(change.blocks, f"{rule.name}: {rule.why}")
        if change.relies and self._relied_on(change.relies, where):
            return Block("capability-lost", f"the program reads what {rule.name} asked for; {rule.why}")
        if not (change.needs and change.measured):
            return None
        return self._too_old(f"{rule.name} needs {change.needs}", change.needs, where)

    def _too_old(self, said: str, needs: str, where: Node) -> Block | None:
        pin = self.pins.obstacle(needs, where.file.path)
        if pin is None:
            return None
        requirement = self.pins.requirement(needs, where.file.path)
        return Block("dependency-too-old", f"{said}; {pin.said}", requirement)

    def _relied_on(self, names: tuple[str, ...], where: Node) -> bool:
        """Whether the program reads one of the attributes (its own file: or items) from an answer."""
        if any(is_read(load) for name in names for load in self.linked.project.attribute_loads(name)):
            return True
        return any(n.value in names and n.field == "slice" for n in where.file.of_kind("Constant"))

    def _let_in(
        self,
        site: Site,
        variants: frozenset[str],
        families: frozenset[str],
        settings: list[Setting],
        sent: Collection[str],
    ) -> Iterator[Planned]:
        """Findings: what releases send that the project's bound lets in."""
        sender = self.sender(site)
        older = Older(self.pins, sender.takes, site.call, sent)
        rules = self._rules(site, variants, families, sender.takes.since.values()) if older.pins else ()
        for rule in rules:
            yield from older.unasked(rule)
            for one in settings:
                if one.name == rule.name and not self._kept(rule, one, sender.null):
                    yield from older.given(rule, one)

    def _unasked(self, site: Site, given: Collection[str]) -> Iterator[Planned]:
        """What an old release of the library sends although the program does not ask for it."""
        for name, needs in self.sender(site).takes.unasked.items():
            block = self._too_old(f"{name} is sent unasked before {needs}", needs, site.call)
            if name not in given and block is not None and self.sender(site).takes.measured:
                record = Parameter(name=name, line=site.call.line, action="review", why=block.detail)
                yield Planned(record, block=block)

    # -- changes -----------------------------------------------------------------------------------

    def _missing(self, rule: ParameterRule, site: Site, others: frozenset[str]) -> list[Planned]:
        if rule.change.blocks and rule.name in self.sender(site).model:
            record = Parameter(
                name=rule.name, line=site.call.line, action="review", rule=rule.id, why=rule.why
            )
            return [Planned(record, block=self._blocked(rule, site.call))]
        if "" not in rule.change.replace:
            return []
        new = rule.change.replace[""]
        record = Parameter(
            name=rule.name,
            line=site.call.line,
            action="replace",
            new=new,
            rule=rule.id,
            safety=rule.safety,
            why=rule.why,
        )
        steps = self.adding.added(site, rule.name, new)
        plan = Planned(record, steps, block=self._blocked(rule, site.call))
        told = self.adding.told(site, new, rule.name) if others and plan.block is None else ()
        if told:
            return [plan._replace(steps=told)]
        return [only_for(plan, others)] if steps else []

    def _originating(self, rule: ParameterRule, site: Site) -> Iterator[Planned]:
        """A value that is refused, replaced where it is written."""
        for literal_node, new in origins(self.linked, site.call, rule) if rule.change.replace else ():
            record = Parameter(
                name=rule.name,
                line=literal_node.line,
                value=literal(literal_node),
                action="replace",
                new=new,
                rule=rule.id,
                safety=rule.safety,
                why=rule.why,
            )
            step = Step(literal_node.file.path, literal_node.span, ReplaceExpression(source=new))
            yield Planned(record, (step,), block=self._blocked(rule, literal_node))

    def _mapping(self, rule: ParameterRule, site: Site, settings: list[Setting]) -> Iterator[Planned]:
        """What callers outside may give and a target refuses, turned into what it takes where it is given."""
        own = (one for one in settings if one.name == rule.name) if rule.change.replace else ()
        for setting in own:
            new = mapped(self.linked, site.call, rule, setting.value)
            if told := named_outside(self.linked, site.call, rule, setting.value):
                yield self._told_of(rule, setting, told)
            asked = self.adding.asked_for(site, setting) if new else None
            if asked is None:
                continue
            value, source = setting.value, setting.value.source
            tests = "".join(f"{one} if {source} == {old}{asked} else " for old, one in sorted(new.items()))
            record = Parameter(
                name=rule.name,
                line=value.line,
                value=source,
                action="replace",
                new=tests + source,
                rule=rule.id,
                safety=rule.safety,
                why=rule.why,
            )
            step = Step(value.file.path, value.span, ReplaceExpression(source=tests + source))
            yield Planned(record, (step,), setting, self._blocked(rule, value))

    def _told_of(self, rule: ParameterRule, setting: Setting, values: list[str]) -> Planned:
        """A finding: what callers outside may go on giving."""
        record = Parameter(
            name=rule.name,
            line=setting.value.line,
            value=setting.value.source,
            action="review",
            rule=rule.id,
            safety=rule.safety,
            why=f"callers may give {' or '.join(values)}; {rule.why}",
        )
        return Planned(record, setting=setting)

    def _changed(self, rule: ParameterRule, setting: Setting, given: dict[str, Setting]) -> Planned:
        change = rule.change
        why = f"{rule.why}; lost: {rule.loses}" if rule.loses else rule.why
        old = self.pins.too_old(change.needs, setting.value.file.path) if not change.measured else ""
        why += f"; said to need {change.needs}, which nobody measured: {old}" if old else ""
        source = literal(setting.value)
        record = Parameter(
            name=setting.name,
            line=setting.value.line,
            value=source,
            rule=rule.id,
            safety=rule.safety,
            why=why,
        )
        if source == NOTHING and change.refuses_null and setting.form == "field":
            detail = f"{setting.key} is a field that may be given a value, and is sent as null without one"
            return Planned(acted_on(record, "review"), setting=setting, block=Block("shared-kwargs", detail))
        if source == NOTHING and change.refuses_null:
            record = msgspec.structs.replace(record, action="remove", safety="safe", why=_NULL)
            return Planned(record, self.renaming.removed(setting), setting)
        block = self._blocked(rule, setting.value)
        if (block is not None or not change.rename) and self.withheld.by_program(setting.value):
            if block is None and change.remove and not self.withheld.is_asked(setting.value):
                steps = () if self.bags.reads(setting) else self.renaming.removed(setting)
                action: Literal["remove", "review"] = "remove" if steps else "review"
                return Planned(acted_on(record, action), steps, setting, is_optional=True)
            return Planned(acted_on(record, "review"), setting=setting)
        if change.into:
            return self.renaming.moved(acted_on(record, "replace", change.into), setting, change, block)
        if change.report or (change.rename and self.renaming.is_taken(setting, change.rename, given)):
            return Planned(acted_on(record, "review"), setting=setting, block=block)
        reads = self.bags.reads(setting)
        is_moved = change.rename or change.remove
        named = self.named.of(setting, is_gone=not change.rename) if is_moved else None
        if named is not None:
            detail = f"{named.where} names {setting.key} beside what holds it"
            return Planned(acted_on(record, "review"), block=block or Block("shared-kwargs", detail))
        if change.rename:
            steps = self.renaming.renamed(setting, change.rename)
            keys = (
                Step(key.file.path, key.span, ReplaceText(old=setting.key, new=change.rename))
                for key in reads
            )
            return Planned(acted_on(record, "rename", change.rename), (*steps, *keys), setting, block)
        if change.remove and reads:
            detail = f"the program takes {setting.key} out of the same dict at {reads[0].where}"
            return Planned(acted_on(record, "review"), block=block or Block("shared-kwargs", detail))
        placed = self._place_of(setting) if setting.form == "field" and change.remove else ""
        if placed:
            return Planned(acted_on(record, "review"), block=block or Block("shared-kwargs", placed))
        if change.remove:
            return Planned(acted_on(record, "remove"), self.renaming.removed(setting), setting, block)
        new = change.replace.get(source, change.replace.get("*", ""))
        step = Step(setting.value.file.path, setting.value.span, ReplaceExpression(source=new))
        return Planned(acted_on(record, "replace", new), (step,), setting, block)

    def _place_of(self, setting: Setting) -> str:
        """What gives a field by its place, or takes it by that."""
        placed = self.bags.by_place(setting.holder, setting.key)
        if placed is not None:
            return f"{placed.where} gives {setting.key} by its place"
        is_tuple = is_named_tuple(self.linked.know, setting.holder)
        return f"{setting.key} has a place in {setting.holder.value}" if is_tuple else ""

    # -- request defaults of a catalogue -----------------------------------------------------------
