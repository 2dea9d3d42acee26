"""The one place that talks to the model."""

from functools import cache

from openai import OpenAI


@cache
def client() -> OpenAI:
    return OpenAI()


def complete(prompt: str, **options) -> str:
    """The model's answer to a prompt; options go to the API."""
    options.setdefault("model", "gpt-4o")
    options.setdefault("max_tokens", 800)
    options.setdefault("temperature", 0)
    completion = client().chat.completions.create(messages=[{"role": "user", "content": prompt}], **options)
    return completion.choices[0].message.content or ""
