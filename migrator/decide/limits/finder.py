"""Context limits: found, linked to the models that they were sized for, resized with them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from migrator.decide.flows.number_flow import NumberFlow
from migrator.decide.limits.bounded_things import Bounded, Shapes
from migrator.decide.limits.links import Links, rewritten
from migrator.decide.limits.numbers import Number, numbers
from migrator.decide.limits.resizing import Resized, Resizer
from migrator.decide.meanings import words
from migrator.decide.recommend.costs import Costs
from migrator.decide.records import Additions, Bound, edit_id
from migrator.decide.roles.literal_forms import id_like, ids_given
from migrator.inventory import Finding, Limit
from migrator.inventory.edit_records import Edit
from migrator.read.kinds import COLLECTIONS
from migrator.read.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.flows.flow_uses import Use
    from migrator.decide.limits.links import Served
    from migrator.decide.limits.resizing import Move
    from migrator.decide.plans import Planner
    from migrator.know.origins import Origin
    from migrator.read.nodes import FileFacts, Node
    from migrator.rulebook.vendor_rules import Vendors

Way = tuple[str, "tuple[Origin, ...]"]
"""The position or keyword of an argument, and what its call may call."""
RAISE, LOWER, OUTPUT = "GPT55-L001", "GPT55-L002", "GPT55-L003"
WIDE = 3
"""A number that serves more calls than this, some with models that do not move, is nobody's in particular."""


class Found(NamedTuple):
    """One limit with what becomes of it."""

    number: Number
    shape: Bounded
    served: Served
    resized: Resized

    @property
    def tokens(self) -> int:
        """What it bounds now, in tokens (characters as they stand)."""
        return self.number.value


def limits(planner: Planner) -> Additions:
    """Limits and their edits; a raise or a lowering moves with the ids that ask for it."""
    added = Additions()
    for found in Finder(planner).all() if any(rewritten(planner)) else ():
        added.limits.append(_record(planner, found))
        added.bounds += _bounds(planner, found)
        _act(planner, found, added)
    return added


