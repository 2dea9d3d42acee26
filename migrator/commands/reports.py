"""`review`, `scan` and `diff`: they read and print."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from migrator.commands import DONE, FAILED, work
from migrator.output import complain, complain_of, emit_bytes, save, say, show, verbosity
from migrator.report import redact, words
from migrator.report.style import PLAIN, style_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from migrator.commands.options import Request
    from migrator.inventory import Inventory
    from migrator.rendering import Changes


def review(request: Request) -> int:
    """A screen; all sections with `--verbose`, and a line with `--quiet`."""
    from migrator.report import brief, terminal

    inventory = work.review(request)
    if verbosity() < 0:
        show(brief.line(redact.for_people(inventory)))
        return FAILED if inventory.diagnostics else DONE
    edits, patches = sum(edit.selected for edit in inventory.edits), {}
    if edits <= brief.FEW or (verbosity() and terminal.is_small(inventory)):
        made = work.changes(inventory, request.target.root, request.settings.jobs)
        inventory = work.adding(inventory, made.diagnostics)
        patches = work.patches(made)
    where = request.target
    whole = where.root == Path.cwd()
    style, found = style_of(sys.stdout), work.causes(request, inventory)
    if verbosity():
        text = terminal.render(
            inventory,
            style,
            patches=patches,
            target=where.named,
            whole=whole,
            found=found,
            volume=request.volume,
        )
    else:
        about = brief.Brief(inventory, where.named, found, request.volume, patches, whole)
        text = brief.render(about, style)
    show(text)
    return _code(inventory)


def scan(request: Request, form: str, output: str, *, everything: bool, prompts: bool) -> int:
    """The inventory in one of the formats, to standard output or a file."""
    inventory = work.review(request)
    if form == "json":
        from migrator.report import json_report

        save(json_report.render(inventory, prompts=prompts), output)
    elif form == "text" and output == "-":
        show(_rendered(request, inventory, form, output, everything))
    else:
        save(_rendered(request, inventory, form, output, everything), output)
    complain_of(inventory.diagnostics)
    return FAILED if inventory.diagnostics else DONE


def _rendered(request: Request, inventory: Inventory, form: str, output: str, everything: bool) -> str:
    if form == "markdown":
        return _markdown(inventory, output, request.volume)
    if form == "html":
        return _page(request, inventory)
    if form == "cyclonedx":
        return _bill(request, inventory)
    if form != "text":
        return _for_tools(inventory, form, request)
    from migrator.report import text

    style = style_of(sys.stdout) if output == "-" else PLAIN
    return text.render(inventory, style, everything=everything)


def _markdown(inventory: Inventory, output: str, volume: int) -> str:
    """What GitHub takes; where there is more all of it goes to a file beside the one that was named."""
    from migrator.report import markdown

    whole = markdown.whole(inventory, volume)
    if len(whole) <= markdown.LIMIT or output == "-":
        return markdown.render(inventory, volume=volume)
    rest = Path(output).with_suffix(".whole.md")
    save(whole, str(rest))
    say(f"{output}: cut to the {markdown.LIMIT:,} characters that GitHub takes; all of it: {rest}")
    return markdown.render(inventory, rest.name, volume)


def _page(request: Request, inventory: Inventory) -> str:
    from migrator.commands import about
    from migrator.report import html
    from migrator.report.open_places import Code

    project = about.project(request)
    made = work.changes(inventory, request.target.root, request.settings.jobs)
    code = Code(work.patches(made), project.content, project.owner)
    told = project.about(request, work.causes(request, inventory))
    return html.render(work.adding(inventory, made.diagnostics), told, code)


def _bill(request: Request, inventory: Inventory) -> str:
    from migrator.errors import UsageError
    from migrator.report import cyclonedx

    try:
        return cyclonedx.render(inventory, request.settings.day)
    except ImportError as error:
        hint = "pip install 'gpt55-migrate[cyclonedx]'"
        raise UsageError(f"--format cyclonedx needs {error.name or 'cyclonedx'}: {hint}") from None


def _for_tools(inventory: Inventory, form: str, request: Request) -> str:
    from migrator.commands import output_formats
    from migrator.report.issues import issues

    found = issues(redact.for_people(inventory), work.covers(request))
    return output_formats.render(
        form, output_formats.findings(form, request, inventory, found, frozenset({"fixable"}))
    )


def diff(request: Request, only: Sequence[str], by: str, *, stat: bool) -> int:
    """A patch that `git apply` takes, byte for byte; coloured on a terminal only."""
    inventory = work.within(work.review(request), request.target)
    inventory = work.only(inventory, only, request.target.root)
    made = work.changes(inventory, request.target.root, request.settings.jobs)
    if stat:
        show(_stat(inventory, made))
    elif by == "site":
        show(_by_site(inventory, request.target.root))
    else:
        _patch(inventory, made)
    problems = (*inventory.diagnostics, *made.diagnostics)
    complain_of(problems)
    return FAILED if problems else DONE


def _patch(inventory: Inventory, made: Changes) -> None:
    from migrator.report.hunks import colored

    style = style_of(sys.stdout)
    patch = b"".join(map(work.portable, work.explained(made, inventory).values()))
    if style.color and sys.stdout.isatty():
        show(colored(patch, style))
    else:
        emit_bytes(patch)
        _warn_of_keys(patch)


def _warn_of_keys(patch: bytes) -> None:
    from migrator.report.redact import holds_secret

    if holds_secret(patch):
        complain("the patch holds what looks like a key, as it must to apply: keep it to yourself")


def _stat(inventory: Inventory, made: Changes) -> str:
    from migrator.report import stat

    return stat.render(work.patches(made), inventory.edits, style_of(sys.stdout))


def _by_site(inventory: Inventory, root: Path) -> str:
    """For reading: a change that serves two calls is shown at the first."""
    from migrator.report import by_call_site

    complain("by call site this is for reading; git apply takes the plain gpt55-migrate diff")
    return by_call_site.render(
        inventory, lambda group: _of_group(inventory, group, root), style_of(sys.stdout)
    )


def _of_group(inventory: Inventory, group: str, root: Path) -> dict[str, bytes]:
    alone = work.keeping(inventory, lambda edit: edit.group == group)
    found = work.explained(work.changes(alone, root), alone)
    return {path: work.portable(patch) for path, patch in found.items()}


def _code(inventory: Inventory) -> int:
    if not inventory.diagnostics:
        return DONE
    complain(f"{words.count(len(inventory.diagnostics), 'problem')}; gpt55-migrate scan lists them all")
    return FAILED
