"""The request parameters of call sites: what changes with the models that will reach each call."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property, partial
from typing import TYPE_CHECKING

import msgspec

from migrator.data.formats import is_data
from migrator.decide.contexts import WRITTEN
from migrator.decide.records import edit_id
from migrator.decide.requests.kept_values import of_plan
from migrator.decide.requests.model_tests import is_guarded, is_tested_for
from migrator.decide.requests.offered import Offered
from migrator.decide.requests.parameter_rules import NOTHING
from migrator.decide.requests.planned_parameters import Block, Planned, Step, literal
from migrator.decide.requests.right_for_both import Conditions
from migrator.decide.requests.spreading import spreading
from migrator.decide.requests.staying_models import StayingModels
from migrator.inventory.edit_records import Edit
from migrator.requests.vendors import named_after
from migrator.rulebook.vendor_rules import TAKES_PARAMETERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.plans import Planner
    from migrator.decide.records import Judged, Site
    from migrator.decide.requests.given_parameters import Setting
    from migrator.know.values import Value
    from migrator.read.nodes import Node
    from migrator.requests.request_records import Request
    from migrator.rulebook.api_rules import Call


class SiteParameters:
    """Plans the parameters of one run's call sites."""

    def __init__(self, planner: Planner) -> None:
        self.planner = planner
        self.targets = planner.engine.catalogue.targets
        self.models = StayingModels(planner)
        starts = [start for one in planner.engine.catalogue.catalog.families for start in one.starts]
        self.conditions = Conditions(tuple(self.targets.values()), starts, partial(_moved, planner))

    @property
    def offered(self) -> Offered:
        """What the packages of the project offer; not kept, so that the planner can be let go of at once."""
        return Offered(self.planner.engine.linked, self.planner.engine.contexts)

    def of(self, call: Node) -> list[Planned]:
        """The parameters of a call with what the new models make of them."""
        site = self.planner.sites[call]
        if site.receiver is None or site.is_elsewhere:
            return []
        moving = {self.planner.variants[one.id] for one in self.models.moving(call)}
        moving |= self.planner.arriving.get(call, set())
        arrived = {name for name, target in self.targets.items() if self.models.calls(site, target)}
        if not moving and not arrived:
            return []
        families = {
            self.planner.engine.catalogue.family(one.occurrence.model) for one in self.models.moving(call)
        }
        variants = frozenset(moving | arrived)
        plans = self.planner.requests.plan(site, variants, frozenset(families), self.models.staying(site))
        reached = [plan for plan in plans if not self._is_unreached(call.file.path, plan)]
        reached = [plan for plan in reached if not self._is_for_another(site, plan)]
        reached = [plan for plan in reached if not self._is_of_another(call, plan)]
        reached = [plan for plan in reached if not self._is_never_given(call, plan)]
        reached = list(self._own(site, reached))
        if not moving:
            reached = [plan for plan in reached if not is_guarded(self.planner.engine.linked, plan)]
        shared = [self._shared(call, plan) for plan in reached]
        if call in self.planner.loose and not self.planner.by_site[call]:
            return [told for plan in shared if (told := self._on_condition(call, plan)) is not None]
        is_offered = not (families or arrived or moving - self.planner.offered.get(call, set()))
        left = [(plan, self._left_out(call, plan, is_offered=is_offered)) for plan in shared]
        both = [(plan, why, self._on_condition(call, plan) if why else plan) for plan, why in left]
        keys = {
            plan.setting.key: plan.parameter.new
            for plan, _, told in both
            if told is None and plan.setting is not None and plan.parameter.action in ("remove", "rename")
        }
        made = [told or self._only_for_new(call, plan, why, keys) for plan, why, told in both]
        return [self._asked_for(plan) if moving else plan for plan in made]

    def _asked_for(self, plan: Planned) -> Planned:
        """A plan, or why its call stays: a test that goes by a value which would be sent no more."""
        asked = (one for one in of_plan(self.planner, plan) if one.is_asked) if plan.block is None else ()
        for one in asked:
            detail = (
                f"`{one.name}` at {one.node.where} goes by {plan.parameter.name}, which would be sent no more"
            )
            return plan._replace(block=Block("must-move-together", detail))
        return plan

    def _left_out(self, call: Node, plan: Planned, *, is_offered: bool) -> str:
        """Who would be given a parameter no more that goes for a new id; nothing where it goes for all."""
        gone = self._is_for_all(plan) and plan.steps and not plan.block
        if not gone or plan.setting is None or literal(plan.setting.value) == NOTHING:
            return ""
        if others := self._others(call, plan, plan.setting):
            return others
        if plan.parameter.action == "rename":
            return self._renamed_for(call, plan)
        if is_offered:
            return "no model, and none moves here"
        if plan.is_optional:
            return _OUTSIDE
        models = self._sent_with(call, plan)
        judged = [one for one in self.planner.judged if one.id in self.planner.variants]
        file, moving = plan.setting.value.file, frozenset(one.node for one in judged)
        if is_data(file.path) and any(one.file is file for one in judged):
            return ""
        if not self._sending(call, plan) and not self._is_made_here(call):
            return _OUTSIDE
        stay = sorted(str(v.text) for v in models if v.text and not self.models.goes(v, call, moving))
        if stay:
            return f"{stay[0]} no more, which takes it"
        is_tested = any(v.kind == "constant" and v.more and self.models.is_tested(v, call) for v in models)
        unsolved = self.planner.sites[call].unresolved if not models else ()
        is_open = is_tested or unsolved or any(v.kind == "open" for v in models)
        return _OUTSIDE if is_open or self._is_public(call, plan) else ""

    def _others(self, call: Node, plan: Planned, setting: Setting) -> str:
        """Who else is given a parameter there, and does not go by a test at the call that moves."""
        elsewhere = self.planner.engine.linked.staying.get((setting.holder, setting.key))
        if elsewhere is not None:
            return f"is also given to the call at {elsewhere.where}, for a model that stays"
        if plan.parameter.action != "rename":
            return ""
        sending, new = self._sending(call, plan), plan.parameter.new
        return _BY_OTHERS if self.offered.is_taken_by_others(setting, new, call, sending) else ""

    def _is_of_another(self, call: Node, plan: Planned) -> bool:
        """Whether a parameter is given in code that is named after another vendor, and the call is not."""
        names, place = self.planner.engine.linked.names, plan.setting
        whose = named_after(place.holder, names) if place is not None else ""
        return whose not in ("", named_after(call, names))

    def _is_never_given(self, call: Node, plan: Planned) -> bool:
        """Whether a parameter stands where no request of a call comes from, as far as these are all known."""
        setting, requests = plan.setting, self.planner.engine.linked.requests_of(call)
        if setting is None or setting.form != "entry" or not requests or setting.holder.inside(call):
            return False
        if any(request.open or request.is_too_much for request in requests):
            return False
        entries = [given.entry for request in requests for given in request.parameters]
        return bool(entries) and all(setting.holder != e.holder and setting.value != e.node for e in entries)

    def _is_for_all(self, plan: Planned) -> bool:
        """Whether a change is one that other models may not take: it goes, gets another name or any value."""
        if plan.parameter.action != "replace":
            return plan.parameter.action in ("remove", "rename")
        return any(
            r.id == plan.parameter.rule and "*" in r.change.replace for r in self.planner.requests.rules
        )

    def _renamed_for(self, call: Node, plan: Planned) -> str:
        """Whose models would be given a parameter by a name that may be this vendor's alone."""
        linked, sending = self.planner.engine.linked, self._sending(call, plan)
        if not sending and not self._is_made_here(call):
            return _OUTSIDE
        moving = frozenset(one.node for one in self.planner.judged if one.id in self.planner.variants)
        models = [
            v for one in sending for v in one.models if not (v.text and self.models.goes(v, call, moving))
        ]
        others = sorted(v.text for v in models if v.text and not linked.is_of_vendor(v.text))
        if others:
            return f"{others[0]} by another name, which it may not know"
        to = {one.vendor for one in linked.requests_of(call)}
        own = {*TAKES_PARAMETERS}
        is_anybodys = any(one.is_anybodys for one in sending) or not to & own or bool(to - own - {""})
        holder = plan.setting.holder if plan.setting is not None else None
        is_sent_anywhere = holder is not None and self.offered.is_addressed(call, holder)
        if is_sent_anywhere and self._is_public(call, plan):
            return _OUTSIDE
        return _OUTSIDE if models and is_anybodys else ""

    def _is_made_here(self, call: Node) -> bool:
        """Whether a call's client, its address or its line of a batch is for this vendor's endpoint."""
        site, receivers = self.planner.sites[call], self.planner.engine.linked.receivers
        receiver = site.receiver
        if call.kind == "Dict" and site.texts and not site.unresolved:
            return True
        if receiver is None or receiver.call.url:
            return receiver is not None and bool(receivers.addresses(call))
        return receiver.client is not None and receiver.note == ""

    def _is_public(self, call: Node, plan: Planned) -> bool:
        """Whether other programs may name the model that a parameter is sent with."""
        naming = {e.node for request in self._sending(call, plan) for e in request.naming if e.node}
        return plan.setting is not None and self.offered.is_named(naming, plan.setting.holder)

    def _only_for_new(self, call: Node, plan: Planned, left: str, keys: dict[str, str]) -> Planned:
        told, is_offered = None, call in self.planner.offered
        if plan.setting is not None and left == self._others(call, plan, plan.setting) != "":
            return self._at_call(call, plan, keys) or self._held(plan, plan.setting, left)
        if plan.is_optional:
            record = msgspec.structs.replace(plan.parameter, action="review")
            return self._at_call(call, plan, keys) or plan._replace(parameter=record, steps=())
        if not is_offered:
            is_under = plan.setting is not None and any(
                n.kind == "If" for n in plan.setting.value.ancestors()
            )
            told = self._at_call(call, plan, keys) if is_under else None
            is_tested = is_tested_for(self.planner, call, plan)
            told = told or (plan if is_tested else self._at_call(call, plan, keys))
        if told is not None:
            return told
        return plan._replace(block=Block("shared-kwargs", f"{plan.parameter.name} would be given to {left}"))

    def _on_condition(self, call: Node, plan: Planned) -> Planned | None:
        rule, is_text = self._rule(call), self._is_text(call, plan)
        if rule is None or self._is_given_later(call, plan, rule):
            return None
        naming = [entry for one in self._sending(call, plan) for entry in one.naming]
        return self.conditions.of(plan, call, rule, naming, is_text=is_text)

    def _is_given_later(self, call: Node, plan: Planned, rule: Call) -> bool:
        """Whether a call may be given another model than the one that is named where a parameter is given."""
        setting, know = plan.setting, self.planner.engine.linked.know
        asked = self.conditions.asked_of(setting, call, rule) if setting is not None else None
        if setting is None or asked is None or setting.holder.inside(call):
            return False
        for request in self._sending(call, plan):
            if request.naming and all(entry.node is asked for entry in request.naming):
                continue
            frames = (one.entry.frame for one in request.parameters if one.entry.node == setting.value)
            for frame in frames:
                named = {_meant(value) for value in know.value(asked, frame)}
                if any(_meant(value) not in named for value in request.models):
                    return True
        return False

    def _at_call(self, call: Node, plan: Planned, keys: dict[str, str]) -> Planned | None:
        """A parameter that comes from elsewhere, left out or renamed at the call for the new models."""
        linked, rule = self.planner.engine.linked, self._rule(call)
        holder = spreading(linked, call, rule) if rule is not None else None
        if rule is None or holder is None:
            return None
        naming = sorted({str(entry.key) for one in linked.requests_of(call) for entry in one.naming})
        asked = self.conditions.asked_at(holder, rule, naming)
        is_text = self._is_text(call, plan)
        return self.conditions.at_call(plan, holder, asked, keys, is_text=is_text) if asked else None

    def _rule(self, call: Node) -> Call | None:
        receiver = self.planner.sites[call].receiver
        return receiver.call if receiver is not None else None

    def _is_text(self, call: Node, plan: Planned) -> bool:
        """Whether the model that comes with a parameter is surely a text."""
        models = self._sent_with(call, plan)
        texts = [v for v in models if v.kind == "constant" and v.text is not None]
        told = [v for v in models if v.kind == "open" and v.data in ("environment", "caller outside")]
        return bool(texts) and len(texts) + len(told) == len(models)

    def _sent_with(self, call: Node, plan: Planned) -> set[Value]:
        """The models of the requests that are given a parameter by just this place, else of all."""
        return {value for request in self._sending(call, plan) for value in request.models}

    def _sending(self, call: Node, plan: Planned) -> list[Request]:
        requests = self.planner.engine.linked.requests_of(call)
        place = plan.setting.value if plan.setting is not None else None
        return [r for r in requests if any(given.entry.node == place for given in r.parameters)] or requests

    def _shared(self, call: Node, plan: Planned) -> Planned:
        """A parameter that is also given to a call which stays keeps both as they are."""
        setting = plan.setting
        if setting is None or not plan.steps:
            return plan
        key = setting.holder, setting.key
        is_told = key in self.planner.engine.linked.staying
        if is_told or not setting.shared or plan.parameter.action == "rename":
            return plan
        for other in self._receiving.get(key, ()):
            if other != call and self.models.stays(other):
                return self._held(plan, setting, f"is also given to the call at {other.where}, which stays")
        return plan

    def _held(self, plan: Planned, setting: Setting, why: str) -> Planned:
        """A parameter that must not change: told where it is not always given, else the call stays for it."""
        detail = f"{plan.parameter.name} {why}"
        conditional = any(above.kind == "If" for above in setting.value.ancestors())
        if conditional or self.planner.engine.contexts.of(setting.holder.file.path) not in WRITTEN:
            record = msgspec.structs.replace(plan.parameter, action="review", why=detail)
            return plan._replace(parameter=record, steps=())
        return plan._replace(block=Block("shared-kwargs", detail))

    @cached_property
    def _receiving(self) -> dict[tuple[Node, str], list[Node]]:
        """Which calls each shared parameter is given to."""
        found: dict[tuple[Node, str], list[Node]] = defaultdict(list)
        for call, site in self.planner.sites.items():
            if site.receiver is not None:
                for setting in self.planner.requests.bags.settings(site):
                    if setting.shared:
                        found[setting.holder, setting.key].append(call)
        return found

    def _own(self, site: Site, plans: list[Planned]) -> Iterator[Planned]:
        """The parameters without those of other models' requests that come to the same `fn(**kwargs)`."""
        if not any(plan.setting is not None and plan.setting.request is not None for plan in plans):
            yield from plans
            return
        given = self.planner.requests.bags.settings(site)
        others = self.models.others(site, {one.request for one in given if one.request is not None})
        for plan in plans:
            setting = plan.setting
            within = {one.request for one in given if setting is not None and one.value == setting.value}
            if setting is None or not within & others:
                yield plan
            elif within - others:
                yield self._held(plan, setting, "is also given to a request for a model that stays")

    def _is_unreached(self, path: str, plan: Planned) -> bool:
        """Whether a parameter is set in code that no id that moves gets to."""
        value = plan.setting.value if plan.setting is not None else None
        here, line = (value.file.path, value.line) if value is not None else (path, plan.parameter.line)
        return any(file == here and span[0] <= line <= span[2] for file, span in self.planner.unreached)

    def edit(self, call: Node, plan: Planned, step: Step, group: str, moving: list[Judged]) -> Edit:
        """One step of a parameter's change."""
        parameter = plan.parameter
        fixing = self.planner.engine.settings.at(step.path).parameters == "fix"
        wanted = fixing and self.planner.written(step.path, parameter.line, parameter.rule)
        return Edit(
            id=edit_id(step.path, step.anchor, step.operation),
            path=step.path,
            anchor=step.anchor,
            operation=step.operation,
            group=group,
            why=f"{parameter.name}: {parameter.why}",
            rule=parameter.rule,
            safety=parameter.safety,
            rank=3,
            references=tuple(one.id for one in moving),
            call_sites=(self.planner.site_id(call),),
            selected=wanted,
        )

    def _is_for_another(self, site: Site, plan: Planned) -> bool:
        """Whether a parameter stands in another request: beside a `prompt`, for a call with `messages`."""
        if plan.setting is None or plan.setting.form != "entry" or site.receiver is None:
            return False
        prompts = set(self.planner.engine.linked.names.listed("chat-or-completion"))
        beside, own = {key.value for key in plan.setting.holder.all("keys")}, set(site.receiver.call.prompt)
        return bool(beside & (prompts - own)) and bool(own & prompts) and not beside & own


def _moved(planner: Planner, node: Node) -> str | None:
    """The source of a text once its id has moved."""
    one = next((one for one in planner.judged if one.node == node), None)
    variant = planner.variants.get(one.id) if one is not None else None
    target = planner.engine.catalogue.targets[variant] if variant else ""
    return node.source.replace(one.occurrence.model, target) if one is not None and variant else None


def _meant(value: Value) -> object:
    """What a model is, wherever it is the same."""
    return value.text if value.text is not None else (value.kind, value.node)


_BY_OTHERS = "may be given to an object which does not know it by another name"
_OUTSIDE = "no model that is named from outside"
