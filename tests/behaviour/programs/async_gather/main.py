"""Detects the language of every row of an export."""

import asyncio

from openai import AsyncOpenAI

ROWS = ["Guten Tag", "Bonjour", "Iyi günler"]


class LanguageDetector:
    """Bounded concurrency, one request a row."""

    model = "gpt-4o-mini"

    def __init__(self, at_once: int = 8) -> None:
        self.client = AsyncOpenAI()
        self.gate = asyncio.Semaphore(at_once)

    async def detect(self, row: str) -> str:
        async with self.gate:
            completion = await self.client.chat.completions.create(
                model=self.model,
                messages=[
                    {"role": "user", "content": f"Which language is this? Answer with its ISO code: {row}"}
                ],
                max_tokens=40,
                temperature=0,
            )
        return completion.choices[0].message.content

    async def run(self, rows: list[str]) -> list[str]:
        found = await asyncio.gather(*(self.detect(row) for row in rows))
        await self.client.close()
        return found


def main() -> None:
    found = asyncio.run(LanguageDetector().run(ROWS))
    print(f"{len(found)} rows")
