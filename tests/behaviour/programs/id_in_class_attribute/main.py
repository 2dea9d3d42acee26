"""Runs every worker over a subject."""

from openai import OpenAI
from workers import Essayist, Tagger


def main() -> None:
    client = OpenAI()
    for worker in (Tagger, Essayist):
        print(worker(client).work("peat bogs"))
