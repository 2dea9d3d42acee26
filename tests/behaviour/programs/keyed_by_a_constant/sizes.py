"""Which model, and how much it reads."""

MODEL = "gpt-4o"
WINDOWS = {MODEL: 128_000, "gpt-3.5-turbo": 16_385}
