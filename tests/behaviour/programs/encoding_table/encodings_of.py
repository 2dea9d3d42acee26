"""Encodings by model."""

import tiktoken

DATED = "-2024-07-18"
ENCODINGS = {"gpt-4o-mini": "o200k_base", "gpt-4-turbo": "cl100k_base"}


def encoding(model: str) -> tiktoken.Encoding:
    return tiktoken.get_encoding(ENCODINGS[model.removesuffix(DATED)])
