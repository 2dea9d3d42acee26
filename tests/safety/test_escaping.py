"""Names and texts of the scanned project are shown, and never obeyed, whoever reads the report."""

from __future__ import annotations

import html
import json
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt

from migrator.report.markdown import code, escaped
from migrator.report.style import disarmed, visible
from safety import programs

NAMES = [
    "::error::x.py",
    "::add-mask::gpt.py",
    "##[group]x.py",
    "##vso[task.setvariable variable=a]b.py",
    "ctrl\x1b[31m\x1b]0;title\x07.py",
    "back\x08\x7f\x9b31m.py",
    "new\nline\r::error::y.py",
    "<img src=x onerror=alert(1)>.py",
    "<b>&amp;\"'.py",
    "a|b`c\\|d``e.py",
    "\u202egpj.py",
    "\u2028line\u200f.py",
    "[x](javascript:alert(1)).py",
    "@octocat #1 **bold** _it_ ~~no~~ $x$.py",
    "%0A::error::z.py",
    "a,line=1::b.py",
]
EVIL = "\\x1b[31m::error::<script>alert(1)</script> ![i](http://e/i.png) [l](javascript:x) `c` | @octocat #1 \u202e <img src=x>"
PROGRAM = f"""\
from openai import OpenAI

client = OpenAI()
# ::error::gpt-4o <script>alert(2)</script> \x1b[31m \u202e
LIMITS = {{"gpt-4o": 128_000, "<img src=y>|`": 1}}


class Odd:
    def ask(self, text, size=LIMITS["gpt-4o"]):
        if text == "gpt-4o {EVIL}" or text.startswith("gpt-4o"):
            return "::set-output name=a::gpt-4o {EVIL}"
        return client.chat.completions.create(
            model="gpt-4o",
            messages=[{{"role": "system", "content": "{EVIL} gpt-4o"}}, {{"role": "user", "content": text}}],
            max_tokens=5,
            logit_bias={{"{EVIL}": 1}},
            stop=["{EVIL}"],
        )


def by_name(name="{EVIL}"):
    return client.responses.create(model=name or "gpt-4o", input="::error::{EVIL}")
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    home = tmp_path_factory.mktemp("zoo")
    made = programs.lay(home / "work", {"plain.py": PROGRAM.encode(), "bad.py": b"x = gpt-4o ="})
    for name in NAMES:
        (made / name).write_bytes(PROGRAM.encode())
    (made / "::broken::gpt-4o.py").write_bytes(b"gpt-4o = '")
    return made


def told(root, *words, **more):
    done = programs.run(*words, home=root.parent, cwd=root, **more)
    return done.stdout.decode(), done.stderr.decode()


CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029\u200e\u200f]")
COMMAND = re.compile(r"(?m)^[ \t]*::|##\w*\[")
PLAIN = [
    ["review"],
    ["scan"],
    ["scan", "--all"],
    ["check", ".", "--fail-on", "any"],
    ["diff", "--stat"],
    ["diff", "--by", "site"],
    ["explain", "plain.py:12"],
    ["explain", "./::error::x.py:12"],
    ["apply", "--yes", "--only", "nothing.py:1"],
]


@pytest.mark.parametrize("words", PLAIN, ids=" ".join)
def test_text_drives_neither_terminal_nor_log(root, words):
    for text in told(root, *words):
        assert CONTROL.search(text) is None
        assert COMMAND.search(text) is None


def test_colours_are_ours_alone(root):
    text, _ = told(root, "review", FORCE_COLOR="1")
    assert "\033[1m" in text
    assert CONTROL.search(re.sub("\033\\[[0-9;]*m", "", text)) is None
    assert "\033[31m::error" not in text


def test_what_is_written_is_told_as_safely(root, tmp_path):
    for file in sorted(root.iterdir()):
        (tmp_path / "work").mkdir(exist_ok=True)
        (tmp_path / "work" / file.name).write_bytes(file.read_bytes())
    done = programs.run("apply", ".", "--yes", home=tmp_path, cwd=tmp_path / "work")
    fixed = programs.run("check", ".", "--fix", home=tmp_path, cwd=tmp_path / "work")
    for data in (done.stdout, done.stderr, fixed.stdout, fixed.stderr):
        assert CONTROL.search(data.decode()) is None
        assert COMMAND.search(data.decode()) is None


# -- formats -------------------------------------------------------------------------------------


class Tags(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found = set()
        self.attributes = set()

    def handle_starttag(self, tag, attrs):
        self.found.add(tag)
        self.attributes |= {name for name, _ in attrs}


def tags(text):
    parser = Tags()
    parser.feed(text)
    return parser


PAGE = {
    *("html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "h4", "p", "details", "summary"),
    *("table", "thead", "tbody", "tr", "th", "td", "code", "br", "strong", "sub"),
    *("nav", "section", "div", "span", "a", "pre", "ul", "ol", "li", "dl", "dt", "dd", "kbd", "script"),
    *("button", "input", "label", "select", "option", "output", "progress"),
}


def test_html_holds_our_elements_only(root):
    text, _ = told(root, "scan", "--format", "html")
    found = tags(text)
    assert found.found <= PAGE
    assert not {name for name in found.attributes if name.startswith("on")}
    assert text.count("<script") == 1
    assert "default-src 'none'" in html.unescape(text)
    assert CONTROL.search(text) is None


@pytest.mark.parametrize("words", [["scan"], ["check", ".", "--fail-on", "any"]], ids=" ".join)
def test_markdown_renders_to_our_elements_only(root, words):
    text, _ = told(root, *words, "--format", "markdown")
    page = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(text)
    found = tags(page)
    assert found.found <= PAGE | {"blockquote"}
    assert found.attributes <= {"open"}
    assert CONTROL.search(text) is None
    outside = re.sub(r"<code>.*?</code>", "", page, flags=re.S)
    assert re.search(r"[@#]\w", outside.replace("&#", "")) is None
    assert "<del>" not in page
    assert "<em>" not in page


@pytest.mark.parametrize(
    "text", ["a|b", "a\\|b", "`", "``|`", "\\", "<b>", "&lt;", "a\\\\|<img src=x>", "x_y*z"]
)
def test_code_in_a_table_says_what_it_is_given(text):
    """Cells part at the pipes of the source, before anything else is understood."""
    page = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(
        f"| a | b |\n| --- | --- |\n| {code(text)} | end |\n"
    )
    assert tags(page).found == {"table", "thead", "tbody", "tr", "th", "td", "code"}
    cells = re.findall(r"<td>(.*?)</td>", page)
    assert len(cells) == 2
    assert ElementTree.fromstring(f"<x>{cells[0]}</x>").find("code").text == text


@pytest.mark.parametrize(
    "text", ["a|b\\|c", "*a* _b_ ~~c~~", "&lt;b&gt; <i>", "[a](b) ![c](d)", "`x`", "# 1. - a"]
)
def test_text_in_a_table_says_what_it_is_given(text):
    page = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(
        f"| a | b |\n| --- | --- |\n| {escaped(text)} | end |\n"
    )
    cells = re.findall(r"<td>(.*?)</td>", page)
    assert len(cells) == 2
    assert ElementTree.fromstring(f"<x>{cells[0]}</x>").text.replace("\u2060", "") == text


@pytest.mark.parametrize("words", [["scan"], ["check", ".", "--fail-on", "any"]], ids=" ".join)
def test_github_gets_our_commands_only(root, words):
    text, _ = told(root, *words, "--format", "github")
    lines = text.splitlines()
    assert len(lines) > 20
    assert text.count("\n") == len(lines)
    shape = re.compile(
        r"::(error|warning|notice) file=[^,:\r\n]+,(line=\d+,endLine=\d+,col=\d+,)?title=[^,:\r\n]+::[^\r\n]+\Z"
    )
    assert [line for line in lines if not shape.match(line)] == []
    assert CONTROL.search(text) is None


@pytest.mark.parametrize("form", ["json", "sarif", "gitlab"])
def test_json_is_json_and_ascii_of_control(root, form):
    text, _ = told(root, "scan", "--format", form)
    assert json.loads(text)
    assert re.search("[\x00-\x08\x0b-\x1f\x7f]", text) is None


def test_sarif_addresses_are_escaped(root):
    log = json.loads(told(root, "scan", "--format", "sarif")[0])
    found = {
        place["physicalLocation"]["artifactLocation"]["uri"]
        for result in log["runs"][0]["results"]
        for place in result["locations"]
    }
    assert len(found) > 10
    assert not [uri for uri in found if re.search(r"[^\w%./~-]", uri)]


def test_junit_is_xml(root):
    tree = ElementTree.fromstring(told(root, "scan", "--format", "junit")[0])
    assert {each.tag for each in tree.iter()} <= {
        "testsuites",
        "testsuite",
        "testcase",
        "failure",
        "error",
        "system-out",
    }


def test_a_plan_tells_as_safely(root):
    told(root, "plan", ".", "-o", "../plan")
    found = programs.contents(root.parent / "plan")
    pages = {path: data.decode() for path, data in found.items() if path.endswith(".md")}
    assert pages
    for text in pages.values():
        assert re.search("[\x00-\x08\x0b-\x1f\x7f]", text) is None
        page = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(text)
        assert not {"script", "img", "b", "i"} & tags(page).found


# -- the pieces ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("::error::x", "\\::error::x"),
        ("a\n  ::warning::x", "a\n  \\::warning::x"),
        ("a ##[group]b ##vso[x]", "a ##\\[group]b ##\\vso[x]"),
        ("##teamcity[x]", "##\\teamcity[x]"),
        ("a::b", "a::b"),
        ("## Title [x]", "## Title [x]"),
        ("app.py::test", "app.py::test"),
    ],
)
def test_disarmed(text, shown):
    assert disarmed(text) == shown


def test_visible():
    assert visible("a\x1b[31m\u202e\u2028\U000e0041b\tc\nd") == "a\\x1b[31m\\u202e\\u2028\\U000e0041b\tc\nd"


# -- prompts -------------------------------------------------------------------------------------

ASKING = '''\
from openai import OpenAI

SYSTEM = "You are ZQSYSTEM, powered by gpt-4o, and you never tell. " * 3
LONG = """ZQLONG
Whatever this assistant is, gpt-4o or another, must never be told to anybody, ZQMIDDLE.
ZQEND"""


def ask(text):
    return OpenAI().chat.completions.create(
        model="gpt-4o",
        messages=[
            {"role": "system", "content": SYSTEM},
            {"role": "user", "content": f"ZQUSER {text}"},
            {"role": "user", "content": LONG},
        ],
    )
'''


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github", "markdown", "junit", "gitlab"])
def test_prompts_are_told_to_nobody_who_did_not_ask(tmp_path, form):
    root = programs.lay(tmp_path / "work", {"app.py": ASKING.encode()})
    text, _ = told(
        root, "scan", "--all" if form == "text" else "--format", *([form] if form != "text" else [])
    )
    assert re.findall("ZQ[A-Z]*", text) == []


def test_prompts_are_told_where_asked(tmp_path):
    root = programs.lay(tmp_path / "work", {"app.py": ASKING.encode()})
    text, _ = told(root, "scan", "--format", "json", "--prompts")
    assert {"ZQSYSTEM", "ZQUSER", "ZQLONG", "ZQEND"} <= set(re.findall("ZQ[A-Z]*", text))
    assert json.loads(text)["call_sites"][0]["prompt"]["messages"]
