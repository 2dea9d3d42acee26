"""An experiment as a promptfoo configuration: promptfooconfig.yaml and prompt.json.

Sources: the JSON schema of promptfoo's configuration and its documentation (openai; expected outputs).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from migrator.plan import yaml

if TYPE_CHECKING:
    from migrator.plan.records import Arm, Experiment, Grader, Guard

SCHEMA = "https://promptfoo.dev/config-schema.json"
_NORMAL = "s => String(s).toLowerCase().replace(/[^\\p{L}\\p{N}]+/gu, ' ').trim()"


def config(experiment: Experiment) -> str:
    """promptfooconfig.yaml."""
    value: dict[str, Any] = {
        "description": f"{experiment.name}: {experiment.arms[0].model} and {experiment.arms[1].model}",
        "prompts": [{"id": "file://prompt.json", "label": experiment.name}],
        "providers": [_provider(arm, experiment) for arm in experiment.arms],
        "defaultTest": {"assert": [*_asserts(experiment), *_guards(experiment)]},
        "tests": "file://dataset.jsonl",
        "evaluateOptions": {"maxConcurrency": experiment.run.concurrency, "cache": False},
    }
    if experiment.primary.judge_model:
        provider = f"openai:chat:{experiment.primary.judge_model}"
        value["defaultTest"]["options"] = {"provider": provider}
    head = (
        f"# yaml-language-server: $schema={SCHEMA}\n# Made by gpt55-migrate plan; run: npx promptfoo eval\n"
    )
    return head + yaml.dump(value)


def prompt(experiment: Experiment) -> str:
    """prompt.json: the messages, with variables that promptfoo fills."""
    messages = [_message(m.role, m.text, m.images, experiment.endpoint) for m in experiment.messages]
    return json.dumps(messages, indent=2, ensure_ascii=False) + "\n"


def _message(role: str, text: str, images: tuple[str, ...], endpoint: str) -> dict[str, Any]:
    if not images:
        return {"role": role, "content": text}
    if endpoint == "responses":
        parts: list[dict[str, Any]] = [{"type": "input_text", "text": text}]
        parts += [{"type": "input_image", "image_url": url} for url in images]
    else:
        parts = [{"type": "text", "text": text}]
        parts += [{"type": "image_url", "image_url": {"url": url}} for url in images]
    return {"role": role, "content": parts}


def _provider(arm: Arm, experiment: Experiment) -> dict[str, Any]:
    """One arm. `passthrough` goes into the request as it is; promptfoo's own defaults are kept out."""
    kind = "responses" if experiment.endpoint == "responses" else "chat"
    settings: dict[str, Any] = {"omitDefaults": True}
    own = {k: v for k, v in arm.request.items() if k not in ("stream", "seed")}
    settings["passthrough"] = own
    found: dict[str, Any] = {"id": f"openai:{kind}:{arm.model}", "label": f"{arm.name}: {arm.model}"}
    price = experiment.run.usd_per_million.get(arm.model)
    if price is not None:
        settings["inputCost"], settings["outputCost"] = price[0] / 1e6, price[1] / 1e6
    found["config"] = settings
    return found


def _asserts(experiment: Experiment) -> list[dict[str, Any]]:
    found = []
    for grader in experiment.graders:
        found += _assert(grader)
    return found


def _assert(grader: Grader) -> list[dict[str, Any]]:
    if grader.id == "schema":
        return [{"type": "is-json", "metric": "schema", "value": json.loads(grader.schema)}]
    if grader.id == "json":
        return [{"type": "is-json", "metric": "json"}]
    if grader.id == "judge":
        return [
            {
                "type": "llm-rubric",
                "metric": "judge",
                "value": f"{grader.rubric} For this input also: {{{{expected}}}}",
            }
        ]
    if grader.id == "tests":
        return [{"type": "python", "metric": "tests", "value": "len(output.strip()) > 0"}]
    return [{"type": "javascript", "metric": grader.id, "value": _SCRIPTS[grader.id]}]


def _guards(experiment: Experiment) -> list[dict[str, Any]]:
    """Guardrails that look at one answer alone; those that compare both answers stand in `ab report`."""
    return [_guard(g) for g in experiment.guardrails if g.id in ("refusal", "empty")]


def _guard(guard: Guard) -> dict[str, Any]:
    if guard.id == "empty":
        script = "(typeof output === 'string' ? output : JSON.stringify(output)).trim().length > 0"
    else:
        pattern = json.dumps(guard.pattern.removeprefix("(?i)"))
        script = (
            f"!(new RegExp({pattern}, 'i')).test(typeof output === 'string' ? output : "
            f"JSON.stringify(output))"
        )
    return {"type": "javascript", "metric": f"guardrail {guard.id}", "value": script}


_SCRIPTS = {
    "exact": (
        f"const normal = {_NORMAL};\n"
        "let value = output;\n"
        "try { value = typeof value === 'string' ? JSON.parse(value) : value; } catch (error) { /* plain "
        "text */ }\n"
        "if (value && typeof value === 'object' && Object.keys(value).length === 1) value = "
        "Object.values(value)[0];\n"
        "return normal(typeof value === 'object' ? JSON.stringify(value) : value) === "
        "normal(context.vars.expected);"
    ),
    "set": (
        f"const normal = {_NORMAL};\n"
        "const items = s => new Set(String(s).split(/[,;\\n]/).map(normal).filter(Boolean));\n"
        "const got = items(typeof output === 'string' ? output : Object.values(output).flat().join(',')), "
        "want = items(context.vars.expected);\n"
        "const both = [...got].filter(x => want.has(x)).length;\n"
        "const score = got.size + want.size ? 2 * both / (got.size + want.size) : 1;\n"
        "return { pass: score >= 0.5, score, reason: `F1 ${score.toFixed(2)}` };"
    ),
    "fields": (
        f"const normal = {_NORMAL};\n"
        "const got = typeof output === 'string' ? JSON.parse(output) : output;\n"
        "const want = typeof context.vars.expected === 'string' ? JSON.parse(context.vars.expected) : "
        "context.vars.expected;\n"
        "const keys = Object.keys(want);\n"
        "const right = keys.filter(k => normal(JSON.stringify(got[k])) === "
        "normal(JSON.stringify(want[k]))).length;\n"
        "const score = keys.length ? right / keys.length : 1;\n"
        "return { pass: score === 1, score, reason: `${right} of ${keys.length} fields` };"
    ),
    "tool-call": (
        "const calls = Array.isArray(output) ? output : [output];\n"
        "const want = typeof context.vars.expected === 'string' ? JSON.parse(context.vars.expected) : "
        "context.vars.expected;\n"
        "const call = calls.map(c => c.function || c).find(c => c && c.name === want.name);\n"
        "if (!call) return false;\n"
        "const given = typeof call.arguments === 'string' ? JSON.parse(call.arguments) : call.arguments "
        "|| {};\n"
        "return Object.entries(want.arguments || {}).every(([k, v]) => JSON.stringify(given[k]) === "
        "JSON.stringify(v));"
    ),
}
