"""Which ids a new row is made for alone, so that it waits where these do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from migrator.decide.rewrites import Rewrites
from migrator.decide.tables.needs import Needs

if TYPE_CHECKING:
    from migrator.decide.plans import Planner
    from migrator.decide.tables.needs import Case
    from migrator.decide.tables.rows import Written
    from migrator.inventory.edit_records import Edit


class RowCauses:
    """Tells rows that are made anyway, as users may name the new id, from those that only moving ids need."""

    def __init__(self, planner: Planner, needs: Needs) -> None:
        self.planner = planner
        nothing = Rewrites(planner)
        nothing.by_model.clear()
        self.needs = Needs(needs.linked, nothing, needs.containers)
        self.rewrites = needs.rewrites
        self._rows: dict[str, tuple[str, bool]] = {}
        self._unproven: set[str] = set()

    def note(self, edit: Edit, case: Case, cases: list[Case], variant: str, new: Written) -> None:
        """Remember a row: whether it is made whatever moves, and says what nothing proves."""
        self._rows[edit.id] = variant, variant in self.needs.wanted(case, case.rows, cases)
        if new.unproven:
            self._unproven.add(variant)

    def linked(self, edit: Edit) -> Edit:
        """The row's edit with the ids that it waits for, if it is made for these alone."""
        variant, is_offered = self._rows.get(edit.id, ("", True))
        if is_offered and variant not in self._unproven:
            return edit
        return msgspec.structs.replace(edit, follows=self._moving(variant))

    def _moving(self, variant: str) -> tuple[str, ...]:
        """The ids that move to a variant; none where a member of an enumeration does, which has no edit."""
        ones = [o for o in self.planner.judged if self.rewrites.variant(o) == variant]
        if any(one.id in self.planner.members for one in ones):
            return ()
        return tuple(one.id for one in ones if self.rewrites.active(one))
