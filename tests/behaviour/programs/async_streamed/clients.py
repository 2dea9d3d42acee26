"""Clients with the house's time-outs."""

from openai import AsyncOpenAI


def make_client(seconds: float = 20) -> AsyncOpenAI:
    return AsyncOpenAI(timeout=seconds, max_retries=1)
