"""How a prompt's tokens are counted, and which language it is written in."""
# ruff: noqa: RUF001 (other scripts)

from __future__ import annotations

import base64
import hashlib
import importlib.util
import socket
from pathlib import Path

import msgspec
import pytest

from migrator.decide.recommend.languages import Languages
from migrator.decide.recommend.tokens import Tokens, kept
from migrator.pipeline import migrate
from migrator.rulebook.rulefiles import load_rulebook
from migrator.scancache import ScanCache
from migrator.settings import Settings

RULES = load_rulebook().tokens
LANGUAGES = Languages(RULES)
needs_tiktoken = pytest.mark.skipif(
    importlib.util.find_spec("tiktoken") is None, reason="the extra `tokens` is not installed"
)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """tiktoken's cache folder, and no way out of this machine."""
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(socket, "socket", None)
    monkeypatch.setattr(socket, "create_connection", None)
    return tmp_path


def encoding(folder, merges=(b"he", b"ll", b"hell", b"hello")):
    """The rules with a small encoding, whose file is in the folder."""
    tokens = [*(bytes([number]) for number in range(256)), *merges]
    lines = [b"%s %d" % (base64.b64encode(token), rank) for rank, token in enumerate(tokens)]
    content = b"\n".join(lines) + b"\n"
    url = "https://example.org/small.tiktoken"
    (folder / hashlib.sha1(url.encode()).hexdigest()).write_bytes(content)
    small = msgspec.structs.replace(
        RULES.encoding[0], id="small", url=url, sha256=hashlib.sha256(content).hexdigest()
    )
    return msgspec.structs.replace(RULES, encoding=(small,))


@needs_tiktoken
def test_an_encoding_that_is_there_is_used(folder):
    counted = Tokens(encoding(folder), 4)
    assert counted.of(["hello hello"]) == 3
    assert counted.of(["hello", "", "hello"]) == 2
    assert "tiktoken (small)" in counted.basis


@pytest.mark.parametrize("spoil", ["missing", "other bytes", "not lines", "a folder"])
def test_without_a_sound_file_tokens_are_estimated(folder, spoil):
    rules = encoding(folder)
    path = kept(rules.encoding[0])
    path.unlink()
    if spoil == "other bytes":
        path.write_bytes(b"aGVsbG8= 0\n")
    elif spoil == "not lines":
        path.write_bytes(b"\xff\xfe")
        digest = hashlib.sha256(b"\xff\xfe").hexdigest()
        rules = msgspec.structs.replace(
            rules, encoding=(msgspec.structs.replace(rules.encoding[0], sha256=digest),)
        )
    elif spoil == "a folder":
        path.mkdir()
    counted = Tokens(rules, 4)
    assert counted.of(["four" * 10]) == 10
    assert "estimated: 4 characters of English a token" in counted.basis


def test_the_folder_is_the_one_that_tiktoken_looks_in(tmp_path, monkeypatch):
    rules = encoding(tmp_path)
    monkeypatch.delenv("TIKTOKEN_CACHE_DIR", raising=False)
    monkeypatch.setenv("DATA_GYM_CACHE_DIR", str(tmp_path))
    assert kept(rules.encoding[0]).parent == tmp_path
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", "")
    assert kept(rules.encoding[0]) is None
    monkeypatch.delenv("TIKTOKEN_CACHE_DIR")
    monkeypatch.delenv("DATA_GYM_CACHE_DIR")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (tmp_path / "data-gym-cache").mkdir()
    assert kept(encoding(tmp_path / "data-gym-cache").encoding[0]).parent.name == "data-gym-cache"


def shipped():
    """The folder of an installed package that holds the real file."""
    found = importlib.util.find_spec("litellm")
    roots = found.submodule_search_locations if found else []
    name = hashlib.sha1(RULES.encoding[0].url.encode()).hexdigest()
    return next((path.parent for root in roots for path in Path(root).rglob(name)), None)


@needs_tiktoken
@pytest.mark.skipif(shipped() is None, reason="no installed package ships the encoding's file")
def test_the_real_encoding(folder, monkeypatch):
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(shipped()))
    counted = Tokens(RULES, 4)
    assert counted.of(["hello world", "tiktoken is great!"]) == 8
    assert "tiktoken (o200k_base)" in counted.basis


