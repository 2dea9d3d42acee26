"""Requests that suit the model."""

from openai import OpenAI


def complete(model: str, prompt: str, limit: int = 1200) -> str:
    options: dict = {"model": model, "messages": [{"role": "user", "content": prompt}]}
    if model.startswith(("gpt-5", "o3")):
        options["max_completion_tokens"] = limit
    else:
        options["max_tokens"] = limit
        options["temperature"] = 0
    return OpenAI().chat.completions.create(**options).choices[0].message.content
