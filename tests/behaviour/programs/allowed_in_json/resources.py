"""Data files of this program."""

import json
from pathlib import Path

FOLDER = Path(__file__).resolve().parent


def resource(name: str):
    with (FOLDER / name).open() as stream:
        return json.load(stream)
