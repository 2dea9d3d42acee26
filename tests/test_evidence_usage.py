"""`--usage`: exports as their publishers document them, joined to the calls that they are of."""

import csv
import gzip
import io
import json
import time

import msgspec
import pytest
from click.testing import CliRunner

from migrator import pipeline
from migrator.cli import cli
from migrator.discover.owners import owners_below
from migrator.errors import UsageError
from migrator.evidence import exports
from migrator.evidence.measuring import Prices
from migrator.evidence.tally import Known, Sketch
from migrator.evidence.usage import applied, read
from migrator.plan import canary
from migrator.rulebook.rulefiles import load_rulebook
from migrator.settings import Settings

APP = """\
from openai import OpenAI

client = OpenAI()


def summarise(text):
    system = "You summarise long reports for busy readers in three sentences."
    messages = [{"role": "system", "content": system}, {"role": "user", "content": text}]
    return client.chat.completions.create(model="gpt-4o", messages=messages)


def label(ticket):
    return client.chat.completions.create(
        model="gpt-4o-mini", messages=[{"role": "user", "content": ticket}], max_completion_tokens=50
    )


def chat(turns):
    return client.chat.completions.create(model="gpt-5", messages=turns)
"""
SUMMARISE, LABEL, CHAT = "app.py:9", "app.py:13", "app.py:19"
NOW = 1_790_000_000
PROMPT = [
    {"role": "system", "content": "You summarise long reports for busy readers in three sentences."},
    {"role": "user", "content": "A report."},
]


def iso(second):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(NOW + second)) + ".250Z"


# -- one row of each form, as documented -------------------------------------------------------------


def recording(number, site=SUMMARISE, model="gpt-4o", **more):
    """docs/how-to/record.md."""
    return {
        "time": NOW + 60 * number, "pid": 7, "site": site, "scope": "summarise", "endpoint": "chat.completions",
        "model": model, "tokens_in": 1000, "tokens_out": 40, "tokens_cached": 0, "seconds": 2.0,
        "first_byte": 0.5, "status": 200, "streams": False, "images": 0, "retries": 0, "digest": "1", **more,
    }  # fmt: skip


def spend_log(number, **more):
    """github.com/BerriAI/litellm, schema.prisma, model LiteLLM_SpendLogs."""
    return {
        "request_id": f"chatcmpl-{number}", "call_type": "acompletion", "api_key": "88dc28d0f030c55ed4ab77ed8faf098196cb1c",
        "spend": 0.0029, "total_tokens": 1040, "prompt_tokens": 1000, "completion_tokens": 40,
        "startTime": iso(60 * number), "endTime": iso(60 * number + 2), "completionStartTime": iso(60 * number + 1),
        "model": "openai/gpt-4o", "model_id": "", "model_group": "gpt-4o", "api_base": "https://api.openai.com/v1/",
        "user": "u1", "metadata": {}, "cache_hit": "False", "cache_key": "k", "request_tags": [SUMMARISE],
        "team_id": "reports", "end_user": "", "requester_ip_address": None, "messages": {}, "response": {}, **more,
    }  # fmt: skip


def observation(number, **more):
    """api.reference.langfuse.com, schema Observation."""
    return {
        "id": f"obs-{number}", "traceId": "t", "type": "GENERATION", "name": "summarise", "startTime": iso(60 * number),
        "endTime": iso(60 * number + 2), "completionStartTime": iso(60 * number + 1), "model": "gpt-4o",
        "modelParameters": {"temperature": 0.1}, "input": PROMPT, "output": "x", "metadata": {}, "level": "DEFAULT",
        "usage": {"input": 1000, "output": 40, "total": 1040, "unit": "TOKENS"},
        "usageDetails": {"input": 1000, "output": 40, "total": 1040}, "costDetails": {"total": 0.0029}, **more,
    }  # fmt: skip


def blob_observation(number, **more):
    """langfuse.com/docs/api-and-data-platform/features/blob-storage-export-fields."""
    return {
        "id": f"obs-{number}", "trace_id": "t", "type": "GENERATION", "name": "summarise", "level": "DEFAULT",
        "start_time": iso(60 * number).replace("T", " ").rstrip("Z"), "end_time": iso(60 * number + 2).replace("T", " ").rstrip("Z"),
        "provided_model_name": "gpt-4o", "usage_details": {"input": 1000, "output": 40, "total": 1040},
        "cost_details": {"total": 0.0029}, "total_cost": 0.0029, "user_id": "u", "trace_name": "report", "input": PROMPT, **more,
    }  # fmt: skip


