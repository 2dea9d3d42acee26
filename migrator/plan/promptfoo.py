"""An experiment as a promptfoo configuration: promptfooconfig.yaml and prompt.json.

Sources: the JSON schema of promptfoo's configuration and its documentation (openai; expected outputs).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from migrator.plan import experiment_requests, yaml

if TYPE_CHECKING:
    from migrator.plan.plan_records import Arm, Experiment, Grader, Guard

NO_WEIGHT = 1e-16
"""Of a metric that is shown; one of 0 would be shown as 0."""
SCHEMA = "https://promptfoo.dev/config-schema.json"


def config(experiment: Experiment) -> str:
    """promptfooconfig.yaml."""
    value: dict[str, Any] = {
        "description": f"{experiment.name}: {experiment.arms[0].model} and {experiment.arms[1].model}",
        "prompts": [{"id": "file://prompt.json", "label": experiment.name}],
        "providers": [_provider(arm, experiment) for arm in experiment.arms],
        "defaultTest": {"assert": [*_asserts(experiment), *_guards(experiment), *_priced(experiment)]},
        "tests": "file://dataset.jsonl",
        "evaluateOptions": {"maxConcurrency": experiment.run.concurrency, "cache": False},
    }
    if experiment.primary.judge_model:
        provider = f"openai:chat:{experiment.primary.judge_model}"
        value["defaultTest"]["options"] = {"provider": provider}
    head = (
        f"# yaml-language-server: $schema={SCHEMA}\n# Made by gpt55-migrate plan; run: npx promptfoo eval\n"
    )
    if ungraded(experiment):
        head += f"# Not graded here, but by ab report: {', '.join(ungraded(experiment))}\n"
    return head + yaml.dump(value)


def prompt(experiment: Experiment) -> str:
    """prompt.json: the messages, with variables that promptfoo fills."""
    messages = [experiment_requests.template(m, experiment.endpoint) for m in experiment.messages]
    return json.dumps(messages, indent=2, ensure_ascii=False) + "\n"


def _provider(arm: Arm, experiment: Experiment) -> dict[str, Any]:
    """One arm. `passthrough` goes into the request as it is; promptfoo's own defaults are kept out."""
    kind = "responses" if experiment.endpoint == "responses" else "chat"
    settings: dict[str, Any] = {"omitDefaults": True}
    own = {
        k: v for k, v in experiment_requests.capped(experiment, arm).items() if k not in ("stream", "seed")
    }
    settings["passthrough"] = own
    found: dict[str, Any] = {"id": f"openai:{kind}:{arm.model}", "label": f"{arm.name}: {arm.model}"}
    price = experiment.run.usd_per_million.get(arm.model)
    if price is not None:
        settings["inputCost"], settings["outputCost"] = price[0] / 1e6, price[1] / 1e6
    found["config"] = settings
    return found


def _priced(experiment: Experiment) -> list[dict[str, Any]]:
    """USD by the plan's prices, as a metric that decides nothing: promptfoo prices ids of its own list."""
    arms = {
        f"{arm.name}: {arm.model}": experiment.run.usd_per_million.get(arm.model) for arm in experiment.arms
    }
    prices = {label: (*price, price[0])[:3] for label, price in arms.items() if price is not None}
    if not prices:
        return []
    value = (
        f"const price = {json.dumps(prices)}[context.provider?.label] || [0, 0, 0];\n"
        "const usage = context.providerResponse?.tokenUsage || {};\n"
        "const kept = Math.min(usage.completionDetails?.cacheReadInputTokens || 0, usage.prompt || 0);\n"
        "const came = (usage.prompt || 0) - kept, went = usage.completion || 0;\n"
        "const usd = (came * price[0] + went * price[1] + kept * price[2]) / 1e6;\n"
        "return { pass: true, score: usd, reason: `USD ${usd}` };"
    )
    return [{"type": "javascript", "metric": "usd", "weight": NO_WEIGHT, "value": value}]


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
    if grader.id not in _SCRIPTS:
        return []
    return [{"type": "javascript", "metric": grader.id, "value": script(grader)}]


def script(grader: Grader) -> str:
    """The grader in JavaScript: the same score as `grading.plain` gives."""
    flags = "i" if grader.pattern.startswith("(?i)") else ""
    settings = {
        "tolerance": grader.tolerance,
        "pattern": grader.pattern.removeprefix("(?i)"),
        "flags": flags,
    }
    named = "".join(
        f"const {k} = {json.dumps(v)};\n" for k, v in settings.items() if k in _SCRIPTS[grader.id]
    )
    return _COMMON + named + _SCRIPTS[grader.id]


