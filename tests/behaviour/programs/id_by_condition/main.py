"""Recipes: premium customers get the larger model, an account may name its own."""

from dataclasses import dataclass

from openai import OpenAI


@dataclass
class Account:
    """A customer."""

    premium: bool = False
    model: str | None = None


def model_for(account: Account) -> str:
    return account.model or ("gpt-4o" if account.premium else "gpt-4o-mini")


def recipe(account: Account, wish: str) -> str:
    completion = OpenAI().chat.completions.create(
        model=model_for(account),
        messages=[{"role": "user", "content": f"Suggest a recipe: {wish}"}],
        max_tokens=640,
    )
    return completion.choices[0].message.content


def main() -> None:
    print(recipe(Account(premium=True), "leek, potatoes"))
    print(recipe(Account(), "leek, potatoes"))
    print(recipe(Account(model="gpt-4.1"), "leek, potatoes"))
