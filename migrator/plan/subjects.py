"""What there is to compare: call sites that move, one subject for those that share prompt and models."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from migrator.inventory.prompt_records import Message, Prompt, PromptVariable
from migrator.plan.results import digest
from migrator.report.redact import mask

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from migrator.inventory import CallSite, Inventory, Reference
    from migrator.plan.plan_rules import RequestRule
    from migrator.rulebook import Rulebook

CONTEXTS = ("src", "example")
STRONG = 0.6
INPUT = PromptVariable(name="input", source="what the program sends as the user's message")
MESSAGES = PromptVariable(name="messages", source="the whole list of messages, from a recording or a log")
INSTRUCTIONS = PromptVariable(name="instructions", source="the agent's instructions, as the program has them")
TOOLS = PromptVariable(name="tools", source="the list of tools that the request offers, as the API takes it")
LISTS = ("messages", "tools")
_VARIABLE = re.compile(r"\{\{[^{}]*\}\}")
_FIELD = re.compile(r"(?<!\{)\{(\w+)\}(?!\})|\{\{\s*(\w+)\s*\}\}")


class Subject(NamedTuple):
    """Call sites with one prompt, one old model and one new variant (its guide id)."""

    sites: tuple[CallSite, ...]
    prompt: Prompt
    model: str
    variant: str
    references: tuple[Reference, ...]
    lacks: tuple[str, ...] = ()

    @property
    def site(self) -> CallSite:
        return self.sites[0]

    @property
    def content(self) -> str:
        """A digest of what is asked, of which models: what tells experiments of one function apart."""
        prompt = self.prompt
        texts = [(m.role, m.text, list(m.images)) for m in prompt.messages]
        bare = self.site.scope if not any(_constant(m.text) for m in prompt.messages) else ""
        return digest([texts, prompt.request, prompt.response_schema, self.model, self.variant, bare])

    def is_list(self, variable: PromptVariable) -> bool:
        """Whether a variable holds a list as the API takes it."""
        return variable.name in LISTS or variable.kind == "conversation"


class Found(NamedTuple):
    """Subjects; sites that their callers' subjects cover, by `path:line`; references that none proves."""

    subjects: tuple[Subject, ...]
    covered: dict[str, tuple[str, ...]]
    uncovered: tuple[Reference, ...]


def find(inventory: Inventory, read_file: Callable[[str, str], str], rules: RequestRule) -> Found:
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
        prompt = asked_for(with_files(site.prompt or Prompt(messages=()), site.path, read_file), rules)
        for model, variant, ours in _moves(site, references):
            key = _key(site, prompt, model, variant)
            groups.setdefault(key, []).append(site)
            parts.setdefault(key, (prompt, model, variant, []))[3].extend(ours)
    subjects = tuple(
        Subject(
            tuple(groups[key]),
            prompt,
            model,
            variant,
            tuple(ours),
            lacks(prompt) or doubts(groups[key], prompt, rules),
        )
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
    bare = not any(_constant(m.text) for m in prompt.messages)
    return texts, model, variant, prompt.response_schema, site.id if bare else ""


def _constant(text: str) -> str:
    return _VARIABLE.sub("", text).strip()


def asked_for(prompt: Prompt, rules: RequestRule) -> Prompt:
    """The prompt with variables for what only the running program knows: messages, instructions, tools."""
    missing, messages, more = set(prompt.unresolved), list(prompt.messages), []
    if missing & set(rules.instructions) and not any(m.role in ("system", "developer") for m in messages):
        messages.insert(0, Message(role="system", text="{{instructions}}"))
        more.append(INSTRUCTIONS)
    if missing & set(rules.tools) and "tools" not in prompt.request:
        more.append(TOOLS)
    if not any(_constant(m.text) for m in prompt.messages) or not (prompt.variables or more):
        more += [] if MESSAGES.name in {v.name for v in prompt.variables} else [MESSAGES]
        only = all(m.text.strip() == "{{" + v.name + "}}" for m in prompt.messages for v in prompt.variables)
        if only and len(prompt.variables) == 1:
            messages, more = [*messages[:-1], Message(role="user", text="{{messages}}")], [MESSAGES, *more]
            prompt = msgspec.structs.replace(prompt, variables=())
    unique = {v.name: v for v in (*prompt.variables, *more)}
    return msgspec.structs.replace(prompt, messages=tuple(messages), variables=tuple(unique.values()))


def lacks(prompt: Prompt) -> tuple[str, ...]:
    """What the source does not say, so that someone has to: the experiment is not ready before."""
    found = []
    names = {v.name for v in prompt.variables}
    if not any(_constant(m.text) for m in prompt.messages):
        found.append("its prompt is not in the source: `messages` wants the requests of a recording or a log")
    elif names == {MESSAGES.name}:
        found.append(
            "its prompt has no input, so that every request is the same: `messages` wants what varies"
        )
    if INSTRUCTIONS.name in names:
        found.append("the agent's `instructions` are not in the source")
    if TOOLS.name in names:
        found.append("the `tools` of the request are not in the source")
    return tuple(found)


def doubts(sites: Sequence[CallSite], prompt: Prompt, rules: RequestRule) -> tuple[str, ...]:
    """A call that is known as a request by its arguments only, and that says too little to be a prompt."""
    said = sum(len(_constant(m.text).split()) for m in prompt.messages)
    if said >= rules.inferred_words or any(site.api != "inferred" for site in sites):
        return ()
    return ("it may be no request: nothing but its arguments says so; `messages` wants those of a recording",)


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


def stem(subject: Subject) -> str:
    """File and function, so that a name outlives moved lines."""
    site = subject.site
    file = site.path.rpartition("/")[2].removesuffix(".py").removesuffix(".ipynb")
    scope = "" if site.scope in ("<module>", "") else site.scope
    return re.sub(r"[^a-z0-9]+", "-", f"{file}-{scope}".lower()).strip("-")[:60] or "experiment"


def names(subjects: Sequence[Subject], earlier: Mapping[str, str]) -> list[str]:
    """A name for each subject: that of the earlier experiment (name -> content) with its content, else place.

    A call that is added before another takes neither name nor dataset from it.
    """
    found: dict[int, str] = {}
    stems = [stem(subject) for subject in subjects]
    left = dict(earlier)

    def ours(place: int, name: str) -> bool:
        return (
            name == stems[place] or re.fullmatch(re.escape(stems[place]) + r"-[0-9a-f]{4}", name) is not None
        )

    for place, subject in enumerate(subjects):
        same = [n for n, content in left.items() if content == subject.content and ours(place, n)]
        if same:
            found[place] = same[0]
            del left[same[0]]
    for place in range(len(subjects)):
        rest = [n for n in left if ours(place, n)]
        alone = sum(stems[p] == stems[place] for p in range(len(subjects)) if p not in found) == 1
        if place not in found and len(rest) == 1 and alone:
            found[place] = rest[0]
            del left[rest[0]]
    for place, subject in enumerate(subjects):
        taken = {*earlier, *found.values()}
        if place not in found:
            alone = stems.count(stems[place]) == 1 and stems[place] not in taken
            found[place] = stems[place] if alone else _free(f"{stems[place]}-{subject.content[:4]}", taken)
    return [found[place] for place in range(len(subjects))]


def _free(name: str, taken: Collection[str]) -> str:
    number = 2
    wanted = name
    while wanted in taken:
        wanted, number = f"{name}-{number}", number + 1
    return wanted
