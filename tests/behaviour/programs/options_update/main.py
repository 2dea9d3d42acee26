"""Suggests a title for each uploaded document."""

import json
from pathlib import Path

from openai import OpenAI

PROFILE = {"model": "gpt-4o-mini", "temperature": 0.0}


def title_request(text: str, overrides: dict | None = None) -> dict:
    request = dict(PROFILE)
    request.update({"max_tokens": 90, "top_p": 0.5})
    request.update(overrides or {})
    request["messages"] = [{"role": "user", "content": f"Suggest a short title for this document:\n{text}"}]
    return request


def suggest_title(client: OpenAI, text: str) -> str:
    completion = client.chat.completions.create(**title_request(text))
    return completion.choices[0].message.content.splitlines()[0]


def main() -> None:
    documents = json.loads(Path(__file__).with_name("documents.json").read_text())
    client = OpenAI()
    for document in documents:
        print(suggest_title(client, document["text"]))
