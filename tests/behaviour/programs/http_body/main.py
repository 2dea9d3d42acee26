"""Chat over plain HTTP, without an SDK."""

import os

import httpx

API = os.environ.get("OPENAI_BASE_URL", "https://api.openai.com/v1")


def chat(history: list[dict]) -> str:
    """One turn of the conversation with the assistant."""
    payload = {
        "model": "gpt-4o",
        "messages": [
            {"role": "system", "content": "You are a helpful assistant in a hardware shop."},
            *history,
        ],
        "max_tokens": 400,
        "temperature": 0.5,
        "stop": ["Customer:"],
    }
    headers = {"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"}
    answer = httpx.post(f"{API}/chat/completions", json=payload, headers=headers, timeout=30)
    answer.raise_for_status()
    return answer.json()["choices"][0]["message"]["content"]


def main() -> None:
    print(chat([{"role": "user", "content": "Which screws hold a shelf on plasterboard?"}]))
