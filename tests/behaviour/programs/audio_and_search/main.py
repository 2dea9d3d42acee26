"""The voice desk: speaks, searches, sums up."""

from openai import OpenAI

AUDIO_MODEL = "gpt-4o-audio-preview"
SEARCH_MODEL = "gpt-4o-search-preview"
TEXT_MODEL = "gpt-4o-mini"
client = OpenAI()


def text_of(completion) -> str:
    return completion.choices[0].message.content


def speak(text: str) -> str:
    messages = [{"role": "user", "content": text}]
    audio = {"voice": "alloy", "format": "wav"}
    return text_of(
        client.chat.completions.create(
            model=AUDIO_MODEL, messages=messages, modalities=["text", "audio"], audio=audio
        )
    )


def search(text: str) -> str:
    messages = [{"role": "user", "content": text}]
    return text_of(
        client.chat.completions.create(model=SEARCH_MODEL, messages=messages, web_search_options={})
    )


def sum_up(text: str) -> str:
    messages = [{"role": "user", "content": f"Summarise in one line: {text}"}]
    return text_of(client.chat.completions.create(model=TEXT_MODEL, messages=messages, max_tokens=80))


def main() -> None:
    print(speak("Good morning"))
    print(search("opening hours of the zoo"))
    print(sum_up("The zoo opens at nine."))