class Finder:
    """Finds the limits of one planned run."""

    def __init__(self, planner: Planner) -> None:
        self.planner = planner
        self.linked = planner.engine.linked
        self.rules = planner.engine.rulebook.limits
        self.shapes = Shapes(self.linked)
        self.links = Links(planner)
        self._refuted: set[Way] = set()
        self._keyed: dict[Node, bool] = {}
        self.flow = NumberFlow(self.linked.project, self.linked.values)
        self.resizers = {wide: Resizer(self.rules, long_context=wide) for wide in (False, True)}

    def all(self) -> Iterator[Found]:
        """Every limit that serves a model which moves, in order of place."""
        for path in sorted(self.linked.project.files):
            file = self.linked.project.files[path]
            if self.planner.is_live(file):
                yield from self._in_file(file)

    def _in_file(self, file: FileFacts) -> Iterator[Found]:
        for number in sorted(numbers(file, self.rules.smallest), key=lambda n: n.node.index):
            if self.shapes.promising(number) and not self._is_about_a_model(number.node):
                found = self._judge(number)
                if found is not None:
                    yield found

    def _judge(self, number: Number) -> Found | None:
        way = self._way(number.node)
        if way in self._refuted:
            return None
        uses = self.flow.uses(number.node)
        shape = self.shapes.of(number, uses)
        if shape is None and way is not None and self._is_refuted(uses, way):
            self._refuted.add(way)
        served = self.links.of(number.node, uses) if shape is not None else None
        if shape is None or served is None:
            return None
        moves = known_moves(self.planner, served)
        if not moves:
            return None
        if shape.kind == "output" and _exceeds_answers(number.value, moves):
            shape = shape._replace(kind="context-window")
        return Found(number, shape, served, self._resized(number, shape, served, moves))

    def _way(self, node: Node) -> Way | None:
        """Into which functions of the project a number is given, and as what: `env_int("LIMIT", 8_000)`."""
        parent = node.parent
        call = parent.parent if parent is not None and parent.kind == "keyword" else parent
        if parent is None or call is None or call.kind != "Call" or node.field not in ("args", "value"):
            return None
        name = f"#{call.all('args').index(node)}" if parent is call else str(parent.value)
        functions = self.linked.values.of(call.child("func"))
        return (name, functions) if any(value.kind == "function" for value in functions) else None

    def _is_refuted(self, uses: tuple[Use, ...], way: Way) -> bool:
        """Whether what a function does with a number says that none that is given to it is a bound."""
        functions = {value.node for value in way[1]}
        return any(
            len(use.trail) > 1 and use.trail[1].parent in functions and self.shapes.is_other(use)
            for use in uses
        )

    def _resized(self, number: Number, shape: Bounded, served: Served, moves: list[Move]) -> Resized:
        settings = self.planner.engine.settings.at(number.node.file.path)
        resizer = self.resizers[settings.long_context]
        if shape.kind == "output":
            result = resizer.output(number.value, moves, derived=shape.clamp)
        elif shape.unit == "characters":
            result = self._characters(number.value, shape, moves, resizer)
        else:
            result = resizer.input(number.value, moves, from_share=self._share(shape))
        if shape.run:
            result = Resized("keep", None, "it bounds a whole run, not one request")
        elif shape.remainder:
            result = resizer.remainder(result, moves)
        return self._allowed(result, served, settings.context)

    def _share(self, shape: Bounded) -> float:
        """From which share of the old window a number counts as forced by it."""
        if shape.piece:
            return float("inf")
        return self.rules.budget_from if shape.budget else self.rules.forced_from

    def _characters(self, value: int, shape: Bounded, moves: list[Move], resizer: Resizer) -> Resized:
        """A bound in characters keeps its share of the window, since nobody knows how many make a token."""
        rate = self.rules.characters_per_token
        result = resizer.input(value // rate, moves, from_share=self._share(shape), scaled=True)
        if result.new is None:
            return result
        return result._replace(new=result.new * rate // 1_000 * 1_000)

    def _allowed(self, result: Resized, served: Served, wish: str) -> Resized:
        """What the settings and the other models at the same calls allow."""
        if result.new is None:
            return result
        if wish == "keep" or (wish == "fit" and result.action == "raise"):
            return result._replace(action="keep", why=f'{result.why}; kept by context = "{wish}"')
        loose = len(served.sites) > WIDE and result.action == "lower"
        if served.others and (loose or result.action == "raise"):
            return result._replace(action="review", why=f"{result.why}; {served.others[0]}")
        return result

    def _is_keyed_by_model(self, mapping: Node) -> bool:
        if mapping not in self._keyed:
            self._keyed[mapping] = _keyed_by_model(mapping, self.linked.rulebook.vendors)
        return self._keyed[mapping]

    def _is_about_a_model(self, node: Node) -> bool:
        """Whether a number belongs to a table or a branch, which says itself for which model it holds."""
        inner = node
        for above in node.ancestors():
            if above.kind == "Dict" and self._is_keyed_by_model(above):
                return True
            if (
                above.kind in ("If", "IfExp")
                and inner.field in ("body", "orelse")
                and self._tests_model(above)
            ):
                return True
            if above.kind in ("Match", "Lambda", "match_case"):
                return True
            if above.kind == "Call" and (_looks_up(above, inner) or self._falls_back(above, inner)):
                return True
            if above.kind == "Call" and inner.field != "func" and self._is_stated_for_another(above):
                return True
            if above.kind in ("Dict", "Tuple") and self._is_row(above):
                return True
            inner = above
        return False

    def _is_row(self, record: Node) -> bool:
        """Whether a record of a collection, or its columns, names models that do not move."""
        is_row = record.parent is not None and record.parent.kind in COLLECTIONS
        columns = [] if is_row else [one for one in record.all("values") if one.kind in COLLECTIONS]
        parts = [*record.all("values"), *record.all("elts")] if is_row else columns
        texts = [one for part in parts for one in part.among("Constant") if isinstance(one.value, str)]
        named = [one for one in texts if self.linked.mentions(one)]
        return bool(named) and self._moving.isdisjoint(named)

    def _is_stated_for_another(self, call: Node) -> bool:
        """Whether a record names a model that does not move: `Info(name="claude-3", window=200_000)`."""
        if not last_name(call.child("func"))[:1].isupper():
            return False
        named = ids_given(call, self.linked.rulebook.vendors)
        return bool(named) and self._moving.isdisjoint(named)

    @cached_property
    def _moving(self) -> frozenset[Node]:
        return frozenset(
            one.node
            for one in self.planner.judged
            if one.node is not None and one.id in self.planner.variants
        )

    def _falls_back(self, call: Node, argument: Node) -> bool:
        """Whether a number is the `default=` of a helper that looks a model up in a table."""
        if argument.kind != "keyword" or "default" not in words(str(argument.value)):
            return False
        return any(v.kind == "dict" for given in call.all("args") for v in self.linked.values.of(given))

    def _tests_model(self, branch: Node) -> bool:
        test = branch.child("test")
        nodes = [test, *test.descendants()] if test is not None else []
        texts = [n for n in nodes if n.kind == "Constant" and isinstance(n.value, str)]
        if any(id_like(n.value, self.linked.rulebook.vendors) for n in texts):
            return True
        return any(n.kind in ("Name", "Attribute") and self.linked.names.model(str(n.value)) for n in nodes)


def known_moves(planner: Planner, served: Served) -> list[Move]:
    """The known models before and after."""
    catalogue, moves = planner.engine.catalogue, []
    for one in served.moving:
        old = catalogue.model(one.occurrence.model)
        new = planner.after(one)
        if old is not None and new is not None:
            moves.append((old, new))
    for name in served.arrived:
        model = catalogue.model(name)
        if model is not None:
            moves.append((model, model))
    return moves


def _exceeds_answers(value: int, moves: list[Move]) -> bool:
    """Whether a number is too great for an output cap: what is left of a window after the prompt."""
    known = [old.max_output for old, _ in moves if old.max_output is not None]
    return bool(known) and value > max(known)


def _keyed_by_model(mapping: Node, vendors: Vendors) -> bool:
    """Whether some row of a dict display is a model's."""
    keys = [key.value for key in mapping.all("keys") if key.kind == "Constant"]
    return bool(keys) and any(id_like(key, vendors) for key in keys)


def _looks_up(call: Node, value: Node) -> bool:
    """Whether a number is what a look-up in a table or a model's record falls back to.

    `WINDOWS.get(model, 8192)`, `model_info.get("max_input_tokens", 128_000)`.
    """
    func = call.child("func")
    if func is None or func.kind != "Attribute" or func.value != "get" or value.field != "args":
        return False
    arguments = call.all("args")
    if len(arguments) != 2 or arguments[1] != value:
        return False
    return arguments[0].kind != "Constant" or "model" in words(last_name(func.child("value")))


def _bounds(planner: Planner, found: Found) -> list[Bound]:
    """How much a limit lets into the calls that it serves."""
    if found.shape.kind == "output":
        return []
    rate = planner.engine.rulebook.limits.characters_per_token if found.shape.unit == "characters" else 1
    moves = found.resized.action in ("raise", "lower")
    after = found.resized.new if moves and found.resized.new is not None else found.number.value
    return [Bound(call, found.number.value // rate, after // rate) for call in found.served.sites]


# -- records ---------------------------------------------------------------------------------------


def _record(planner: Planner, found: Found) -> Limit:
    resized, full = found.resized, _full(planner, found)
    return Limit(
        path=found.number.node.file.path,
        line=found.number.node.line,
        value=found.number.value,
        kind=found.shape.kind,
        model=found.served.moving[0].occurrence.model,
        new=resized.new if resized.action != "keep" else None,
        action=resized.action,
        why=resized.why,
        usd_before=full[0] if full else 0.0,
        usd_after=full[1] if full else 0.0,
    )


def _act(planner: Planner, found: Found, added: Additions) -> None:
    """An edit where the limit moves; a finding where it should and may not."""
    resized = found.resized
    falls = resized.new is not None and resized.new < found.number.value
    rule = OUTPUT if found.shape.kind == "output" else LOWER if falls else RAISE
    path, line = found.number.node.file.path, found.number.node.line
    if resized.action in ("raise", "lower"):
        if planner.written(path, line, rule):
            added.edits.append(_edit(planner, found, rule))
        elif resized.action == "lower":
            added.findings.append(_finding(planner, found, LOWER))
    elif resized.new is not None and planner.engine.settings.at(path).context != "fit":
        added.findings.append(_finding(planner, found, rule))


def _edit(planner: Planner, found: Found, rule: str) -> Edit:
    number, resized = found.number, found.resized
    assert resized.new is not None
    ids = [one.id for one in found.served.moving]
    planner.groups.join_all(ids)
    path, operation = number.node.file.path, number.operation(resized.new)
    return Edit(
        id=edit_id(path, number.anchor, operation),
        path=path,
        anchor=number.anchor,
        operation=operation,
        group=ids[0],
        why=f"{_named(found)}{number.value:,} -> {resized.new:,}: {resized.why}{_dearer(planner, found)}",
        rule=rule,
        rank=1,
        references=tuple(ids),
        call_sites=tuple(planner.site_id(call) for call in found.served.sites),
    )


def _finding(planner: Planner, found: Found, rule: str) -> Finding:
    resized = found.resized
    assert resized.new is not None
    return Finding(
        rule=rule,
        path=found.number.node.file.path,
        line=found.number.node.line,
        column=found.number.node.span[1] + 1,
        message=f"{_named(found)}{found.number.value:,} could be {resized.new:,}: {resized.why}",
        severity="warning" if rule == LOWER else "note",
        references=tuple(one.id for one in found.served.moving),
        call_sites=tuple(planner.site_id(call) for call in found.served.sites),
    )


def _full(planner: Planner, found: Found) -> tuple[float, float] | None:
    """What one request costs that fills the limit, before and after; none where no price is known."""
    moves = known_moves(planner, found.served)
    if any(price is None for pair in moves for model in pair for price in (model.usd_in, model.usd_out)):
        return None
    rate = planner.engine.rulebook.limits.characters_per_token if found.shape.unit == "characters" else 1
    stays = found.resized.action in ("keep", "review") or found.resized.new is None
    after = found.number.value if stays else found.resized.new
    assert after is not None
    costs = Costs(planner)
    price = costs.output_usd if found.shape.kind == "output" else costs.input_usd
    return (
        max(price(old, found.number.value // rate) for old, _ in moves),
        max(price(new, after // rate) for _, new in moves),
    )


def _dearer(planner: Planner, found: Found) -> str:
    """What a request costs that fills the limit, before and after."""
    full = _full(planner, found)
    if full is None or found.resized.new is None:
        return ""
    return f"; a full one costs ${full[0]:,.2f} before, ${full[1]:,.2f} after"


def _named(found: Found) -> str:
    return f"{found.shape.name} " if found.shape.name else ""
