"""Reads obligations out of supplier contracts."""

from openai import OpenAI
from pydantic import BaseModel


class Obligation(BaseModel):
    """Who owes what, within how many days."""

    party: str
    days: int


class Contract(BaseModel):
    """All of them."""

    obligations: list[Obligation]


def analyze_contract(text: str) -> Contract:
    response = OpenAI().responses.parse(
        model="gpt-5",
        instructions="You are legal counsel. List every obligation in the contract, with its deadline.",
        input=text,
        text_format=Contract,
        reasoning={"effort": "medium"},
        max_output_tokens=6000,
    )
    return response.output_parsed


def main() -> None:
    for obligation in analyze_contract("The supplier delivers within 14 days.").obligations:
        print(f"{obligation.party}: {obligation.days}")
