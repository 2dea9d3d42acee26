"""What every record of an inventory is."""

from __future__ import annotations

import msgspec


class Record(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A frozen record whose absent (default) fields are left out of the JSON."""
