"""Chat with a cache; one route goes through the hosting company's proxy."""

import json
from pathlib import Path

from openai import OpenAI

TOKENIZER = "Xenova/gpt-4o"
ROUTE = "proxy-gpt-4o"
CACHE = Path(__file__).parent / "cache" / "gpt-4o-answers.json"
METRIC = "llm_calls{model=gpt-4o-family}"

proxy = OpenAI(base_url="https://llm.example-cloud.de/v1", api_key="hosted-key")
direct = OpenAI()


def through_proxy(text: str) -> str:
    completion = proxy.chat.completions.create(model=ROUTE, messages=[{"role": "user", "content": text}])
    return completion.choices[0].message.content


def chat(text: str) -> str:
    """Small talk: from the cache where it can."""
    known = json.loads(CACHE.read_text())
    if text in known:
        return "cached: " + known[text]
    completion = direct.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": text}])
    return completion.choices[0].message.content


def main() -> None:
    print(through_proxy("hello"))
    print(chat("weather"))
    chat("sports")
    print(METRIC)