def helicone(number, **more):
    """docs.helicone.ai/tools/export; schema HeliconeRequest of POST /v1/request/query."""
    return {
        "request_id": f"req-{number}", "request_created_at": iso(60 * number), "request_model": "gpt-4o", "request_path": "https://oai.helicone.ai/v1/chat/completions",
        "request_user_id": "u", "request_properties": {"Feature": "app.summarise"}, "request_body": {"messages": PROMPT},
        "response_id": "r", "response_created_at": iso(60 * number + 2), "response_status": 200, "delay_ms": 2000, "time_to_first_token": 500,
        "total_tokens": 1040, "prompt_tokens": 1000, "completion_tokens": 40, "prompt_cache_read_tokens": 0, "costUSD": 0.0029, **more,
    }  # fmt: skip


def attribute(key, value):
    kind = "intValue" if isinstance(value, int) else "stringValue"
    return {"key": key, "value": {kind: str(value)}}


def trace(number, **more):
    """opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans, in the JSON encoding of OTLP."""
    given = {
        "gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-4o",
        "gen_ai.response.model": "gpt-4o-2024-08-06", "gen_ai.usage.input_tokens": 1000, "gen_ai.usage.output_tokens": 40,
        "code.file.path": "/srv/service/app.py", "code.line.number": 9, "code.function.name": "summarise", **more,
    }  # fmt: skip
    nano = (NOW + 60 * number) * 10**9
    span = {
        "traceId": "5b8efff798038103d269b633813fc60c", "spanId": f"{number:016x}", "name": "chat gpt-4o", "kind": 3,
        "startTimeUnixNano": str(nano), "endTimeUnixNano": str(nano + 2 * 10**9), "status": {},
        "attributes": [attribute(k, v) for k, v in given.items()],
    }  # fmt: skip
    tool = {
        **span,
        "spanId": f"f{number:015x}",
        "attributes": [attribute("gen_ai.operation.name", "execute_tool")],
    }
    resource = {"attributes": [attribute("service.name", "reports")]}
    return {"resourceSpans": [{"resource": resource, "scopeSpans": [{"scope": {}, "spans": [span, tool]}]}]}


def bucket(number, **more):
    """developers.openai.com/api/reference, GET /v1/organization/usage/completions, grouped by model."""
    result = {
        "object": "organization.usage.completions.result", "input_tokens": 5000, "output_tokens": 200, "input_cached_tokens": 1000,
        "input_audio_tokens": 0, "output_audio_tokens": 0, "num_model_requests": 5, "project_id": "proj_reports", "user_id": None,
        "api_key_id": None, "model": "gpt-4o-2024-08-06", "batch": None, **more,
    }  # fmt: skip
    day = NOW + 86_400 * number
    return {"object": "bucket", "start_time": day, "end_time": day + 86_400, "results": [result]}


def lines(rows):
    return "".join(json.dumps(row) + "\n" for row in rows)


def table(rows, delimiter=","):
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(
        {k: json.dumps(v) if isinstance(v, (dict, list)) else v for k, v in row.items()} for row in rows
    )
    return out.getvalue()


def dashboard(rows):
    """The CSV export of platform.openai.com/usage."""
    flat = [{**{k: v for k, v in row.items() if k != "results"}, **row["results"][0]} for row in rows]
    names = (
        "start_time",
        "end_time",
        "project_id",
        "num_model_requests",
        "user_id",
        "api_key_id",
        "model",
        "batch",
        "input_tokens",
        "output_tokens",
        "input_cached_tokens",
    )
    return table([{name: row[name] for name in names} for row in flat])


EACH = 30
FORMS = {
    "recording": ("requests.jsonl", lambda: lines(map(recording, range(EACH))), "place"),
    "litellm": ("spend.json", lambda: json.dumps(list(map(spend_log, range(EACH)))), "tag"),
    "litellm table": ("spend.csv", lambda: table(list(map(spend_log, range(EACH)))), "tag"),
    "langfuse": ("langfuse.json", lambda: json.dumps({"data": list(map(observation, range(EACH))), "meta": {"page": 1}}), "tag"),
    "langfuse by its prompt": ("langfuse.jsonl", lambda: lines(observation(n, name="llm") for n in range(EACH)), "prompt"),
    "langfuse table": ("langfuse.csv", lambda: table(list(map(observation, range(EACH)))), "tag"),
    "langfuse blob": ("observations_v2.jsonl", lambda: lines(map(blob_observation, range(EACH))), "tag"),
    "helicone": ("helicone.jsonl", lambda: lines(map(helicone, range(EACH))), "tag"),
    "helicone table": ("helicone.csv", lambda: table(list(map(helicone, range(EACH)))), "tag"),
    "otel": ("traces.jsonl", lambda: lines(map(trace, range(EACH))), "place"),
    "publisher": ("usage.json", lambda: json.dumps({"object": "page", "data": list(map(bucket, range(6))), "has_more": False}), "model"),
    "publisher table": ("completions_usage.csv", lambda: dashboard(list(map(bucket, range(6)))), "model"),
    "publisher, indented": ("pretty.json", lambda: json.dumps({"object": "page", "data": list(map(bucket, range(6)))}, indent=2), "model"),
}  # fmt: skip


