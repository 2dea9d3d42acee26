"""Advice on prompts (rules/prompts.toml) as findings: with the line, never an edit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from migrator.decide.recommend.signals import normal, pattern
from migrator.decide.records import Additions
from migrator.inventory import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from migrator.decide.catalogue import Catalogue
    from migrator.decide.plans import Planner
    from migrator.inventory.prompt_records import Message, Prompt
    from migrator.read.ids import IdPattern
    from migrator.read.nodes import Node
    from migrator.rulebook.advice_rules import PromptAdvice

_VARIABLE = re.compile(r"\{\{.*?\}\}")


class Match(NamedTuple):
    """Advice that a message is for; `words` are those of the message (none: it is about all of it)."""

    rule: PromptAdvice
    message: Message
    words: str


def advice(planner: Planner) -> Additions:
    """Findings for the prompts of all calls that move to a known target."""
    adviser = Adviser(planner.engine.rulebook.prompts, planner.engine.linked.pattern)
    found: dict[tuple[str, str, int], Finding] = {}
    for call in planner.recommendations:
        for finding in _of_call(planner, adviser, call):
            found.setdefault((finding.rule, finding.path, finding.line), finding)
    return Additions(findings=list(found.values()))


def _of_call(planner: Planner, adviser: Adviser, call: Node) -> Iterator[Finding]:
    variants = {planner.variants[one.id] for one in planner.by_site[call] if one.id in planner.variants}
    if len(variants) != 1:
        return
    variant = variants.pop()
    prompt = planner.engine.surroundings.wording.prompt(planner.sites[call])
    for match in adviser.of(prompt, variant):
        path = match.message.path or call.file.path
        line = _line(_source(planner, path), match) or call.line
        if _wanted(planner, call, path, line, match.rule.id):
            text = _told(match, planner.engine.catalogue, variant)
            site = planner.site_id(call)
            severity = match.rule.severity
            yield Finding(
                rule=match.rule.id, path=path, line=line, message=text, severity=severity, call_sites=(site,)
            )


class Adviser:
    """Finds the advice that prompts need."""

    def __init__(self, rules: Iterable[PromptAdvice], ids: IdPattern) -> None:
        self.ids = ids
        self.rules = [(rule, pattern(rule.words) if rule.words else None) for rule in rules]

    def of(self, prompt: Prompt, variant: str) -> Iterator[Match]:
        """Advice for a prompt that goes to a variant."""
        for rule, words in self.rules:
            if rule.variants and variant not in rule.variants:
                continue
            if rule.shape == "prose-schema" and prompt.response != "text":
                continue
            for message in prompt.messages:
                if not rule.roles or message.role in rule.roles:
                    found = self._find(rule, words, message.text)
                    if found is not None:
                        yield Match(rule, message, found)

    def _find(self, rule: PromptAdvice, words: re.Pattern[str] | None, text: str) -> str | None:
        """The words that ask for the advice; an empty text where the whole message does."""
        fixed = _VARIABLE.sub(" ", text)
        if rule.shape in ("longer", "shorter"):
            size, bound = len(fixed.strip()), rule.characters or 0
            return "" if (size > bound if rule.shape == "longer" else 0 < size < bound) else None
        if rule.shape == "model-name":
            for _, model in self.ids.finditer(fixed):
                return model
        match = words.search(normal(fixed, "prompt")) if words is not None else None
        return match.group().strip() if match else None


def _told(match: Match, catalogue: Catalogue, variant: str) -> str:
    target = catalogue.targets.get(variant, variant)
    model = catalogue.model(target)
    text = match.rule.message.format(
        variant=target,
        characters=len(match.message.text),
        window=(model.context_window if model else None) or 0,
        length=(model.output_length if model else "") or "see the catalogue",
    )
    return f"{match.rule.title}: {f'{match.words!r} ' if match.words else ''}{text}"


def _wanted(planner: Planner, call: Node, path: str, line: int, rule: str) -> bool:
    """A prompt in a file of its own is advised on where its call is."""
    in_code = path in planner.engine.linked.project.files
    return planner.written(path if in_code else call.file.path, line if in_code else call.line, rule)


def _source(planner: Planner, path: str) -> str:
    linked = planner.engine.linked
    file = linked.project.files.get(path)
    return file.text if file is not None else linked.prompt_files.text(path)


def _line(text: str, match: Match) -> int:
    """The line of the words, looked for from where the message begins; that line if they are split."""
    first = match.message.line
    if not text or not match.words or not first:
        return first
    lines = text.splitlines()
    for number in range(first, min(len(lines), first + match.message.text.count("\n") + 40) + 1):
        if f" {match.words} " in normal(lines[number - 1], "prompt") or match.words in lines[number - 1]:
            return number
    return first
