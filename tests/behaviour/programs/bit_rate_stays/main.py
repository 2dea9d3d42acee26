"""Announcements: a text from the model, an MP3 from the studio."""

from openai import OpenAI


class Announcer:
    """Writes and records."""

    model = "gpt-4o"
    bit_rate = 128000
    sample_rate = 44100

    def text(self, occasion: str) -> str:
        completion = OpenAI().chat.completions.create(
            model=self.model,
            messages=[{"role": "user", "content": f"Write a friendly announcement: {occasion}"}],
            temperature=0.9,
        )
        return completion.choices[0].message.content

    def record(self, text: str) -> str:
        return f"{text} at {self.bit_rate}"


def main() -> None:
    announcer = Announcer()
    print(announcer.record(announcer.text("the last train")))
