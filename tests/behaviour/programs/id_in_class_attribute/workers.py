"""Workers: a prompt and a model each."""

from openai import OpenAI


class Worker:
    """Base of all workers."""

    model = "gpt-4o-mini"
    prompt = ""

    def __init__(self, client: OpenAI) -> None:
        self.client = client

    def work(self, text: str) -> str:
        messages = [{"role": "system", "content": self.prompt}, {"role": "user", "content": text}]
        done = self.client.chat.completions.create(model=self.model, messages=messages, temperature=0)
        return f"{type(self).__name__}: {done.choices[0].message.content}"


class Tagger(Worker):
    """Keywords."""

    prompt = "Extract keywords from the text."


class Essayist(Worker):
    """Long texts."""

    model = "gpt-4o"
    prompt = "Write a long essay about the subject, with background and examples."
