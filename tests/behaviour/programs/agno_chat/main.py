"""A trainer for job interviews, built with agno."""

from agno.agent import Agent
from agno.models.openai import OpenAIChat

trainer = Agent(
    name="Interview trainer",
    model=OpenAIChat(id="gpt-4o", max_tokens=750, temperature=0.6),
    instructions="You are a conversational trainer. Ask one interview question at a time.",
    telemetry=False,
)


def first_question(job: str) -> str:
    return trainer.run(f"I apply for: {job}").content


def main() -> None:
    print(first_question("gardener"))
