"""Every kind of secret that people write into programs is masked; names, labels and model ids are not."""

from __future__ import annotations

import time

import pytest

from migrator.pipeline import migrate
from migrator.report import redact
from migrator.report.secrets import RULES
from migrator.settings import Settings

KINDS = {
    "plain assign": 'password = "hunter2-hunter2"',
    "annotated": 'password: str = "hunter2-hunter2"',
    "annotated opt": 'api_key: Optional[str] = "hunter2-hunter2"',
    "annotated final": 'API_KEY: Final[str] = "hunter2-hunter2"',
    "parenthesised": 'password = ("hunter2-hunter2")',
    "paren annotated": 'password: str = (\n    "hunter2-hunter2")',
    "tuple": 'password = (\n "hunter2-hunter2"\n)',
    "getenv": 'os.getenv("API_KEY", "hunter2-hunter2")',
    "environ.get": 'os.environ.get("DB_PASSWORD", "hunter2-hunter2")',
    "getenv default": 'os.getenv("API_KEY", default="hunter2-hunter2")',
    "environ setdefault": 'os.environ.setdefault("API_KEY", "hunter2-hunter2")',
    "env or": 'password = os.getenv("X") or "hunter2-hunter2"',
    "spaces": 'password = "correct horse battery staple"',
    "spaces2": 'passphrase = "correct horse battery"',
    "dict": '{"password": "hunter2-hunter2"}',
    "dict single": "{'client_secret': 'hunter2-hunter2'}",
    "kw": 'connect(password="hunter2-hunter2")',
    "kw bytes": 'connect(password=b"hunter2-hunter2")',
    "item": 'cfg["password"] = "hunter2-hunter2"',
    "attr": 'self.password = "hunter2-hunter2"',
    "getattr": 'setattr(x, "password", "hunter2-hunter2")',
    "walrus": '(password := "hunter2-hunter2")',
    "compare": 'if password == "hunter2-hunter2":',
    "param default": 'def f(password: str = "hunter2-hunter2"):',
    "yaml": "password: hunter2-hunter2",
    "yaml q": 'password: "hunter2-hunter2"',
    "toml": "password = 'hunter2-hunter2'",
    "dotenv": "API_KEY=hunter2-hunter2",
    "export": "export DB_PASSWORD=hunter2-hunter2",
    "cli": "--password hunter2-hunter2",
    "cli=": "--password=hunter2-hunter2",
    "fstring": 'password = f"hunter2-hunter2"',
    "short pw": 'pwd = "hunter2"',
    "passwd": 'passwd = "hunter2-hunter2"',
    "pin": 'secret = "p@ss w0rd!"',
    "escaped": '\\"password\\": \\"hunter2-hunter2\\"',
    "triple": 'password = """hunter2-hunter2"""',
    "concat": 'password = "" "hunter2-hunter2"',
    "pem": "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEAhunter2\nabc\n-----END RSA PRIVATE KEY-----",
    "pem cut": "-----BEGIN PRIVATE KEY-----\nMIIEpAIBAAhunter2",
    "pem one": 'KEY = "-----BEGIN EC PRIVATE KEY-----\\nMIIhunter2\\n-----END"',
    "slack hook": "https://hooks.slack.com/services/T00000000/B00000000/hunter2hunter2",
    "discord hook": "https://discord.com/api/webhooks/123456789012345678/hunter2hunter2hunter2",
    "teams hook": "https://x.webhook.office.com/webhookb2/hunter2-1111-2222/IncomingWebhook/hunter2hunter2",
    "telegram": "123456789:AAhunter2hunter2hunter2hunter2hunter2",
    "sendgrid": "SG.hunter2hunter2hunter2.hunter2hunter2hunter2hunter2hunter2",
    "twilio": "AC0123456789abcdef0123456789abcdef",
    "npm": "npm_hunter2hunter2hunter2hunter2hunter2hunter",
    "shopify": "shpat_0123456789abcdef0123456789abcdef",
    "digitalocean": "dop_v1_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    "mailgun": "key-0123456789abcdef0123456789abcdef",
    "square": "sq0csp-hunter2hunter2hunter2hunter2hunter",
    "stripe wh": "whsec_hunter2hunter2hunter2hunter2",
    "google oauth": "GOCSPX-hunter2hunter2hunter2hun",
    "ya29": "ya29.hunter2hunter2hunter2hunter2",
    "anthropic": "sk-ant-api03-hunter2hunter2hunter2",
    "replicate": "r8_hunter2hunter2hunter2hunter2hunter2",
    "perplexity": "pplx-hunter2hunter2hunter2hunter2",
    "xai": "xai-hunter2hunter2hunter2hunter2",
    "tavily": "tvly-hunter2hunter2hunter2",
    "langsmith": "lsv2_pt_hunter2hunter2hunter2_hunter2",
    "nvapi": "nvapi-hunter2hunter2hunter2hunter2",
    "fireworks": "fw_hunter2hunter2hunter2hu",
    "azure sas": "https://x.blob.core.windows.net/c?sv=2020&sig=hunter2hunter2%2Bhunter2",
    "azure conn": "DefaultEndpointsProtocol=https;AccountName=x;AccountKey=hunter2hunter2==;EndpointSuffix=x",
    "sql conn": "Server=x;User Id=sa;Password=hunter2!;Database=d",
    "dsn": "postgres://user:hunter2@host/db",
    "redis": "redis://:hunter2@host:6379",
    "auth header": '"Authorization": "hunter2hunter2"',
    "x-api-key": '"x-api-key": "hunter2hunter2"',
    "basic": '"Authorization": "Basic aHVudGVyMjpodW50ZXIy"',
    "token named": 'token = "hunter2-hunter2-abc"',
    "short token": 'auth_token = "hunter2"',
    "curl u": "curl -u user:hunter2 https://x",
    "glpat": "glpat-hunter2hunter2hunter2",
    "vault": "hvs.hunter2hunter2hunter2hunter2",
    "age": "AGE-SECRET-KEY-1HUNTER2HUNTER2HUNTER2HUNTER2",
    "notion": "ntn_hunter2hunter2hunter2hunter2hunter2",
    "linear": "lin_api_hunter2hunter2hunter2hunter2hunter2",
    "figma": "figd_hunter2hunter2hunter2hunter2",
    "databricks": "dapi0123456789abcdef0123456789abcdef",
    "atlassian": "ATATT3xFfGF0hunter2hunter2hunter2hunter2",
    "pinecone": "pcsk_hunter2hunter2hunter2hunter2",
    "docker": "dckr_pat_hunter2hunter2hunter2hun",
    "doppler": "dp.pt.hunter2hunter2hunter2hunter2",
    "sentry": "sntrys_hunter2hunter2hunter2hunter2",
    "cohere named": 'co_key = "hunter2hunter2hunter2"',
    "openrouter": "sk-or-v1-hunter2hunter2",
    "private_key name": 'private_key = "hunter2-hunter2"',
    "signing": 'SIGNING_KEY = "hunter2-hunter2"',
    "salt": 'encryption_key = "hunter2 hunter2"',
    "credentials": 'credentials = ("user", "hunter2-hunter2")',
    "auth tuple": 'auth=("user", "hunter2-hunter2")',
    "login": 'smtp.login("user", "hunter2-hunter2")',
    "SecretStr": 'password = SecretStr("hunter2-hunter2")',
    "field default": 'api_key: str = Field(default="hunter2-hunter2")',
    "field pos": 'api_key: str = Field("hunter2-hunter2")',
    "cast": 'password = str("hunter2-hunter2")',
    "tuple assign": 'user, password = "me", "hunter2-hunter2"',
    "list": 'api_keys = ["hunter2-hunter2", "hunter2-hunter3"]',
    "zeros": 'webhook_url = "https://example.org/hunter2"',
}
SECRET = ("hunter2", "HUNTER2", "0123456789abcdef", "correct horse", "p@ss", "aHVudG")


