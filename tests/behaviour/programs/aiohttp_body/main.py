"""Detects languages over plain HTTP, asynchronously."""

import asyncio
import os

import aiohttp

BASE = os.environ.get("OPENAI_BASE_URL", "https://api.openai.com/v1")


class Detector:
    """One session for all texts."""

    model = "gpt-4o-mini"

    def body(self, text: str) -> dict:
        return {
            "model": self.model,
            "messages": [{"role": "user", "content": f"Detect the language: {text}"}],
            "max_tokens": 64,
            "temperature": 0,
        }

    async def detect(self, session: aiohttp.ClientSession, text: str) -> str:
        async with session.post(f"{BASE}/chat/completions", json=self.body(text)) as answer:
            data = await answer.json()
        if "error" in data:
            raise RuntimeError(data["error"]["message"])
        return data["choices"][0]["message"]["content"]


async def run() -> str:
    headers = {"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        return await Detector().detect(session, "Moin")


def main() -> None:
    print(asyncio.run(run()))
