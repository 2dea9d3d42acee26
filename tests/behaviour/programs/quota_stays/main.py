"""Chat with a daily quota for each user."""

from openai import OpenAI

DAILY_TOKENS_PER_USER = 128_000


class Quota:
    """What a user has left today."""

    def __init__(self) -> None:
        self.used = 0

    def charge(self, tokens: int) -> None:
        self.used += tokens
        if self.used > DAILY_TOKENS_PER_USER:
            raise PermissionError("come back tomorrow")

    @property
    def left(self) -> int:
        return DAILY_TOKENS_PER_USER - self.used


def chat(text: str, quota: Quota) -> str:
    completion = OpenAI().chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": text}]
    )
    quota.charge(completion.usage.completion_tokens)
    return completion.choices[0].message.content


def main() -> None:
    quota = Quota()
    print(chat("Is the pool open?", quota))
    print(quota.left, "left")
