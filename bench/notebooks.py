"""Check that notebooks come back byte for byte outside what was edited.

usage: python bench/notebooks.py FOLDER-OR-ARCHIVE…

Takes every .ipynb of the folders and source archives. Each is read and written without a change, and with
a few characters added to some of its string literals, so that every notebook is written to and not only those
that name a model: all else must be the same bytes. Then the migration is run, twice; then nothing changes.
"""

from __future__ import annotations

import json
import sys
import tarfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from migrator import pipeline
from migrator.inventory.edit_records import Edit, ReplaceText
from migrator.read.notebook import Notebook, NotebookError, parts, restored
from migrator.read.parsing import read
from migrator.settings import Settings
from migrator.write.notebooks import render_notebook

if TYPE_CHECKING:
    from collections.abc import Iterator

EDITS = 5
MARK = "\u00e9z"


def notebooks(places: list[str]) -> Iterator[tuple[str, bytes]]:
    """Names and bytes of all notebooks below folders and in archives."""
    for place in map(Path, places):
        if place.is_dir():
            for path in sorted(place.rglob("*.ipynb")):
                yield str(path), path.read_bytes()
            continue
        with tarfile.open(place) as archive:
            for member in archive:
                stream = archive.extractfile(member) if member.isfile() else None
                if member.name.endswith(".ipynb") and stream is not None:
                    yield member.name, stream.read()


def edits_of(data: bytes, pattern: object) -> list[Edit]:
    """A change of some literals."""
    tree = read("a.ipynb", data, pattern).tree  # type: ignore[arg-type]
    texts = [
        i for i in tree.of_kind("Constant") if isinstance(tree.value[i], str) and tree.value[i].isalnum()
    ]
    places = {
        tree.span(i): tree.value[i] for i in texts if tree.kind[tree.parent[i]] not in ("JoinedStr", "Expr")
    }
    chosen = list(places.items())[:: max(len(places) // EDITS, 1)][:EDITS]
    return [
        Edit(
            id=f"e{n}", path="a.ipynb", anchor=span, group=f"e{n}", why="", rule="R",
            operation=ReplaceText(old=text, new=text + MARK),
        )
        for n, (span, text) in enumerate(chosen)
    ]  # fmt: skip


def judged(data: bytes, pattern: object) -> str:
    """What becomes of one notebook."""
    try:
        notebook = Notebook(data)
    except NotebookError:
        return "no notebook"
    lines = parts(notebook.text)
    for cell in notebook.cells:
        said = [line + "\n" for line in restored(lines[cell.number], cell.lines)]
        if "".join(said).rstrip("\n") != "".join(cell.lines).replace("\r\n", "\n").rstrip("\n"):
            return f"NOT RESTORED: cell {cell.number}"
    if read("a.ipynb", data, pattern).problem is not None:  # type: ignore[arg-type]
        return "NOT READ"
    edits = edits_of(data, pattern)
    made = render_notebook(data, edits)
    if made.refused or len(made.made) != len(edits):
        return f"REFUSED: {made.refused[:1]}"
    plain = made.data.decode().replace(MARK, "").replace("\\u00e9z", "")
    if plain != data.decode():
        return "CHANGED ELSEWHERE"
    json.loads(made.data)
    new = pipeline.migrate({"a.ipynb": data}, Settings())[1]
    if pipeline.migrate(new, Settings())[1] != new:
        return "NOT IDEMPOTENT"
    broken = sum(bool(cell.problem) for cell in notebook.cells)
    kind = "edited" if edits else "same, nothing to edit"
    return f"{kind}{', migrated' if new['a.ipynb'] != data else ''}{', with broken cells' if broken else ''}"


def main() -> None:
    pattern = pipeline.rules(Settings())[1]
    counts: Counter[str] = Counter()
    for name, data in notebooks(sys.argv[1:]):
        outcome = judged(data, pattern)
        counts[outcome.partition(":")[0]] += 1
        if outcome[:1].isupper():
            print(f"{name}: {outcome}")
    for outcome, number in counts.most_common():
        print(f"{number:5} {outcome}")
    sys.exit(any(outcome.isupper() for outcome in counts))


if __name__ == "__main__":
    main()
