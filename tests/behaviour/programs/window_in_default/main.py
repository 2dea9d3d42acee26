"""A planning agent with a memory as large as its window."""

from openai import OpenAI


class PlanningAgent:
    """Plans over everything that it has seen."""

    def __init__(
        self, model: str = "gpt-4o", max_context_tokens: int = 128_000, reply_tokens: int = 4_000
    ) -> None:
        self.model = model
        self.max_context_tokens = max_context_tokens
        self.reply_tokens = reply_tokens
        self.seen: list[str] = []

    def observe(self, text: str) -> None:
        self.seen.append(text)
        while sum(map(len, self.seen)) // 4 > self.max_context_tokens - self.reply_tokens:
            del self.seen[0]

    def plan(self) -> str:
        response = OpenAI().responses.create(
            model=self.model,
            instructions="Plan the next steps. Reason carefully.",
            input="\n".join(self.seen),
        )
        return response.output_text


def main() -> None:
    agent = PlanningAgent()
    for _ in range(6):
        agent.observe("one two six ten " * 6_250)
    print(agent.plan())
