"""Starts the app with the variables that stand beside it."""

import os
import re
import sys
from pathlib import Path


def deploy(folder: Path) -> None:
    for file in folder.iterdir():
        if file.suffix == ".env":
            for name, value in re.findall(r'^(?:export )?(\w+)="?([^"\s]+)', file.read_text(), re.M):
                os.environ[name] = value


def main() -> None:
    deploy(Path(sys.modules[__name__].__file__ or "").parent)
    from app import answer

    print(answer())


if __name__ == "__main__":
    main()
