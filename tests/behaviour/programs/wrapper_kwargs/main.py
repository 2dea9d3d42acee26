"""Keywords and short summaries of press releases."""

from chat import ask

RELEASE = "The city opens a new tram line between the station and the university on 1 September."


def keywords(text: str) -> str:
    return ask(f"Extract keywords, separated by commas:\n{text}", max_tokens=60, stop=["\n\n"])


def summary(text: str) -> str:
    return ask(text, system="Summarise in one sentence.", max_tokens=300, frequency_penalty=0.3)


def main() -> None:
    print(keywords(RELEASE))
    print(summary(RELEASE))