WRITTEN = {
    "english": "You are a support agent. Answer the question of the customer in two sentences.",
    "german": "Du bist ein Berater. Beantworte die Frage des Kunden kurz und freundlich, nicht länger als nötig.",
    "french": "Vous êtes un conseiller. Répondez à la question du client en deux phrases, sans les détails.",
    "spanish": "Eres un asesor. Responde a la pregunta del cliente en dos frases y no des más detalles que los que pide.",
    "portuguese": "Você é um assistente. Responda à pergunta do cliente em duas frases, com os dados que não são secretos.",
    "turkish": "Sen bir danışmansın. Müşterinin sorusunu iki cümle ile yanıtla ve eğer bilgi yoksa bunu söyle.",
    "swahili": "Wewe ni mshauri. Jibu swali la mteja kwa sentensi mbili na kama hujui, sema hivyo katika jibu.",
    "indonesian": "Anda adalah asisten. Jawab pertanyaan pelanggan dengan dua kalimat dan jangan memberi data yang tidak diminta.",
    "russian": "Ты консультант. Ответь на вопрос клиента в двух предложениях, и если не знаешь, скажи это.",
    "ukrainian": "Ти консультант. Дай відповідь на питання клієнта у двох реченнях, якщо не знаєш, скажи це та не вигадуй.",
    "hindi": "आप एक सलाहकार हैं। ग्राहक के प्रश्न का उत्तर दो वाक्यों में दें और यह सही है या नहीं बताएं।",
    "arabic": "أنت مستشار. أجب عن سؤال العميل في جملتين، وإذا كنت لا تعرف الجواب فقل ذلك من دون تفاصيل.",
    "persian": "شما یک مشاور هستید. به پرسش مشتری در دو جمله پاسخ دهید و اگر نمی دانید این را بگویید.",
    "chinese": "你是一名客服人员。请用两句话回答客户的问题，如果不知道答案，请直接说明。",
    "japanese": "あなたはサポート担当者です。お客様の質問に二文で答えてください。わからない場合はそう伝えてください。",
    "korean": "당신은 상담원입니다. 고객의 질문에 두 문장으로 답하고 모르면 모른다고 말하세요.",
}


@pytest.mark.parametrize("language", WRITTEN)
def test_languages(language):
    assert LANGUAGES.of(WRITTEN[language]).id == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ok",
        "{{question}}",
        "{a} {b} {c}",
        "1234 5678 " * 20,
        "SELECT id, name FROM users WHERE id = 4;" * 2,
    ],
    ids=["empty", "short", "variable", "fields", "numbers", "code"],
)
def test_what_shows_no_language(text):
    assert LANGUAGES.of(text) is None


def test_a_chinese_prompt_with_english_terms_is_chinese():
    assert (
        LANGUAGES.of(
            "请根据下面的 context 回答用户的 question，并以 JSON 格式输出结果，不要添加其他内容。"
        ).id
        == "chinese"
    )


def test_other_scripts_take_more_tokens_than_english():
    counted = Tokens(msgspec.structs.replace(RULES, encoding=()), 4)
    size = {language: counted.of([text]) / len(text) for language, text in WRITTEN.items()}
    assert size["english"] == pytest.approx(1 / 4, abs=0.02)
    assert size["english"] < size["turkish"] < size["korean"] < size["chinese"]


@needs_tiktoken
@pytest.mark.skipif(shipped() is None, reason="no installed package ships the encoding's file")
@pytest.mark.parametrize("language", WRITTEN)
def test_estimates_are_near_what_the_real_encoding_counts(language, folder, monkeypatch):
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(shipped()))
    text = WRITTEN[language] * 4
    real = Tokens(RULES, 4).of([text])
    estimated = Tokens(msgspec.structs.replace(RULES, encoding=()), 4).of([text])
    assert estimated == pytest.approx(real, rel=0.35)


PROGRAM = """from openai import OpenAI


def answer(text):
    return OpenAI().chat.completions.create(
        model="{model}", max_tokens=300, messages=[{{"role": "system", "content": "{prompt}"}}]
    )
"""


def site(prompt, model="gpt-4o-mini"):
    inventory, _ = migrate({"app.py": PROGRAM.format(prompt=prompt, model=model).encode()}, Settings())
    return inventory.call_sites[0]


def test_the_report_says_how_tokens_were_counted(folder):
    assert "tokens estimated" in site(WRITTEN["english"]).cost.estimate
    assert site(WRITTEN["english"]).cost.tokens_in == int(len(WRITTEN["english"]) / 4)


@needs_tiktoken
@pytest.mark.skipif(shipped() is None, reason="no installed package ships the encoding's file")
def test_the_report_says_that_tokens_were_counted(folder, monkeypatch):
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(shipped()))
    assert "counted with tiktoken (o200k_base)" in site(WRITTEN["english"]).cost.estimate


def test_mid_tier_languages_lean_to_instant():
    found = site(WRITTEN["turkish"])
    assert found.prompt.language == "turkish"
    assert "mid-tier-language.prompt" in {reason.rule for reason in found.recommendation.reasons}
    scores = found.recommendation.scores
    other = site(WRITTEN["german"]).recommendation
    assert scores["gpt-5.5-instant"] > other.scores["gpt-5.5-instant"]


def test_other_languages_are_told_and_move_nothing():
    found = site(WRITTEN["german"])
    assert found.prompt.language == "german"
    assert not any("language" in reason.rule for reason in found.recommendation.reasons)


def test_a_kept_inventory_knows_how_its_tokens_were_counted(folder, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    monkeypatch.setattr("migrator.scancache.SETTLED_NS", -(10**12))
    root, kept_files = folder / "project", folder / "encodings"
    root.mkdir()
    kept_files.mkdir()
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(kept_files))
    (root / "app.py").write_text(PROGRAM.format(prompt=WRITTEN["english"], model="gpt-4o"))
    first = ScanCache(root, Settings()).key(paths=["app.py"])
    assert ScanCache(root, Settings()).key(paths=["app.py"]) == first
    encoding(kept_files)
    assert ScanCache(root, Settings()).key(paths=["app.py"]) != first
