"""Why an operation could not be made on the source in front of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from migrator.inventory.edit_records import Operation


class NotApplicableError(Exception):
    """The source at the anchor is not what the operation expects.

    Attributes:
        message: what was met, for a person.
        operations: those that cannot be made; empty means the one being applied.
        code: a stable code for the diagnostic.
    """

    def __init__(
        self, message: str, operations: tuple[Operation, ...] = (), code: str = "not-applicable"
    ) -> None:
        super().__init__(message)
        self.message = message
        self.operations = operations
        self.code = code
