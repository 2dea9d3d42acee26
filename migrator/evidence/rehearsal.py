"""What a rehearsal showed: the records, which are also its JSON."""

from __future__ import annotations

import msgspec

from migrator.inventory.record_base import Record
from migrator.report import redact


class Sent(Record, frozen=True):
    """Requests of one form from one place: `parameters` stand beside the texts, `tokens` is the most."""

    model: str
    endpoint: str
    parameters: dict[str, str] = {}
    requests: int = 0
    tokens: int = 0
    images: int = 0


class Refused(Record, frozen=True):
    """What the API would answer with an error, and where the value comes from that it refuses."""

    model: str
    message: str
    parameter: str = ""
    came: tuple[str, ...] = ()
    requests: int = 0
    tests: tuple[str, ...] = ()


class Arrived(Record, frozen=True):
    """A model that is only known at run time: its id, and the names that held it, outermost first."""

    model: str
    came: tuple[str, ...] = ()


class Exercised(Record, frozen=True):
    """One place that sent requests.

    Attributes:
        place: path and line, as the code was before.
        call_site: the id of the inventory's call site, where it is one; `joined`: by "place", or by "model".
        before, after: what was sent.
        refused_before, refused: of these what the API would refuse.
    """

    place: str
    scope: str = ""
    call_site: str = ""
    joined: str = ""
    before: tuple[Sent, ...] = ()
    after: tuple[Sent, ...] = ()
    refused_before: tuple[Refused, ...] = ()
    refused: tuple[Refused, ...] = ()
    arrived: tuple[Arrived, ...] = ()


class Moved(Record, frozen=True):
    """A test that fails only after; `patch` is the edit of its expectation, where there is one."""

    test: str
    place: str = ""
    message: str = ""
    patch: str = ""


class Ran(Record, frozen=True):
    """One run of the command: how it ended, and what it counted."""

    code: int
    seconds: float
    timed_out: bool = False
    left: int = 0
    requests: int = 0
    processes: int = 0
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    unseen: dict[str, int] = {}


class Stopped(Record, frozen=True):
    """An address that was not reached, and the places that wanted to."""

    address: str
    places: tuple[str, ...] = ()


class Verdict(Record, frozen=True):
    """What a rehearsal says of a reference: `holds`, or that it `fails` and how; by its fingerprint."""

    fingerprint: str
    place: str
    model: str
    holds: bool
    why: str


class Rehearsal(Record, frozen=True):
    """The whole of it; `verdicts` are what `--rehearsed` reads."""

    command: tuple[str, ...]
    catalog: str
    before: Ran
    after: Ran
    sites: tuple[Exercised, ...] = ()
    never: tuple[str, ...] = ()
    moved: tuple[Moved, ...] = ()
    mended: tuple[str, ...] = ()
    failing: tuple[str, ...] = ()
    stopped: tuple[Stopped, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    problems: tuple[str, ...] = ()
    edits: int = 0
    rehearsal_version: int = 1

    @property
    def refused(self) -> tuple[tuple[Exercised, Refused], ...]:
        """What is refused after and was not before."""
        found = []
        for site in self.sites:
            known = {one.message for one in site.refused_before}
            found += [(site, one) for one in site.refused if one.message not in known]
        return tuple(found)

    @property
    def is_worse(self) -> bool:
        """Whether anything went wrong after that did not before."""
        return bool(self.refused or self.moved) or (self.after.code != 0 and self.before.code == 0)

    @property
    def is_cut(self) -> bool:
        """Whether a run did not come to its end."""
        return self.before.timed_out or self.after.timed_out


def encode(rehearsal: Rehearsal) -> str:
    """As JSON."""
    return redact.mask(msgspec.json.format(msgspec.json.encode(rehearsal), indent=2).decode()) + "\n"
