"""A research agent built with agno."""

from agno.agent import Agent
from models import researcher_model


def research(question: str) -> str:
    """Deep research on one question."""
    agent = Agent(
        name="Researcher",
        model=researcher_model(),
        instructions="You are a research agent. Plan, read, reason and cite.",
        telemetry=False,
    )
    return agent.run(question).content


def main() -> None:
    print(research("How did tide mills work?"))
