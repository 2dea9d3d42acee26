from unittest.mock import MagicMock

from assistant import Assistant, request


def test_request():
    body = request("gpt-4.1", "hi")
    assert body["max_tokens"] == 150
    assert body["temperature"] == 0
    assert body["model"] == "gpt-4.1"


def test_assistant():
    client = MagicMock()
    Assistant(client).ask("hi")
    sent = client.chat.completions.create.call_args.kwargs
    assert sent["model"] == "gpt-4o"
    assert "max_tokens" in sent
