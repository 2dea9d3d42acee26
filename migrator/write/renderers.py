"""The renderer that a path's edits are made by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.data.formats import DOCUMENTS, is_data
from migrator.read.notebook import ENDING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from migrator.inventory.edit_records import Edit
    from migrator.write.render import Rendered


def render_file(path: str, data: bytes, edits: Sequence[Edit]) -> Rendered:
    """Make the edits of one file on its bytes."""
    if is_data(path):
        from migrator.write.datafiles import render_data

        return render_data(path, data, edits)
    if path.endswith(DOCUMENTS):
        from migrator.write.documents import render_document

        return render_document(data, edits)
    if path.endswith(ENDING):
        from migrator.write.notebooks import render_notebook

        return render_notebook(data, edits)
    from migrator.write.render import render

    return render(data, edits)
