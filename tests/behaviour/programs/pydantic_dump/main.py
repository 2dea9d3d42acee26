"""Judges the mood of reviews."""

from openai import OpenAI
from pydantic import BaseModel, Field


class Sampling(BaseModel):
    """What every request of this job shares."""

    model: str = Field("gpt-4o-mini", description="which model judges")
    max_tokens: int = Field(256, ge=1)
    temperature: float = 0.0
    seed: int | None = 7
    stop: list[str] | None = None


def sentiment(client: OpenAI, review: str, sampling: Sampling) -> str:
    """positive, neutral or negative"""
    completion = client.chat.completions.create(
        messages=[
            {"role": "system", "content": "Judge the sentiment: positive, neutral or negative."},
            {"role": "user", "content": review},
        ],
        **sampling.model_dump(exclude_none=True),
    )
    return completion.choices[0].message.content


def main() -> None:
    print(sentiment(OpenAI(), "The chair wobbles, but the colour is lovely.", Sampling()))
