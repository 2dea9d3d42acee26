"""Answers with the model that the deployment names."""

import os

from openai import OpenAI


def answer() -> str:
    completion = OpenAI().chat.completions.create(
        model=os.environ["CHAT_MODEL"],
        messages=[{"role": "user", "content": "How are you?"}],
        max_tokens=700,
    )
    return completion.choices[0].message.content
