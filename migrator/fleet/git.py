"""Git, told to trust nothing: only plumbing is called, and no setting of a repository can start a program.

A repository's configuration may name hooks, filters, a file system monitor, helpers and remotes. They are
overruled, or not asked for by the commands that are used; nothing is fetched but by `clone`.
"""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PROTOCOLS = ("https", "ssh", "git", "http")
"""How a remote repository may be reached; `ext::` and the like run programs."""

_OVERRULED = {
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "core.attributesFile": os.devnull,
    "core.excludesFile": os.devnull,
    "core.symlinks": "false",
    "core.untrackedCache": "false",
    "apply.whitespace": "nowarn",
    "apply.ignoreWhitespace": "no",
    "core.sshCommand": "ssh -oBatchMode=yes",
    "core.askPass": "",
    "core.alternateRefsCommand": "",
    "credential.helper": "",
    "diff.external": "",
    "submodule.recurse": "false",
    "fetch.recurseSubmodules": "false",
    "fetch.unpackLimit": "1",
    "transfer.fsckObjects": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "safe.directory": "*",
    "http.lowSpeedLimit": "1000",
    "http.lowSpeedTime": "60",
    "init.templateDir": "",
}
_FETCHING = frozenset({"core.sshCommand", "core.askPass", "credential.helper"})
"""What a configuration of the user's own may say for fetching."""
_MOST_SECONDS = 3_600
"""A turn has its own limit; this one is for what is done outside of turns."""
_KEPT = ("PATH", "HOME", "LANG", "SYSTEMROOT", "TMPDIR", "SSH_AUTH_SOCK", "SSH_AGENT_PID")
_PROXIES = ("http_proxy", "https_proxy", "no_proxy", "all_proxy", "SSL_CERT_FILE", "GIT_SSL_CAINFO")


class GitError(Exception):
    """Git could not do it; `reason` is a word for counting, the message is for a person."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def environment(config: str = "", *, fetches: bool = False) -> dict[str, str]:
    """The environment of a git process: the system's and the user's configuration are not read.

    `config` is a file that the user names for fetching: credentials, proxies.
    """
    kept = {name: os.environ[name] for name in (*_KEPT, *_proxies()) if name in os.environ}
    overruled = {
        name: value for name, value in _OVERRULED.items() if not (config and fetches and name in _FETCHING)
    }
    return {
        **kept,
        "LC_ALL": "C",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": config if fetches and config else os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": ":".join(PROTOCOLS) if fetches else "none",
        **_settings(overruled),
    }


def _proxies() -> tuple[str, ...]:
    return (*_PROXIES, *(name.upper() for name in _PROXIES))


def _settings(values: Mapping[str, str]) -> dict[str, str]:
    """Settings for GIT_CONFIG_COUNT, which outrank every file."""
    found = {"GIT_CONFIG_COUNT": str(len(values))}
    for number, (name, value) in enumerate(values.items()):
        found |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    return found


def run(
    folder: str,
    *words: str,
    data: bytes = b"",
    config: str = "",
    fetches: bool = False,
    more: Mapping[str, str] | None = None,
) -> bytes:
    """What a git command prints; raises GitError."""
    command = command_of(folder, *words)
    env = {**environment(config, fetches=fetches), **(more or {})}
    try:
        done = subprocess.run(
            command, input=data, env=env, capture_output=True, check=False, timeout=_MOST_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise GitError("timeout", f"git {words[0]} took longer than {_MOST_SECONDS:,} s") from None
    except FileNotFoundError:
        raise GitError("no-git", "git is not installed") from None
    except ValueError:
        raise GitError("bad-name", "a name holds a zero byte") from None
    if done.returncode:
        raise failure(done.stderr)
    return done.stdout


def command_of(folder: str, *words: str) -> list[str]:
    """The command line for a repository."""
    return ["git", "--no-pager", f"--git-dir={folder}", *words]


_REASONS = (
    ("not-found", ("not found", "does not exist", "no such file", "does not appear to be a git repository")),
    ("not-a-repository", ("not a git repository",)),
    ("refused", ("authentication failed", "could not read username", "permission denied", "403", "401")),
    ("disk-full", ("no space left", "disk quota")),
    ("no-answer", ("could not resolve", "unable to connect", "could not connect", "failed to connect",
                   "connection", "timed out", "unable to access", "early eof", "hung up")),
    ("protocol-refused", ("transport", "not allowed")),
)  # fmt: skip


def failure(said: bytes) -> GitError:
    """What git said on its way out; whatever is no known reason is a repository that cannot be read."""
    text = " ".join(said.decode("utf-8", "replace").split())
    low = text.lower()
    found = next((reason for reason, signs in _REASONS if any(sign in low for sign in signs)), "corrupt")
    return GitError(found, text[-400:] or "git ended without a word")


def directory(path: str) -> str:
    """The git directory of a clone or of a bare repository; raises GitError."""
    if not os.path.isdir(path):
        raise GitError("not-found", f"{path} is no folder")
    inner = os.path.join(path, ".git")
    if os.path.isfile(inner):
        return _linked(path, inner)
    for each in inner, path:
        if os.path.isdir(os.path.join(each, "objects")) or os.path.isfile(os.path.join(each, "HEAD")):
            return each
    raise GitError("not-a-repository", f"{path} holds no git repository; for a plain folder use scan")


def _linked(path: str, file: str) -> str:
    """The git directory that a worktree's `.git` file names."""
    with open(file, "rb") as stream:
        text = os.fsdecode(stream.read(4_096)).strip()
    found = os.path.join(path, text.removeprefix("gitdir:").strip())
    if not text.startswith("gitdir:") or not os.path.isdir(found):
        raise GitError("not-a-repository", f"{file} leads to no git repository")
    return found


def head(folder: str) -> tuple[str, str]:
    """The commit that is checked out, and its branch; two empty words in a repository without a commit."""
    try:
        commit = run(folder, "rev-parse", "--verify", "--quiet", "HEAD^{commit}").decode().strip()
    except GitError as error:
        return _unborn(folder, error)
    with_branch = run(folder, "rev-parse", "--symbolic-full-name", "HEAD").decode().strip()
    return commit, with_branch.removeprefix("refs/heads/") if with_branch != "HEAD" else ""


def _unborn(folder: str, error: GitError) -> tuple[str, str]:
    """Nothing where there are no refs at all; else the repository is broken."""
    try:
        refs = run(folder, "for-each-ref", "--count=1", "--format=%(refname)")
        name = run(folder, "symbolic-ref", "--quiet", "HEAD").decode().strip()
    except GitError:
        raise error from None
    if refs.strip() or os.path.exists(os.path.join(folder, *name.split("/"))):
        raise GitError("corrupt", "HEAD leads to no commit; run git fsck there")
    return "", name.removeprefix("refs/heads/")


def origin(folder: str) -> str:
    """Where a clone came from, as its configuration says; nothing where it says nothing."""
    try:
        return (
            run(folder, "config", "--local", "--no-includes", "--get", "remote.origin.url").decode().strip()
        )
    except (GitError, UnicodeDecodeError):
        return ""