@pytest.mark.parametrize("kind", KINDS)
def test_a_secret_is_masked(kind):
    masked = redact.mask(KINDS[kind])
    assert redact.MASK in masked
    assert not any(secret in masked for secret in SECRET), masked
    assert redact.holds_secret(KINDS[kind].encode())


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_left_of_it_after_a_second_look(kind):
    masked = redact.mask(KINDS[kind])
    assert masked.count("\n") == KINDS[kind].count("\n")
    assert not redact.holds_secret(masked.encode())


KEPT = [
    'token = "next"',
    "max_tokens = 200",
    'key = "gpt-4o"',
    "secret = None",
    'password = os.getenv("API_KEY")',
    'api_key=os.environ["OPENAI_API_KEY"]',
    'api_key="OPENAI_API_KEY"',
    'print("the password is wrong")',
    "the api key: see the docs",
    "password: str",
    'tokenizer = "cl100k_base"',
    'cache_key = "gpt-4o:v1"',
    'primary_key = "id"',
    'def f(api_key: str, model: str = "gpt-4o"):',
    'client = OpenAI(api_key=key, model="gpt-4o")',
    'api_key = config["key"], model="gpt-4o"',
    '{"api_key": key, "model": "gpt-4o"}',
    'password_field = "Enter it"',
    "https://example.com/docs?page=2",
    "authorization = True",
    'if token == "gpt-4o":',
    'os.getenv("MODEL", "gpt-4o")',
    'os.getenv("OPENAI_API_KEY", "")',
    'secret_name = "a"',
    'key="model"',
    'api_key=None, model="gpt-4o"',
    'keys = ["gpt-4o", "gpt-4"]',
    'tokens = {"gpt-4o": 128_000}',
    'token_limits = ["gpt-4o"]',
    'api_keys = {"gpt-4o": key}',
    "sk-learn",
    'os.getenv("API_KEY") and ask("gpt-4o-mini")',
    'api_key = get("x") or OpenAI(model="gpt-4o-2024-08-06")',
    "password: the gpt-4o one",
]


