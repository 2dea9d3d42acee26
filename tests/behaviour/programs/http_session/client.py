"""A thin client for the Responses endpoint."""

import os
from typing import Any

import requests


class ApiError(RuntimeError):
    """The API refused a request."""


class Client:
    """Keeps one connection and the credentials."""

    def __init__(self) -> None:
        self.base = os.getenv("OPENAI_BASE_URL", "https://api.openai.com/v1").rstrip("/")
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {os.environ['OPENAI_API_KEY']}"

    def body(self, instructions: str, text: str) -> dict[str, Any]:
        return {
            "model": "gpt-4o",
            "instructions": instructions,
            "input": text,
            "max_output_tokens": 3000,
            "temperature": 0,
        }

    def respond(self, instructions: str, text: str) -> str:
        answer = self.session.post(f"{self.base}/responses", json=self.body(instructions, text), timeout=60)
        if not answer.ok:
            raise ApiError(answer.json()["error"]["message"])
        return answer.json()["output"][0]["content"][0]["text"]
