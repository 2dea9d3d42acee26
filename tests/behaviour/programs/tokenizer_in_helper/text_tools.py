"""Cutting of texts."""

from functools import lru_cache

import tiktoken


@lru_cache(maxsize=8)
def encoder(model_name: str) -> tiktoken.Encoding:
    return tiktoken.encoding_for_model(model_name)


def pieces(text: str, model_name: str, size: int = 1000) -> list[str]:
    """The text in pieces of `size` tokens."""
    tokens = encoder(model_name).encode(text)
    return [encoder(model_name).decode(tokens[at : at + size]) for at in range(0, len(tokens), size)]
