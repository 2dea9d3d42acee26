"""Limits of the model behind the research desk."""

MODEL = "gpt-4o"
MAX_INPUT_TOKENS = 120 * 1000
CHARACTERS_PER_TOKEN = 4
