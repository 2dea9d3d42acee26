"""Streams the reply of the live chat to the browser."""

import asyncio
from collections.abc import AsyncIterator

from clients import make_client


async def stream_chat(text: str, model: str = "gpt-4o") -> AsyncIterator[str]:
    client = make_client()
    stream = await client.chat.completions.create(
        model=model,
        messages=[
            {"role": "system", "content": "You are a friendly assistant."},
            {"role": "user", "content": text},
        ],
        max_completion_tokens=900,
        temperature=0.6,
        stream=True,
    )
    async for chunk in stream:
        if chunk.choices and chunk.choices[0].delta.content:
            yield chunk.choices[0].delta.content
    await client.close()


async def collect() -> str:
    return " ".join([word async for word in stream_chat("Are you open today?")])


def main() -> None:
    print(asyncio.run(collect()))
