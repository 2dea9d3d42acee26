"""Chat through a gateway that bills all vendors together."""

import os

from openai import OpenAI

gateway = OpenAI(
    base_url="https://openrouter.ai/api/v1",
    api_key=os.environ.get("OPENROUTER_API_KEY", "sk-or-unset"),
    default_headers={"X-Title": "Garden helper"},
)


def chat(question: str) -> str:
    completion = gateway.chat.completions.create(
        model="openai/gpt-4o",
        messages=[
            {"role": "system", "content": "You are a friendly assistant for gardeners."},
            {"role": "user", "content": question},
        ],
        max_tokens=450,
        temperature=0.4,
    )
    return completion.choices[0].message.content


def main() -> None:
    print(chat("When do I sow parsnips?"))
