"""Classifies complaints into one record each."""

from pydantic import BaseModel
from pydantic_ai import Agent
from pydantic_ai.models.openai import OpenAIChatModel


class Complaint(BaseModel):
    """One classified complaint."""

    category: str


def build() -> Agent[None, Complaint]:
    model = OpenAIChatModel("gpt-4o-mini")
    return Agent(
        model,
        output_type=Complaint,
        instructions="Classify the complaint.",
        model_settings={"stop_sequences": ["END"], "max_tokens": 60},
    )


def main() -> None:
    print(build().run_sync("The bus was twenty minutes late.").output.category)
