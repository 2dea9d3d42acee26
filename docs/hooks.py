"""MkDocs: the reference is made from code and rules, and links out of docs/ lead to the repository."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mkdocs.structure.files import File

DOCS = Path(__file__).resolve().parent
CHECKOUT = DOCS.parent
sys.path[:0] = [str(DOCS), str(CHECKOUT)]

import reference  # noqa: E402

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

_LINK = re.compile(r"(\]\()((?:\.\./)+[^)#\s]+)")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """The addresses stand in pyproject.toml alone."""
    urls = reference.urls()
    config.site_url, config.repo_url = urls["Documentation"], urls["Repository"]
    config.repo_name = "Repository"
    config.edit_uri = "blob/main/docs/"
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages and schemas that are made."""
    for path, text in reference.made().items():
        files.append(File.generated(config, path, content=text))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, **_: Any) -> str:  # noqa: ANN401
    """Links to files outside docs/ as addresses in the repository."""
    folder = os.path.dirname(os.path.join("docs", page.file.src_uri))

    def absolute(match: re.Match[str]) -> str:
        path = os.path.normpath(os.path.join(folder, match[2]))
        return match[0] if path.startswith("docs") else f"{match[1]}{config.repo_url}/blob/main/{path}"

    return _LINK.sub(absolute, markdown)
