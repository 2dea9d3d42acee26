"""`models`: the catalogue as a table, and whether an endpoint lists its targets."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from migrator.commands import DONE, FINDINGS
from migrator.errors import UsageError, WorkError
from migrator.output import emit
from migrator.report import catalogue_table
from migrator.report.style import style_of

if TYPE_CHECKING:
    from pathlib import Path

    from migrator.rulebook.catalog_rules import Catalog
    from migrator.settings import Settings

DEFAULT_ENDPOINT = "https://api.openai.com/v1"
_ANSWER_LIMIT = 10_000_000
_SECONDS = 20


def models(settings: Settings, *, verify: bool) -> int:
    """Print the catalogue; with `verify` ask the endpoint, and fail where a target is missing there."""
    from migrator.rulebook.rulefiles import load_rulebook

    rulebook = load_rulebook(settings.catalog, _paths(settings))
    style = style_of(sys.stdout)
    if not verify:
        emit(catalogue_table.render(rulebook.catalog, rulebook.other_catalogs, style, settings.day))
        return DONE
    endpoint = _endpoint()
    listed = _listed(endpoint)
    emit(catalogue_table.verified(rulebook.catalog, endpoint, listed, style))
    return DONE if _targets(rulebook.catalog) <= listed else FINDINGS


def _paths(settings: Settings) -> tuple[Path, ...]:
    from pathlib import Path

    return tuple(map(Path, settings.rules))


def _targets(catalog: Catalog) -> set[str]:
    return {variant.id for variant in catalog.variants.values()}


def _endpoint() -> str:
    base = os.environ.get("OPENAI_BASE_URL", "").rstrip("/") or DEFAULT_ENDPOINT
    if not base.startswith(("https://", "http://")):
        raise UsageError(f"OPENAI_BASE_URL: {base}: expected a URL that starts with https:// or http://")
    return base if base.endswith("/v1") or "/v1/" in base else f"{base}/v1"


def _listed(endpoint: str) -> set[str]:
    """The ids that the endpoint lists; the one place in this tool that uses the network."""
    import json
    import urllib.error
    import urllib.request

    request = urllib.request.Request(f"{endpoint}/models")
    for name, value in _headers().items():
        request.add_unredirected_header(name, value)
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:
            data = json.loads(answer.read(_ANSWER_LIMIT))
        return {item["id"] for item in data["data"]}
    except urllib.error.HTTPError as error:
        hint = "; check OPENAI_API_KEY" if error.code in (401, 403) else "; check OPENAI_BASE_URL"
        raise WorkError(f"{endpoint}/models answered {error.code} {error.reason}{hint}") from None
    except OSError as error:
        raise WorkError(f"{endpoint}/models cannot be reached: {getattr(error, 'reason', error)}") from None
    except (ValueError, KeyError, TypeError):
        raise WorkError(f"{endpoint}/models answered with no list of models; check OPENAI_BASE_URL") from None


def _headers() -> dict[str, str]:
    key = os.environ.get("OPENAI_API_KEY", "")
    if not key.isprintable() or not key.isascii():
        raise UsageError("OPENAI_API_KEY: holds characters that no key has; set it again")
    return {"Authorization": f"Bearer {key}"} if key else {}
