"""Starts the app in the environment of the image that is described beside it."""

import os
import re
import sys
from pathlib import Path


def run(folder: Path) -> None:
    for file in folder.iterdir():
        if file.suffix == ".dockerfile":
            known = dict(re.findall(r"(\w+)=(\S+)", file.read_text()))
            for name, value in known.items():
                os.environ[name] = known.get(value.strip("${}"), value)


def main() -> None:
    run(Path(sys.modules[__name__].__file__ or "").parent)
    from app import answer

    print(answer())


if __name__ == "__main__":
    main()
