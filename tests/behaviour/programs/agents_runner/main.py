"""Warehouse agent on the openai-agents SDK."""

import asyncio

from agents import Agent, ModelSettings, Runner, function_tool


@function_tool
def stock(article: str) -> int:
    """Pieces in stock."""
    print("stock of hinges")
    return 12


keeper = Agent(
    name="Keeper",
    instructions="You plan the orders of a warehouse, step by step.",
    model="gpt-4o",
    model_settings=ModelSettings(temperature=0.3, max_tokens=900),
    tools=[stock],
)


async def ask(question: str) -> str:
    result = await Runner.run(keeper, question)
    return result.final_output


def main() -> None:
    print(asyncio.run(ask("Do we need hinges?")))