def ungraded(experiment: Experiment) -> tuple[str, ...]:
    """Graders that promptfoo has no counterpart of: `ab report` grades them."""
    known = {*_SCRIPTS, "schema", "json", "judge"}
    return tuple(grader.id for grader in experiment.graders if grader.id not in known)


def _guards(experiment: Experiment) -> list[dict[str, Any]]:
    """Guardrails that look at one answer alone; those that compare both answers stand in `ab report`."""
    return [_guard(g) for g in experiment.guardrails if g.id == "empty" or (g.pattern and g.id != "pii")]


def _guard(guard: Guard) -> dict[str, Any]:
    text = "(typeof output === 'string' ? output : JSON.stringify(output))"
    if guard.id == "empty":
        found = f"{text}.trim().length > 0 && context.providerResponse?.finishReason !== 'length'"
    else:
        found = f"!(new RegExp({json.dumps(guard.pattern.removeprefix('(?i)'))}, 'i')).test({text})"
    return {"type": "javascript", "metric": f"guardrail {guard.id}", "value": found}


_COMMON = r"""const around = " \t\r\n\"'`\u201c\u201d\u2018\u2019*.,;:!?()[]{}";
const plain = s => (s === null ? 'None' : String(s)).normalize('NFKC').replace(/\u2212/g, '-').toLowerCase();
const normal = s => {
  let t = plain(s);
  while (t && around.includes(t[0])) t = t.slice(1);
  while (t && around.includes(t[t.length - 1])) t = t.slice(0, -1);
  return t.replace(/(?<=[\p{L}\p{N}_])[_-](?=[\p{L}\p{N}_])|\s+/gu, ' ').trim();
};
const decoded = s => {
  if (typeof s !== 'string') return s;
  const fenced = /^\s*```[\w-]*\n([\s\S]*?)\n?```\s*$/.exec(s);
  try { return JSON.parse(fenced ? fenced[1] : s); } catch (error) { return null; }
};
const isObject = v => v !== null && typeof v === 'object' && !Array.isArray(v);
const label = v => {
  const d = decoded(v);
  return isObject(d) && Object.keys(d).length === 1 ? Object.values(d)[0] : v;
};
const same = (a, b) => {
  if (typeof a === 'string' && typeof b === 'string') return normal(a) === normal(b);
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return a === b;
  const keys = Object.keys(a);
  return Array.isArray(a) === Array.isArray(b) && keys.length === Object.keys(b).length
    && keys.every(k => k in b && (typeof a[k] === 'string' ? a[k] === b[k] : same(a[k], b[k])));
};
const text = typeof output === 'string' ? output : JSON.stringify(output);
const expected = context.vars.expected;
const scored = score => ({ pass: score >= 0.5, score, reason: `score ${score.toFixed(3)}` });
"""

_SCRIPTS = {
    "exact": "return scored(Number(normal(label(text)) === normal(label(expected))));",
    "set": """const items = v => {
  let d = decoded(v);
  if (isObject(d)) d = Object.values(d).flat();
  const parts = Array.isArray(d) ? d : String(v).split(/[,;\\n]/);
  return new Set(parts.map(normal).filter(Boolean));
};
const got = items(text), want = items(expected);
const both = [...got].filter(x => want.has(x)).length;
return scored(got.size + want.size ? 2 * both / (got.size + want.size) : 1);""",
    "fields": """const got = decoded(text), want = decoded(expected);
if (!isObject(want) || !Object.keys(want).length) return scored(Number(same(got, want)));
if (!isObject(got)) return scored(0);
const keys = Object.keys(want);
return scored(keys.filter(k => same(got[k] ?? null, want[k])).length / keys.length);""",
    "numeric": """const number = v => {
  const f = label(v);
  if (typeof f === 'number') return f;
  const all = String(f).normalize('NFKC').replace(/\\u2212/g, '-')
    .match(/-?\\d[\\d,]*(?:\\.\\d+)?(?:[eE][-+]?\\d+)?|-?\\.\\d+/g);
  return all ? parseFloat(all[all.length - 1].replace(/,/g, '')) : null;
};
const got = number(text), want = number(expected);
const near = (a, b) => Math.abs(a - b) <= tolerance + 1e-12 * Math.abs(b);
return scored(Number(got !== null && want !== null && near(got, want)));""",
    "regex": "return scored(Number(new RegExp(pattern, flags).test(text)));",
    "tool-call": """const calls = Array.isArray(output) ? output : isObject(output) ? [output] : [];
const want = decoded(expected);
if (!isObject(want)) return scored(Number(!calls.length));
const right = calls.map(c => c.function || c).some(c => {
  const given = decoded(c.arguments || '{}');
  return c.name === want.name && isObject(given)
    && Object.entries(want.arguments || {}).every(([k, v]) => same(given[k] ?? null, v));
});
return scored(Number(right));""",
}
