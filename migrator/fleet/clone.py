"""A remote repository's last commit: its trees, then the files that are read, in one request each."""

from __future__ import annotations

import os

from migrator.fleet import commit_tree, git
from migrator.fleet.git import GitError


def answer(url: str, config: str = "") -> tuple[str, str]:
    """The commit of the remote's HEAD and its branch, without a clone; raises GitError."""
    said = git.run(os.devnull, "ls-remote", "--symref", "--", url, "HEAD", config=config, fetches=True)
    commit = branch = ""
    for line in said.decode("utf-8", "replace").splitlines():
        value, _, name = line.partition("\t")
        if name == "HEAD" and value.startswith("ref: "):
            branch = value.removeprefix("ref: refs/heads/")
        elif name == "HEAD":
            commit = value
    return commit, branch


def clone(url: str, target: str, commit: str, config: str = "") -> None:
    """Fetch one commit without its files into a bare repository; raises GitError."""
    git.run(target, "init", "--quiet", "--bare", "--template=", config=config)
    if not git.origin(target):
        with open(os.path.join(target, "config"), "ab") as stream:
            stream.write(_remote(url))
    words = ("--quiet", "--depth=1", "--filter=blob:none", "--no-tags", "--no-write-fetch-head", "origin")
    git.run(target, "fetch", *words, f"+{commit}:refs/remotes/origin/HEAD", config=config, fetches=True)


def _remote(url: str) -> bytes:
    quoted = url.replace("\\", "\\\\").replace('"', '\\"')
    lines = (
        '[remote "origin"]',
        f'url = "{quoted}"',
        "promisor = true",
        "partialclonefilter = blob:none",
        "",
    )
    return "\n".join(lines).encode()


def complete(target: str, blobs: tuple[commit_tree.Blob, ...], config: str = "") -> None:
    """Fetch files that are not there yet, all in one request; raises GitError."""
    oids = sorted({blob.oid for blob in blobs})
    if not oids:
        return
    words = ("--quiet", "--no-tags", "--no-write-fetch-head", "--filter=blob:none", "--stdin", "origin")
    asked = "".join(f"{oid}\n" for oid in oids).encode()
    git.run(
        target,
        "-c",
        "fetch.negotiationAlgorithm=noop",
        "fetch",
        *words,
        data=asked,
        config=config,
        fetches=True,
    )


def allowed(url: str) -> str:
    """Why a URL is not asked, or nothing."""
    scheme = url.partition("://")[0] if "://" in url else "ssh"
    if "::" in url.partition("/")[0] or scheme not in git.PROTOCOLS or url.startswith("-"):
        return f"only {', '.join(git.PROTOCOLS)} are used"
    return ""


def checked(url: str) -> str:
    """The URL; raises GitError where it is none that is asked."""
    why = allowed(url)
    if why:
        raise GitError("protocol-refused", why)
    return url
