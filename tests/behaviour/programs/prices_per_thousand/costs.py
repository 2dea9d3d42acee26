"""What calls cost, in USD per 1,000 tokens."""

COSTS = {
    "gpt-4o-mini": {"input": 0.00015, "output": 0.0006},
    "gpt-3.5-turbo": {"input": 0.0005, "output": 0.0015},
}
FREE = {"input": 0.0, "output": 0.0}


def price_of(model: str, prompt_tokens: int, completion_tokens: int) -> float:
    row = COSTS.get(model, FREE)
    return prompt_tokens / 1000 * row["input"] + completion_tokens / 1000 * row["output"]
