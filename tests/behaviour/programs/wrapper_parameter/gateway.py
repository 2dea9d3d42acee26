"""The company's wrapper around the API."""

import logging

from openai import OpenAI

log = logging.getLogger(__name__)


class TextService:
    """Completes prompts and logs their cost."""

    def __init__(self, client: OpenAI | None = None, model: str = "gpt-4o") -> None:
        self.client = client or OpenAI()
        self.model = model

    def complete(self, prompt: str, max_tokens: int = 500, temperature: float = 0.0) -> str:
        completion = self.client.chat.completions.create(
            model=self.model,
            messages=[{"role": "user", "content": prompt}],
            max_tokens=max_tokens,
            temperature=temperature,
        )
        log.info("%s used %d tokens", self.model, completion.usage.total_tokens)
        return completion.choices[0].message.content
