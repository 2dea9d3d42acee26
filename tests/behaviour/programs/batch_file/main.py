"""Moderates a night's comments in one batch."""

import json
import tempfile
from pathlib import Path

from openai import OpenAI

COMMENTS = ["Lovely photos!", "Buy cheap watches here", "I disagree, but thank you for the article."]


def line(number: int, comment: str) -> str:
    request = {
        "custom_id": f"comment-{number}",
        "method": "POST",
        "url": "/v1/chat/completions",
        "body": {
            "model": "gpt-4o-mini",
            "messages": [
                {"role": "system", "content": "Moderation: answer spam, abuse or fine."},
                {"role": "user", "content": comment},
            ],
            "max_tokens": 30,
            "temperature": 0,
        },
    }
    return json.dumps(request)


def submit(client: OpenAI, comments: list[str]) -> str:
    """Upload the file, start the batch, tell its state."""
    path = Path(tempfile.mkdtemp()) / "comments.jsonl"
    path.write_text("\n".join(line(number, comment) for number, comment in enumerate(comments)))
    with path.open("rb") as stream:
        uploaded = client.files.create(file=stream, purpose="batch")
    batch = client.batches.create(
        input_file_id=uploaded.id, endpoint="/v1/chat/completions", completion_window="24h"
    )
    return batch.status


def main() -> None:
    print(submit(OpenAI(), COMMENTS))
