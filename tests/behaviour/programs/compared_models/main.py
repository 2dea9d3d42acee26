"""Benchmark: compares models on the house's question set and prints a leaderboard."""

from openai import OpenAI

MODELS_TO_COMPARE = ["gpt-4o", "gpt-4o-mini", "gpt-4.1"]
QUESTIONS = ["Which year was the town hall built?"]


def evaluate(model: str, question: str) -> str:
    completion = OpenAI().chat.completions.create(
        model=model, messages=[{"role": "user", "content": question}], temperature=0
    )
    return completion.choices[0].message.content


def benchmark() -> dict[str, list[str]]:
    """Every model's answers."""
    return {model: [evaluate(model, question) for question in QUESTIONS] for model in MODELS_TO_COMPARE}


def main() -> None:
    for model, answers in benchmark().items():
        print(f"{model}: {answers[0]}")