@pytest.mark.parametrize("text", KEPT)
def test_noop(text):
    assert redact.mask(text) == text


N = 40_000
LONG = {
    "names": "password " * N,
    "annotations": "secret: a, " * N,
    "calls": "secret(" * N,
    "values": 'password="a' * N,
    "parentheses": "password=" + "(" * N,
    "spaces": "password" + " " * N + "=",
    "some spaces": ("password" + " " * 300) * 100,
    "keys": "-----BEGIN PRIVATE KEY-----" * 10_000,
    "tuples": "auth=(" * N,
    "targets": "x , " * N + "password=",
    "users": "-u a" * N,
    "one word": "w" * N + "_password_" + "w" * N,
    "lines": "\n" * N + "password",
    "options": "--password " * N,
    "defaults": 'password=getenv("x") or ' * 10_000,
}


@pytest.mark.parametrize("text", LONG)
def test_no_text_takes_for_ever(text):
    """Four times as long takes some four times as much, not sixteen."""
    for _, pattern, replacement in RULES:
        start = time.process_time()
        pattern.sub(replacement, LONG[text])
        assert time.process_time() - start < 10


PROMPTED = """\
import os
from openai import OpenAI

{given}

print(OpenAI().chat.completions.create(
    model="gpt-4o",
    messages=[{{"role": "system", "content": f"Answer in short. Sign with {{{name}}}."}}],
    max_tokens=5,
))
"""


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ('PASSWORD = "plainword"', "PASSWORD"),
        ('API_KEY = "plainword"\nX = API_KEY', "X"),
        ('class S:\n    client_secret = "plainword"\n\n', "S.client_secret"),
        ('S = {"webhook_url": "plainword"}', "S['webhook_url']"),
    ],
)
def test_a_secret_that_only_its_name_gives_away_is_in_no_prompt(given, name):
    inventory, _ = migrate({"m.py": PROMPTED.format(given=given, name=name).encode()}, Settings())
    (site,) = inventory.call_sites
    assert "Answer in short" in repr(site)
    assert "plainword" not in repr(redact.inventory(inventory))


def test_noop_a_text_with_another_name_stays():
    given = 'SIGNATURE = "plainword"'
    inventory, _ = migrate({"m.py": PROMPTED.format(given=given, name="SIGNATURE").encode()}, Settings())
    assert "plainword" in repr(redact.inventory(inventory))


def test_a_parameter_whose_name_gives_it_away():
    call = 'from openai import OpenAI\n\nOpenAI().chat.completions.create(model="gpt-4o", messages=[], extra_password="plainword")\n'
    inventory, _ = migrate({"m.py": call.encode()}, Settings())
    assert "plainword" not in repr(redact.inventory(inventory))
