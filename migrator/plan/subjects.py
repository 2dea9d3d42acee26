"""What there is to compare: call sites that move, one subject for those that share prompt and models."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from migrator.inventory import Message, Prompt, PromptVariable
from migrator.report.redact import mask

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from migrator.inventory import CallSite, Inventory, Reference
    from migrator.rulebook import Rulebook

CONTEXTS = ("src", "example")
STRONG = 0.6
INPUT = PromptVariable(name="input", source="what the program sends as the user's message")
_VARIABLE = re.compile(r"\{\{[^{}]*\}\}")
_FIELD = re.compile(r"(?<!\{)\{(\w+)\}(?!\})|\{\{\s*(\w+)\s*\}\}")


class Subject(NamedTuple):
    """Call sites with one prompt, one old model and one new variant (its guide id)."""

    sites: tuple[CallSite, ...]
    prompt: Prompt
    model: str
    variant: str
    references: tuple[Reference, ...]

    @property
    def site(self) -> CallSite:
        return self.sites[0]


class Found(NamedTuple):
    """Subjects; sites that their callers' subjects cover, by `path:line`; references that none proves."""

    subjects: tuple[Subject, ...]
    covered: dict[str, tuple[str, ...]]
    uncovered: tuple[Reference, ...]


def find(inventory: Inventory, read_file: Callable[[str, str], str]) -> Found:
    """The subjects of an inventory; `read_file(source path, name)` gives a prompt file's text, or nothing."""
    references = {r.id: r for r in inventory.references}
    sites = [s for s in inventory.call_sites if _moving(s, references)]
    behind: dict[str, list[CallSite]] = {}
    for site in sites:
        if site.prompt is not None and site.prompt.via:
            behind.setdefault(site.prompt.via, []).append(site)
    covered = {
        f"{s.path}:{s.line}": behind[f"{s.path}:{s.line}"] for s in sites if f"{s.path}:{s.line}" in behind
    }
    groups: dict[tuple[object, ...], list[CallSite]] = {}
    parts: dict[tuple[object, ...], tuple[Prompt, str, str, list[Reference]]] = {}
    for site in sites:
        if f"{site.path}:{site.line}" in covered or not sends(site):
            continue
        prompt = with_files(site.prompt or Prompt(messages=()), site.path, read_file)
        for model, variant, ours in _moves(site, references):
            key = _key(site, prompt, model, variant)
            groups.setdefault(key, []).append(site)
            parts.setdefault(key, (prompt, model, variant, []))[3].extend(ours)
    subjects = tuple(
        Subject(tuple(groups[key]), prompt, model, variant, tuple(ours))
        for key, (prompt, model, variant, ours) in parts.items()
    )
    proved = {r.id for subject in subjects for r in subject.references}
    missing = tuple(r for r in inventory.references if _moves_here(r) and r.id not in proved)
    return Found(subjects, {k: tuple(s.id for s in v) for k, v in covered.items()}, missing)


def sends(site: CallSite) -> bool:
    """Whether a site is a request, as far as one can tell: a rule knows it, or it is given a prompt."""
    return site.api != "inferred" or (site.prompt is not None and bool(site.prompt.messages))


def _key(site: CallSite, prompt: Prompt, model: str, variant: str) -> tuple[object, ...]:
    """Sites with one prompt share a subject, and those of one folder whose prompts are not known."""
    if site.prompt is None or not site.prompt.messages:
        return "unknown", site.path.rpartition("/")[0], model, variant
    texts = tuple((m.role, m.text, m.images) for m in prompt.messages)
    bare = not any(_VARIABLE.sub("", m.text).strip() for m in prompt.messages)
    return texts, model, variant, prompt.response_schema, site.id if bare else ""


def _moves_here(reference: Reference) -> bool:
    return reference.action == "rewrite" and reference.context in CONTEXTS and not reference.suppressed


def _moving(site: CallSite, references: dict[str, Reference]) -> bool:
    return any(_moves_here(references[r]) for r in site.references if r in references)


def _moves(site: CallSite, references: dict[str, Reference]) -> list[tuple[str, str, list[Reference]]]:
    found: dict[tuple[str, str], list[Reference]] = {}
    for name in site.references:
        reference = references.get(name)
        if reference is not None and _moves_here(reference):
            found.setdefault((reference.model, reference.variant), []).append(reference)
    return [(model, variant, ours) for (model, variant), ours in found.items()]


def with_files(prompt: Prompt, source: str, read_file: Callable[[str, str], str]) -> Prompt:
    """The prompt with the text of prompt files for their variables, and an input to work on."""
    messages, variables, missing = list(prompt.messages), [], list(prompt.unresolved)
    for variable in prompt.variables:
        text = read_file(source, variable.path) if variable.kind == "file" else ""
        if not text:
            variables.append(variable)
            missing += [f"the file {variable.path}"] if variable.kind == "file" else []
            continue
        text, names = _fields(mask(text), variable.fields)
        variables += [PromptVariable(name=n, source=f"{{{n}}} in {variable.path}") for n in names]
        mark = "{{" + variable.name + "}}"
        messages = [msgspec.structs.replace(m, text=m.text.replace(mark, text)) for m in messages]
    if all(m.role == "system" for m in messages):
        messages.append(Message(role="user", text="{{input}}"))
        variables.append(INPUT)
    unique = {v.name: v for v in variables}
    return msgspec.structs.replace(
        prompt,
        messages=tuple(messages),
        variables=tuple(unique.values()),
        unresolved=tuple(missing),
        complete=not missing,
    )


def _fields(text: str, filled: bool) -> tuple[str, list[str]]:
    """A prompt file as a template, and its variables; braces that the program does not fill stay text."""
    if not filled:
        return text.replace("{{", '{{ "{{" }}'), []
    names = list(dict.fromkeys(a or b for a, b in _FIELD.findall(text)))
    return _FIELD.sub(lambda m: "{{" + (m[1] or m[2]) + "}}", text), names


def uses(site: CallSite, rulebook: Rulebook) -> tuple[str, ...]:
    """The uses that the ledger speaks of with some weight, strongest first."""
    by_signal = {signal.id: signal.use for signal in rulebook.usecases.signal}
    weights: dict[str, float] = {}
    for reason in site.recommendation.reasons if site.recommendation else ():
        use = by_signal.get(reason.rule)
        if use is not None:
            weights[use] = weights.get(use, 0.0) + reason.weight
    least = STRONG * max(weights.values(), default=0.0)
    return tuple(sorted((u for u in weights if weights[u] >= least), key=lambda use: (-weights[use], use)))


def names(subjects: Iterable[Subject]) -> list[str]:
    """A name for each subject, from file and function, so that it outlives moved lines."""
    taken: dict[str, int] = {}
    found = []
    for subject in subjects:
        site = subject.site
        stem = site.path.rpartition("/")[2].removesuffix(".py").removesuffix(".ipynb")
        scope = "" if site.scope in ("<module>", "") else site.scope
        name = re.sub(r"[^a-z0-9]+", "-", f"{stem}-{scope}".lower()).strip("-")[:60] or "experiment"
        taken[name] = taken.get(name, 0) + 1
        found.append(name if taken[name] == 1 else f"{name}-{taken[name]}")
    return found
