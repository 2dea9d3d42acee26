"""What gives a secret away: the forms of vendors' keys, and the names and places that hold a password.

All patterns are bounded: nothing that a program holds makes them slow.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from migrator.secretnames import KEYWORD

if TYPE_CHECKING:
    from collections.abc import Callable

MASK = "***"

PREFIXED = r"""
    sk-[\w-]{12,} | [rp]k_(?:live|test)_\w{12,} | gh[pousr]_\w{20,}
    | github_pat_\w{20,} | gl(?:pat|dt|rt|ptt)-[\w-]{16,}
    | hf_[A-Za-z0-9]{20,} | xox[abeoprs]-[\w-]{10,} | xapp-[\w-]{10,} | A[KS]IA[0-9A-Z]{16} | AIza[\w-]{30,}
    | ey[JK][\w-]{10,}\.[\w-]{10,}(?:\.[\w-]+)? | gsk_\w{20,} | pypi-[\w-]{30,}
    | SG\.[\w-]{16,}\.[\w-]{16,} | npm_\w{30,} | shp(?:at|ca|pa|ss)_\w{20,} | do[por]_v1_\w{30,}
    | key-[0-9a-f]{32} | sq0(?:atp|csp)-[\w-]{20,} | whsec_[\w+/=-]{16,} | GOCSPX-[\w-]{20,}
    | ya29\.[\w-]{16,} | r8_\w{20,} | pplx-\w{20,} | xai-\w{20,} | tvly-[\w-]{16,} | lsv2_\w{20,}
    | nvapi-[\w-]{20,} | fw_[A-Za-z0-9]{20,} | hv[sb]\.[\w-]{16,} | AGE-SECRET-KEY-1\w{16,}
    | ntn_\w{20,} | secret_[A-Za-z0-9]{30,} | lin_api_\w{20,} | figd_[\w-]{20,} | dapi[0-9a-f]{32}
    | AT(?:ATT|BB|CTT)3?\w[\w=-]{20,} | pcsk_\w{20,} | dckr_pat_[\w-]{16,} | dp\.(?:pt|st|ct|sa)\.[\w.-]{16,}
    | sntry[su]_[\w=+/-]{16,} | eyJ[\w-]{40,} | PMAK-[\w-]{20,} | rk_\w{24,} | fly_\w{16,} | phc_\w{20,}
