"""Runs the notebook beside it, cell by cell."""

import json
import sys
from pathlib import Path


def run(folder: Path) -> None:
    names: dict[str, object] = {}
    for file in folder.glob("*.ipynb"):
        for cell in json.loads(file.read_text())["cells"]:
            if cell["cell_type"] == "code":
                lines = [line for line in cell["source"] if line[:1] not in "%!"]
                exec("".join(lines), names)


def main() -> None:
    run(Path(sys.modules[__name__].__file__ or "").parent)


if __name__ == "__main__":
    main()
