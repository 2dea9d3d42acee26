"""Starts the services of the compose files beside it, as far as it takes for one."""

import os
import re
import sys
from pathlib import Path

import yaml


def up(folder: Path) -> None:
    for file in folder.iterdir():
        if file.suffix == ".yml":
            for service in yaml.safe_load(file.read_text())["services"].values():
                for entry in service["environment"]:
                    name, _, value = entry.partition("=")
                    os.environ[name] = re.sub(r"\$\{\w+:-(.*)\}", r"\1", value)


def main() -> None:
    up(Path(sys.modules[__name__].__file__ or "").parent)
    from app import answer

    print(answer())


if __name__ == "__main__":
    main()