@pytest.fixture
def project(tmp_path, monkeypatch):
    (tmp_path / "app.py").write_text(APP)
    (tmp_path / "CODEOWNERS").write_text("* @all\napp.py @reports @platform\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


def run(*args):
    return CliRunner().invoke(cli, args)


def scanned(*files):
    options = [part for file in files for part in ("--usage", str(file))]
    done = run("scan", ".", "--format", "json", *options)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def sites(report):
    return {f"{site['path']}:{site['line']}": site for site in report["call_sites"]}


@pytest.fixture(scope="module")
def inventory(tmp_path_factory):
    root = tmp_path_factory.mktemp("project")
    (root / "app.py").write_text(APP)
    return pipeline.review([root], Settings(jobs=1), root=root)


@pytest.mark.parametrize("name", FORMS)
def test_each_form_is_joined_to_the_call_that_it_is_of(inventory, tmp_path, name):
    name_of_file, text, method = FORMS[name]
    file = tmp_path / name_of_file
    file.write_text(text())
    prices = Prices(load_rulebook("guide", []).catalog)
    found = applied(inventory, read([file], inventory), [str(file)], prices, owners_below(tmp_path))
    report = msgspec.json.decode(msgspec.json.encode(found))
    usage, site = report["usage"], sites(report)[SUMMARISE]["measured"]
    assert usage["requests"] == site["requests"] == EACH
    assert usage["joined"] == site["joined"] == {method: EACH}
    assert site["tokens_in"] == 1000 * EACH
    assert site["tokens_out"] == 40 * EACH
    assert set(usage["never"]) == {LABEL, CHAT}
    assert "no usage record" in sites(report)[CHAT]["recommendation"]["reasons"][0]["text"]
    assert not any(usage.get(key) for key in ("broken", "duplicates", "skewed", "unknown"))
    if "publisher" in name:
        assert "in_p95" not in site, "sums of many have no quantiles"
        assert site["tokens_cached"] == 6000
    else:
        assert site["in_p95"] == pytest.approx(1000, rel=0.02)
        assert site["seconds_p95"] == pytest.approx(2.0, rel=0.02)
        assert site["peak"] == 1
        # 30 x (1,000 x 2.50 + 40 x 10) USD / 1,000,000 in a day, 30 days a month
        assert site["usd_before"] == pytest.approx(30 * 30 * 0.0029, rel=0.01)


def test_measured_figures_outrank_guesses(project):
    """The recommended variant is too small for what is sent: the smallest that takes it is written."""
    plain = sites(scanned())[LABEL]["recommendation"]
    assert plain["variant"] == "gpt-5.5-mini"
    rows = [recording(n, LABEL, "gpt-4o-mini", tokens_in=200_000, tokens_out=50) for n in range(EACH)]
    (project / "big.jsonl").write_text(lines(rows))
    report = scanned("big.jsonl")
    told = sites(report)[LABEL]["recommendation"]
    assert told["variant"] == "gpt-5.5-instant"
    texts = [reason["text"] for reason in told["reasons"]]
    assert any("p95 input" in text and "more than gpt-5.5-mini takes" in text for text in texts)
    assert not any("settings pin" in text for text in texts)
    written = [reference["replacement"] for reference in report["references"] if reference["line"] == 14]
    assert written == ["gpt-5.5-instant"]
    assert any("they are cut off" in finding["message"] for finding in report["findings"])
    explained = run("explain", LABEL, "--usage", "big.jsonl").stdout
    assert "settings pin" not in explained
    assert "a month, for 30 requests" in explained
    assert "Never seen in the records" in run("scan", ".", "--usage", "big.jsonl").stdout
    assert explained.index("measured: 30 requests") < explained.index("the old model is")


def test_money_by_folder_and_owner_and_what_may_move_first(project):
    rows = [recording(n, SUMMARISE) for n in range(EACH)]
    rows += [recording(n, LABEL, "gpt-4o-mini", scope="label") for n in range(EACH)]
    rows += [recording(n, "other.py:3", "gpt-4.1") for n in range(10)]
    (project / "all.jsonl").write_text(lines(rows))
    usage = scanned("all.jsonl")["usage"]
    assert usage["by_owner"][0]["name"] == "@reports @platform"
    assert usage["by_owner"][0]["requests"] == 2 * EACH
    assert usage["by_model"][0]["name"] == "gpt-4.1"
    assert usage["joined"] == {"place": 2 * EACH}
    assert usage["first_to_move"] == [LABEL], "the other is not sure"
    assert usage["usd_after"] > usage["usd_before"] > 0
    text = run("review", ".", "-v", "--usage", "all.jsonl").stdout
    assert "86% belong to a call site (60 by place)" in text
    for title in ("A month of each call site", "By owner", "Never seen in the records", "Safe to move first"):
        assert title in text
    for form in ("markdown", "html"):
        assert (
            "A month of each call site" in run("scan", ".", "--format", form, "--usage", "all.jsonl").stdout
        )


def test_the_plan_is_sized_by_what_was_measured(project):
    (project / "all.jsonl").write_text(lines(recording(n, tokens_in=7_000) for n in range(EACH)))
    assert run("plan", ".", "-o", "plan", "--usage", "all.jsonl").exit_code == 0
    plan = json.loads((project / "plan" / "plan.json").read_text())
    (known,) = [e for e in plan["experiments"] if "measured" in e["estimate"]["basis"]]
    assert known["estimate"]["basis"] == "means of 30 measured requests"
    assert known["estimate"]["arms"][0]["tokens_in"] == 7_000


# -- bad input ---------------------------------------------------------------------------------------


def test_what_is_broken_is_counted_and_the_rest_counts(project):
    rows = [spend_log(n) for n in range(EACH)] + [spend_log(n) for n in range(5)]
    rows.append(spend_log(90, startTime=iso(86_400 * 900), endTime=iso(0)))
    rows.append(spend_log(91, status="failure"))
    text = lines(rows) + json.dumps({"something": "else"}) + '\n{"request_id": "cut o'
    (project / "spend.jsonl").write_text(text)
    usage = scanned("spend.jsonl")["usage"]
    assert usage["requests"] == EACH + 2
    assert (usage["duplicates"], usage["skewed"], usage["broken"], usage["unknown"]) == (5, 1, 1, 1)
    whole = gzip.compress(lines(rows * 60).encode())
    (project / "cut.jsonl.gz").write_bytes(whole[: len(whole) * 3 // 4])
    assert scanned("cut.jsonl.gz")["usage"]["broken"] >= 1
    (project / "cut.json").write_text(json.dumps(list(map(observation, range(EACH))))[:-100])
    usage = scanned("cut.json")["usage"]
    assert (usage["requests"], usage["broken"]) == (EACH - 1, 1)


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("gone.csv", None, "gone.csv: there is no such file"),
        ("empty.jsonl", b"", "empty.jsonl: is empty"),
        ("notes.txt", b"hello\nworld\n", "notes.txt: no usage export that is known"),
        ("image.json", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "no usage export that is known"),
        ("other.json", b'{"a": [1, 2, {"b": 3}]}', "no usage export that is known"),
    ],
)
def test_what_is_no_export_is_one_line(project, name, data, told):
    if data is not None:
        (project / name).write_bytes(data)
    done = run("scan", ".", "--usage", name)
    assert done.exit_code == 2
    assert told in done.stderr
    assert done.stderr.count("\n") == 1


def test_rows_come_one_at_a_time(tmp_path):
    """An array is not read as a whole, whatever stands around it."""
    file = tmp_path / "big.json"
    rows = [observation(n, output="x" * 3000, input='[]]{"' * 9) for n in range(1000)]
    file.write_text(json.dumps({"meta": {"total": 3}, "data": rows}, indent=1))
    found = exports.rows(file)
    assert next(found)["id"] == "obs-0"
    assert sum(1 for _ in found) == 999


def test_quantiles_and_what_was_known():
    sketch = Sketch()
    for value in range(1, 10_001):
        sketch.add(value)
    for share in (0.05, 0.5, 0.95):
        assert sketch.quantile(share) == pytest.approx(share * 10_000, rel=0.02)
    known = Known()
    assert not any(known.has(str(n)) for n in range(5_000))
    assert all(known.has(str(n)) for n in range(5_000))


def test_a_canary_is_judged_by_exports_too(tmp_path):
    file = tmp_path / "spend.jsonl"
    file.write_text(lines([spend_log(0), spend_log(1, status="failure"), {"model": "gpt-4o", "score": 0.5}]))
    first, second, third = canary.read([file])
    assert (first.model, first.usd, first.seconds, first.error) == ("gpt-4o", 0.0029, 2.0, "")
    assert second.error
    assert third.score == 0.5
    file.write_text(lines([spend_log(0)]) + "{")
    with pytest.raises(UsageError, match=r"spend.jsonl:2: no record"):
        list(canary.read([file]))
