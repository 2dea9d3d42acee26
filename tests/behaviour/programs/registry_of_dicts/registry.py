"""What we know of each model."""

MODELS = {
    "gpt-4o": {
        "context_window": 128_000,
        "max_output": 16_384,
        "usd_per_million": {"in": 2.50, "out": 10.00},
        "vision": True,
    },
    "gpt-3.5-turbo": {
        "context_window": 16_385,
        "max_output": 4_096,
        "usd_per_million": {"in": 0.50, "out": 1.50},
        "vision": False,
    },
}


def spec(model: str) -> dict:
    if model not in MODELS:
        raise LookupError(f"no figures for {model}")
    return MODELS[model]
