"""Request parameters of a call site against rules/parameters.toml."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

import msgspec

from migrator.decide.receivers import model_arguments
from migrator.decide.requests.bags import Bags
from migrator.decide.requests.refused_values import mapped, named_outside, origins
from migrator.decide.requests.turned import is_given_beside, turned_back, turns_back
from migrator.decide.requests.withheld import Withheld
from migrator.decide.sites import OUTSIDE
from migrator.inventory import Parameter
from migrator.inventory.edit_records import (
    AddEntry,
    AddKeyword,
    DeleteStatement,
    Operation,
    RemoveEntry,
    RemoveKeyword,
    RenameEntry,
    RenameKeyword,
    ReplaceExpression,
    ReplaceText,
)
from migrator.parameternames import applying, is_behind
from migrator.read.scopes import dotted
from migrator.rulebook.api_rules import Takes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.linked import Linked
    from migrator.decide.records import Site
    from migrator.decide.requests.given_parameters import Setting
    from migrator.decide.requests.pins import Pins
    from migrator.inventory import Requirement
    from migrator.inventory.edit_records import Span
    from migrator.know.values import Values
    from migrator.read.nodes import Node
    from migrator.rulebook.api_rules import Call
    from migrator.rulebook.catalog_rules import Catalog, Variant
    from migrator.rulebook.request_rules import Change, ParameterRule


NOTHING = "None"
_ASKED_TWICE = ("Name", "Attribute")
_NULL = "the library sends None as null, which a model that reasons refuses; left out it means the same"


class Step(NamedTuple):
    """One edit's place and operation."""

    path: str
    anchor: Span
    operation: Operation


class Block(NamedTuple):
    """Why a call must stay as it is: a reason of the closed list, a sentence, what must be raised first."""

    reason: str
    detail: str
    requirement: Requirement | None = None


class Planned(NamedTuple):
    """What becomes of a parameter: the record, its edits (none: only reported), or why the call stays.

    `is_optional`: only users of the program give it, so that it stays for what they may name beside it.
    """

    parameter: Parameter
    steps: tuple[Step, ...] = ()
    setting: Setting | None = None
    block: Block | None = None
    is_optional: bool = False


