"""rules/vendors.toml: whose an id or an endpoint is."""

from __future__ import annotations

from typing import Literal

from migrator.rulebook.base import Rule

Vendor = Literal["openai", "azure", "gateway", "other", "local"]
"""Whose endpoint a request goes to; a gateway hands on to the API under the API's own ids."""
TAKES_IDS: tuple[Vendor, ...] = ("openai", "gateway")
"""Endpoints that take the publisher's ids."""
TAKES_PARAMETERS: tuple[Vendor, ...] = (*TAKES_IDS, "azure")
"""Endpoints that take what the API takes; Azure has names of its own for models."""
OTHERS: tuple[Vendor, ...] = ("other", "local")
"""Endpoints of other vendors, and of servers of one's own."""
KEEPS_IDS: tuple[Vendor, ...] = ("azure", *OTHERS)
"""Endpoints at which an id is no name of the publisher's."""


class Prefix(Rule, frozen=True):
    """What stands before an id (`openai/`, `azure/`): whose name the id then is."""

    text: str
    vendor: Literal["openai", "azure", "gateway", "other"]
    source: str


class Host(Rule, frozen=True):
    """What an endpoint's host ends with."""

    suffix: str
    vendor: Vendor
    source: str


class Provider(Rule, frozen=True):
    """A vendor that a setting beside the model names: `keys` of such settings, `names` in lower case."""

    keys: tuple[str, ...]
    names: tuple[str, ...]
    vendor: Literal["azure"]
    source: str

    def says(self, key: object, text: object) -> bool:
        """Whether a setting names this vendor."""
        return key in self.keys and isinstance(text, str) and text.lower() in self.names


class Vendors(Rule, frozen=True):
    """Prefixes and hosts, most specific first; what ids of any vendor start with, as a pattern."""

    id_starts: str
    source: str
    prefix: tuple[Prefix, ...]
    host: tuple[Host, ...]
    provider: tuple[Provider, ...]

    @property
    def own_hosts(self) -> tuple[str, ...]:
        """The hosts of the API's publisher."""
        return tuple(one.suffix for one in self.host if one.suffix and one.vendor == "openai")