"""
"""Forms of keys that say whose they are; each begins at the start of a word."""

_SPACED = r"(?i:passw(?:or)?d|passphrase|pwd|secret|(?:encryption|signing|private)[_-]?key)"
_QUOTE = r"(?:\\?\"\"\"|\\?'''|\\?\"|\\?')"
_SIGN = r"\s{0,20}(?::=|==|!=|[:=])\s{0,20}"
_GIVEN = rf"(?:{_SIGN}|\s{{0,20}}:\s{{0,20}}[A-Za-z_][\w.\[\], |\"']{{0,60}}?\s{{0,20}}=\s{{0,20}})"
_ELSE = r"(?:[\w.]{1,40}[(\[]\s{0,20}[\"'][\w-]{1,60}[\"']\s{0,20}[)\]]\s{0,20}or\s{1,20})?"
_WRAPPED = r"(?:(?:[A-Za-z_][\w.]{0,40}\s?)?\([\s{1,20}-]{0,20}(?:default\s{0,20}=\s{0,20})?){0,3}"
_PREFIX = r"(?:[\"']{2}\s{1,20})?[rbufRBUF]{0,2}"
_END = r"(?P<end>(?P=quote)|…|\.\.\.|\Z)"
_NOT_A_NAME = r"(?![A-Z][A-Z0-9_]{0,200}\\?[\"'])"


def _named(keyword: str, value: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?P<name>{keyword}\w{{0,40}}\\?[\"']?\s{{0,20}}\]?{_GIVEN}{_ELSE}{_WRAPPED}{_PREFIX}(?P<quote>{_QUOTE}))"
        rf"{_NOT_A_NAME}(?P<value>{value}){_END}"
    )


NAMED = _named(KEYWORD, r"[^\"'\s\\]{4,}")
WITH_SPACES = _named(_SPACED + r"(?!\w)", r"[^\"'\\\n]{6,}")
ASKED = re.compile(
    rf"(?P<name>\w\(\s{{0,20}}(?:[\w.]{{1,60}}\s{{0,20}},\s{{0,20}})?[\"']\w{{0,40}}{KEYWORD}\w{{0,40}}[\"']\s{{0,20}},\s{{0,20}}"
    rf"(?:default\s{{0,20}}=\s{{0,20}})?{_PREFIX}(?P<quote>{_QUOTE})){_NOT_A_NAME}(?P<value>[^\"'\\\n]{{4,2000}}){_END}"
)
"""`getenv("API_KEY", "…")`, `setattr(x, "password", "…")`."""
_BARE = (
    r"(?P<value>(?=[^\s\"'()\[\]{},;]{0,200}\d)(?![A-Z][A-Z0-9_]{0,200}(?:[\s,;]|\Z))"
    r"[^\s\"'()\[\]{},;]{6,2000})(?P<end>(?=[\s;]|\Z))"
)
LOOSE = re.compile(
    rf"(?P<name>(?:^|(?<=[\s;]))(?:export\s{{1,20}}|--?)?[\w-]{{0,40}}{KEYWORD}[\w-]{{0,20}}(?:=|:\s{{1,20}})){_BARE}",
    re.MULTILINE,
)
"""`API_KEY=…` of a shell, `password: …` of YAML."""
OPTION = re.compile(rf"(?P<name>(?:^|(?<=\s))--?[\w-]{{0,40}}{KEYWORD}[\w-]{{0,20}}\s){_BARE}", re.MULTILINE)
CONNECTION = re.compile(
    r"(?i)(;\s{0,20}(?:password|pwd|accountkey|sharedaccesskey|sharedsecret)\s{0,20}=\s{0,20})[^;\"'\s]{4,2000}"
)
TUPLE = re.compile(
    r"(?i)((?:\bauth|credentials?|\b(?:api_?keys|passwords|secrets)|\.login)\s{0,20}=?\s{0,20}[(\[])(?=[^)\]\n]{0,400}[\"'])([^)\]\n]{1,400})"
)
TARGETS = re.compile(
    r"(?P<start>^[+\- ]?\s{0,80}[\w.]{1,60}(?:\s?,\s?[\w.]{1,60}){0,8}\s?,\s?[\w.]{0,40}"
    rf"{KEYWORD}\w{{0,20}}\s?=(?!=))(?P<rest>[^\n]{{1,400}})",
    re.MULTILINE,
)
"""`user, password = "…", "…"`."""
PEM = re.compile(r"(-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----)(.*?)(?=-----END|\Z)", re.DOTALL)
WEBHOOK = re.compile(
    r"(?i)(hooks\.slack\.com/(?:services|workflows|triggers)/|discord(?:app)?\.com/api/webhooks/"
    r"|webhook\.office\.com/|hooks\.zapier\.com/hooks/|api\.telegram\.org/bot)[\w@%:./-]{6,2000}"
)
TELEGRAM = re.compile(r"\b(\d{8,10}:A)A[\w-]{30,}")
USER = re.compile(r"((?:^|\s)(?:-u|--user)[ =][\"']?[\w.@-]{1,60}:)[^\s\"']{4,2000}")
LONG_BASE64 = re.compile(
    r"(?<![\w/+.-])(?=[a-z0-9/+]{0,76}[A-Z])(?=[A-Za-z/+]{0,76}\d)[A-Za-z0-9/+]{60,76}={0,2}(?![\w/+=.-])"
)
"""A line of a key that is kept in lines."""

_TEXT = re.compile(r"(?P<quote>[\"'])(?P<value>[^\"'\\\n]{4,2000})(?P=quote)")


def _all_texts(match: re.Match[str]) -> str:
    return match[1] + _TEXT.sub(_hidden, match[2])


def _hidden(match: re.Match[str]) -> str:
    return f"{match['quote']}{MASK}{match['quote']}"


def _lines(match: re.Match[str]) -> str:
    """As many lines as there were."""
    return match[1] + MASK + "\n" * match[2].count("\n")


def _named_value(match: re.Match[str]) -> str:
    return f"{match['name']}{MASK}{match['end']}"


def _behind(match: re.Match[str]) -> str:
    return match[1] + MASK


_WORDS = ("key", "secret", "passw", "credential", "token", "pwd", "passphrase", "auth", "webhook")
RULES: tuple[tuple[tuple[str, ...], re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (("private key",), PEM, _lines),
    (("hook", "telegram"), WEBHOOK, _behind),
    ((":aa",), TELEGRAM, _behind),
    (_WORDS, NAMED, _named_value),
    (("passw", "passphrase", "pwd", "secret", "key"), WITH_SPACES, _named_value),
    (_WORDS, ASKED, _named_value),
    (_WORDS, LOOSE, _named_value),
    (_WORDS, OPTION, _named_value),
    ((";",), CONNECTION, _behind),
    (("auth", "credential", "keys", "passwords", "secrets", "login"), TUPLE, _all_texts),
    (
        _WORDS,
        TARGETS,
        lambda match: match["start"] + _TEXT.sub(_hidden, match["rest"]),
    ),
    (("-u", "--user"), USER, _behind),
)
"""Words of which one stands in every match (in lower case), the pattern, and what takes its place."""