class Requests:
    """Applies parameter rules to call sites under one catalogue; `pins` are the project's own."""

    def __init__(self, linked: Linked, catalog: Catalog, pins: Pins) -> None:
        self.linked = linked
        self.catalog = catalog
        self.pins = pins
        self.bags = Bags(linked)
        self.withheld = Withheld(linked)
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
        planned: list[Planned] = list(self._unasked(site, given))
        open_to = others | self._open_to(site)
        done: set[tuple[str, int]] = set()
        null = self.sender(site).null
        for rule in self._rules(site, variants, families):
            if self._excused(rule, given):
                continue
            if rule.name not in given:
                planned += self._missing(rule, site, open_to | self._named_for(site))
            for setting in settings:
                key = setting.value.file.path, setting.value.index
                if setting.name == rule.name and key not in done and not self._kept(rule, setting, null):
                    done.add(key)
                    planned.append(self._changed(rule, setting, given))
            planned += self._originating(rule, site)
            planned += self._mapping(rule, site, settings)
        defaults = self._defaults(site, variants, families, given)
        return [*planned, *(_only_for(plan, open_to) for plan in defaults)]

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
        self, site: Site, variants: frozenset[str], families: frozenset[str]
    ) -> Iterator[ParameterRule]:
        assert site.receiver is not None
        call = self.sender(site)

        def is_older(requirement: str) -> bool:
            return bool(requirement and self.pins.too_old(requirement, site.call.file.path))

        may_be_behind = any(is_behind(text) for text, _ in site.texts)
        for rule in applying(call, self.rules, is_older, is_behind=may_be_behind):
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
        if any(_is_read(load) for name in names for load in self.linked.project.attribute_loads(name)):
            return True
        return any(n.value in names and n.field == "slice" for n in where.file.of_kind("Constant"))

    def _unasked(self, site: Site, given: dict[str, Setting]) -> Iterator[Planned]:
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
        steps = self._added(site, rule.name, new)
        plan = Planned(record, steps, block=self._blocked(rule, site.call))
        told = self._told(site, new, rule.name) if others and plan.block is None else ()
        if told:
            return [plan._replace(steps=told)]
        return [_only_for(plan, others)] if steps else []

    def _told(self, site: Site, new: str, name: str) -> tuple[Step, ...]:
        """A parameter that is added to a call on a condition on its model, where that is surely a text."""
        call, targets = site.call, [variant.id for variant in self.catalog.variants.values()]
        sort = min(targets, key=len)
        named = next(iter(self._models_at(site)), None) if call.kind == "Call" else None
        if named is None or not all(sort in target for target in targets):
            return ()
        model, values = named
        if any(v.kind == "constant" and v.text is None for v in values):
            model = f"str({model})"
        if (spread := self._open_spread(site)) is not None:
            held = spread.source
            source = f'({{**{held}, "{name}": {new}}} if "{sort}" in {model} else {held})'
            return (Step(call.file.path, spread.span, ReplaceExpression(source=source)),)
        source = f'({{"{name}": {new}}} if "{sort}" in {model} else {{}})'
        return (Step(call.file.path, call.span, AddKeyword(name=f"**{name}", source=source)),)

    def _open_spread(self, site: Site) -> Node | None:
        """What a call spreads that may hold any parameter already, which cannot be given twice then."""
        spread = [k.first for k in site.call.all("keywords") if not k.value and k.first.kind in _ASKED_TWICE]
        is_open = any(request.open for request in self.linked.requests_of(site.call))
        return spread[-1] if spread and is_open else None

    def _models_at(self, site: Site) -> Iterator[tuple[str, Values]]:
        """How the model of a call can be written there again, and what it may be."""
        assert site.receiver is not None
        know, names = self.linked.know, site.receiver.call.model
        frame = know.frames.of(site.call)
        for keyword in site.call.all("keywords"):
            if keyword.first.kind in ("Name", "Attribute"):
                found = know.value(keyword.first, frame)
                if keyword.value in names:
                    yield keyword.first.source, found
                entries = [e for v in found if v.kind == "mapping" for e in know.entries(v) if e.key in names]
                if not keyword.value and entries:
                    values = frozenset(one for entry in entries for one in know.given(entry))
                    yield f'{keyword.first.source}["{entries[0].key}"]', values

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
            asked = self._asked_for(site, setting) if new else None
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

    def _asked_for(self, site: Site, setting: Setting) -> str | None:
        """What asks beside a parameter whether a target is called; an empty text where one surely is."""
        given = next(iter(self._models_at(site)), None) if site.call.kind == "Call" else None
        if given is None:
            assert site.receiver is not None
            named = (site.call.keyword(name) for name in site.receiver.call.model)
            return "" if any(one is not None and one.kind == "Constant" for one in named) else None
        targets = [variant.id for variant in self.catalog.variants.values()]
        model, values = given
        sort = min(targets, key=len)
        if setting.value.scope != site.call.scope or not all(sort in target for target in targets):
            return None
        model = f"str({model})" if any(v.kind == "constant" and v.text is None for v in values) else model
        return f' and "{sort}" in {model}'

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
            return Planned(_with(record, "review"), setting=setting, block=Block("shared-kwargs", detail))
        if source == NOTHING and change.refuses_null:
            record = msgspec.structs.replace(record, action="remove", safety="safe", why=_NULL)
            return Planned(record, self._removed(setting), setting)
        block = self._blocked(rule, setting.value)
        if (block is not None or not change.rename) and self.withheld.by_program(setting.value):
            if block is None and change.remove and not self.withheld.is_asked(setting.value):
                steps = () if self.bags.reads(setting) else self._removed(setting)
                action: Literal["remove", "review"] = "remove" if steps else "review"
                return Planned(_with(record, action), steps, setting, is_optional=True)
            return Planned(_with(record, "review"), setting=setting)
        if change.into:
            return self._moved(_with(record, "replace", change.into), setting, change, block)
        if change.report or (change.rename and self._is_taken(setting, change.rename, given)):
            return Planned(_with(record, "review"), setting=setting, block=block)
        reads = self.bags.reads(setting)
        if change.rename:
            steps = self._renamed(setting, change.rename)
            keys = (
                Step(key.file.path, key.span, ReplaceText(old=setting.key, new=change.rename))
                for key in reads
            )
            return Planned(_with(record, "rename", change.rename), (*steps, *keys), setting, block)
        if change.remove and reads:
            detail = f"the program takes {setting.key} out of the same dict at {reads[0].where}"
            return Planned(_with(record, "review"), block=block or Block("shared-kwargs", detail))
        placed = self.bags.by_place(setting.holder, setting.key) if setting.form == "field" else None
        if change.remove and placed is not None:
            detail = f"{placed.where} gives {setting.key} by its place"
            return Planned(_with(record, "review"), block=block or Block("shared-kwargs", detail))
        if change.remove:
            return Planned(_with(record, "remove"), self._removed(setting), setting, block)
        new = change.replace.get(source, change.replace.get("*", ""))
        step = Step(setting.value.file.path, setting.value.span, ReplaceExpression(source=new))
        return Planned(_with(record, "replace", new), (step,), setting, block)

    def _moved(self, record: Parameter, setting: Setting, change: Change, block: Block | None) -> Planned:
        """A parameter that goes, under its new name, into the dict of what is sent as it is."""
        container, _, new = change.into.partition(".")
        holder, value = setting.holder, setting.value
        is_free = setting.form == "keyword" and holder.keyword(container) is None
        if not is_free or any(not keyword.value for keyword in holder.all("keywords")):
            detail = f"{setting.key} cannot be given as {change.into} at {holder.where}"
            return Planned(
                _with(record, "review"), setting=setting, block=block or Block("capability-lost", detail)
            )
        path = holder.file.path
        steps = (
            Step(path, holder.span, RenameKeyword(name=setting.key, new=container)),
            Step(path, value.span, ReplaceExpression(source=f'{{"{new}": {value.source}}}')),
        )
        return Planned(record, steps, setting, block)

    def _is_taken(self, setting: Setting, new: str, given: dict[str, Setting]) -> bool:
        """Whether a parameter cannot take its new name, as another one has it or is turned into it."""
        if turns_back(setting, new):
            return not turned_back(setting, new)
        return new in given and is_given_beside(setting, given[new])

    def _renamed(self, setting: Setting, new: str) -> tuple[Step, ...]:
        path, span = setting.holder.file.path, setting.holder.span
        match setting.form:
            case "keyword":
                return (Step(path, span, RenameKeyword(name=setting.key, new=new)),)
            case "entry":
                return (Step(path, span, RenameEntry(key=setting.key, new=new)),)
            case "field":
                return tuple(self._field_renamed(setting, new))
        undone = turned_back(setting, new)
        if undone:
            return tuple(Step(path, statement.span, DeleteStatement()) for statement in undone)
        key = _key(setting)
        return (Step(path, key.span, ReplaceText(old=setting.key, new=new)),)

    def _removed(self, setting: Setting) -> tuple[Step, ...]:
        path, span = setting.holder.file.path, setting.holder.span
        match setting.form:
            case "keyword":
                return (Step(path, span, RemoveKeyword(name=setting.key)),)
            case "entry":
                return (Step(path, span, RemoveEntry(key=setting.key)),)
            case "field":
                return tuple(self._field_removed(setting))
        return (Step(path, setting.holder.statement.span, DeleteStatement()),)

    def _field_renamed(self, setting: Setting, new: str) -> Iterator[Step]:
        """A class's field under its new name everywhere: the class, its constructors, its readers."""
        declared = self._declared(setting)
        yield Step(declared.file.path, declared.span, ReplaceExpression(source=new))
        for call, _value in self.bags.constructed(setting.holder, setting.key):
            yield Step(call.file.path, call.span, RenameKeyword(name=setting.key, new=new))
        for load in self.linked.flow.attribute_loads(setting.holder, setting.key):
            base = dotted(load.child("value"))
            yield Step(load.file.path, load.span, ReplaceExpression(source=f"{base}.{new}"))

    def _field_removed(self, setting: Setting) -> Iterator[Step]:
        declared = self._declared(setting)
        yield Step(declared.file.path, declared.statement.span, DeleteStatement())
        for call, _value in self.bags.constructed(setting.holder, setting.key):
            yield Step(call.file.path, call.span, RemoveKeyword(name=setting.key))

    def _declared(self, setting: Setting) -> Node:
        for statement in setting.holder.all("body"):
            target = statement.child("target") if statement.kind == "AnnAssign" else None
            if target is not None and target.value == setting.key:
                return target
        return setting.holder

    # -- request defaults of a catalogue -----------------------------------------------------------

    def _defaults(
        self, site: Site, variants: frozenset[str], families: frozenset[str], given: dict[str, Setting]
    ) -> list[Planned]:
        """Parameters that belong to a variant (Instant is an id and an effort), where the site lacks them."""
        if not families:
            return []
        needed = [
            (name, self.catalog.variants[name]) for name in sorted(variants & set(self.catalog.variants))
        ]
        found = [self._default(site, name, variant, given) for name, variant in needed if variant.defaults]
        differ = [target for _, target in needed if not target.defaults and not self._neutral(target, found)]
        if found and differ:
            record = found[0].parameter
            block = Block("must-move-together", f"variants that differ in {record.name} reach this call")
            return [Planned(record, block=block)]
        return [plan for plan in found if plan.steps or plan.block]

    def _neutral(self, target: Variant, found: list[Planned]) -> bool:
        """Whether a target without defaults behaves alike with and without those of the others."""
        model = next((m for m in self.catalog.models if m.id == target.id), None)
        return model is not None and all(plan.parameter.new == model.default_effort for plan in found)

    def _default(self, site: Site, variant: str, target: Variant, given: dict[str, Setting]) -> Planned:
        assert site.receiver is not None
        [(name, value)] = target.defaults.items()
        name = site.receiver.call.defaults.get(name, name)
        record = Parameter(
            name=name,
            line=site.call.line,
            action="replace",
            new=value,
            rule="GPT55-P900",
            why=f"{variant} is {target.id} with {name}={value}",
        )
        if name in given or any(g.startswith(name + ".") for g in given) or self._takes_object(site):
            return Planned(record)
        if site.receiver.call.kind != "call" and name not in site.receiver.call.defaults.values():
            block = Block(
                "must-move-together", f"{variant} is {target.id} with {name}={value}, to be set by hand"
            )
            return Planned(record, block=block)
        return Planned(record, self._added(site, name, repr(value).replace("'", '"')))

    def _takes_object(self, site: Site) -> bool:
        """Whether a call is handed a model object, or is one's own: what makes it carries the defaults."""
        assert site.receiver is not None
        if site.call.kind != "Call":
            return False
        values = [v for a in model_arguments(site.call, site.receiver.call) for v in self.linked.values.of(a)]
        if any(v.kind == "object" and v.node.kind == "Call" for v in values):
            return True
        makers = {callee.partition("()")[0] for callee in site.receiver.call.callees if "()" in callee}
        return not values and not makers.isdisjoint(self._making)

    @cached_property
    def _making(self) -> frozenset[str]:
        """What makes model objects: calls that rules speak of."""
        return frozenset(c for api in self.linked.rulebook.apis for call in api.call for c in call.callees)

    def _added(self, site: Site, name: str, source: str) -> tuple[Step, ...]:
        """A parameter added beside the model: to the call, or to the body that it sends."""
        name, _, inner = name.partition(".")
        if inner:
            given = site.call.keyword(name) if site.call.kind == "Call" else None
            if given is not None and given.kind == "Dict" and given.all("keys"):
                entry = AddEntry(key=f'"{inner}"', value=source, beside=len(given.all("keys")) - 1)
                return (Step(given.file.path, given.span, entry),)
            source = f'{{"{inner}": {source}}}'
        body = self._sent_body(site) or self.bags.open_display(site.call)
        spread = self._open_spread(site) if site.call.kind == "Call" else None
        if body is None and spread is not None:
            made = ReplaceExpression(source=f'{{**{spread.source}, "{name}": {source}}}')
            return (Step(site.call.file.path, spread.span, made),)
        if body is None:
            return (Step(site.call.file.path, site.call.span, AddKeyword(name=name, source=source)),)
        last = len(body.all("keys")) - 1
        entry = AddEntry(key=f'"{name}"', value=source, beside=last)
        return (Step(body.file.path, body.span, entry),)

    def _sent_body(self, site: Site) -> Node | None:
        """The dict display that is the request, where a call sends one."""
        assert site.receiver is not None
        if not site.receiver.call.nested and site.call.kind == "Call":
            return None
        for setting in self.bags.settings(site):
            if setting.form == "entry" and setting.key in ("messages", "input", "model"):
                return setting.holder
        return None


def _only_for(plan: Planned, others: frozenset[str]) -> Planned:
    """A parameter that is added keeps the call where a model that stays would be sent it too."""
    if not others or not plan.steps:
        return plan
    detail = f"{plan.parameter.name} would be sent to {', '.join(sorted(others))} too"
    return plan._replace(block=Block("must-move-together", detail))


def _key(setting: Setting) -> Node:
    """The string that names an item."""
    if setting.form == "setdefault":
        return setting.holder.all("args")[0]
    target = setting.holder.child("targets")
    key = target.child("slice") if target is not None else None
    return key or setting.holder


def _with(record: Parameter, action: str, new: str = "") -> Parameter:
    return msgspec.structs.replace(record, action=action, new=new)


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


def _is_read(load: Node) -> bool:
    """Whether an attribute is looked into (`choice.logprobs.content`), not a setting of the program's own."""
    base = load.child("value")
    return base is None or base.kind != "Name" or base.value not in ("self", "cls")
