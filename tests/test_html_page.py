"""The HTML report: what it holds, that nothing of the program's becomes markup; in Chromium how it behaves.

The latter: `pytest -m browser tests/test_html_page.py`, with playwright and a Chromium on the path.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from html.parser import HTMLParser

import msgspec
import pytest
from ci_support import git, project
from ci_support import within as tool
from inventories import call_site, edit, every_kind, inventory, reference

from migrator.inventory import Summary
from migrator.inventory.prompt_records import Cost
from migrator.inventory.usage_records import Measured, UsageNote
from migrator.report import html, words
from migrator.report.html import About
from migrator.report.open_places import Code

EVIL = "<img src=x onerror=alert(1)>\"'</script><script>alert(2)</script>"
VARIANTS = ("gpt-5.5", "gpt-5.5-instant", "gpt-5.5-mini")
SHOP = About(project="shop")
REASONS = sorted(words.SHORT)
CALL = 'from openai import OpenAI\n\nOpenAI().chat.completions.create(model="gpt-4o", messages=[], max_tokens=9)\n'
PATCH = b"--- a/%s\n+++ b/%s\n@@ -1,3 +1,3 @@\n line = 1\n-model = '<b>gpt-4o</b>'\n+model = 'gpt-5.5'\n end = 1\n"


def large(count=2_000):
    """As many places as that, of all states, in folders of several owners."""
    references, edits, sites = [], [], []
    cost = Cost(tokens_in=1000, tokens_out=200, usd_before=0.0045, usd_after=0.059, estimate="characters / 4")
    for number in range(count):
        path, kind = f"pkg{number % 7}/sub/module_{number % 90:03}.py", number % 4
        more = {"line": 2, "detail": f"place number {number}"}
        if kind in (1, 2):
            more |= {"variant": VARIANTS[number % 3]}
        elif kind == 0:
            more |= {"action": "review", "reason": REASONS[number % len(REASONS)]}
        else:
            more |= {"selected": False, "context": "test"}
        references.append(reference(number, path=path, **more))
        if kind in (1, 2):
            edits.append(edit(number, path=path, anchor=(2, 0, 2, 5), group=f"G{number % 400}"))
            sites.append(call_site(number, path=path, variant=VARIANTS[number % 3], cost=cost))
    return inventory(references=tuple(references), edits=tuple(edits), call_sites=tuple(sites),
                     summary=Summary(references=count))  # fmt: skip


def code(made, owner=lambda path: f"@team-{path[3:4]} @all"):
    paths = {one.path for one in made.references}
    patches = {path: PATCH % (path.encode(), path.encode()) for path in paths}
    return Code(patches, lambda path: b"line = 1\nmodel = 'x'\nend = 1\n", owner)


class Tags(HTMLParser):
    """Which elements and attributes a page really has."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.names, self.ids, self.hrefs = set(), set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.names |= {name for name, _ in attrs}
        self.ids += [value for name, value in attrs if name == "id"]
        self.hrefs += [value for name, value in attrs if name == "href"]


def hostile():
    """Everything that comes from a program, as somebody would write it who wants to run a script."""
    path = f"src/{EVIL.replace('/', '-')}.py"
    fields = {"path": path, "model": EVIL, "text": EVIL, "detail": EVIL}
    return inventory(
        references=(
            reference(1, **fields, action="review", reason="dynamic", trail=(EVIL,)),
            reference(2, **fields, replacement=EVIL),
        ),
        edits=(edit(2, path=path, why=EVIL, anchor=(2, 0, 2, 5)),),
        call_sites=(call_site(2, path=path, api=EVIL, models=(EVIL,), unresolved=EVIL),),
    )


def test_nothing_of_the_program_becomes_markup():
    made = hostile()
    [path] = {one.path for one in made.references}
    about = About(project=EVIL, commit=EVIL, target=EVIL, lines="https://host/{path}#L{line}")
    patch = b"--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n " + EVIL.encode() + b"\n-" + EVIL.encode() + b"\n+x\n"
    text = html.render(made, about, Code({path: patch}, lambda _: EVIL.encode(), lambda _: EVIL))
    found, plain = (
        Tags(text),
        Tags(html.render(every_kind(), About(lines="https://host/{path}"), code(every_kind()))),
    )
    assert found.tags <= plain.tags | {"ol", "li", "ul"}
    assert not {name for name in found.names if name.startswith("on")}
    assert "src" not in found.names
    assert {href.partition("#")[0][:13] for href in found.hrefs} <= {"", "https://host/"}
    assert text.count("<script>") == 1
    assert "script-src &#x27;sha256-" in text
    assert "alert(1)" in re.sub(r"<[^>]*>", "", text), "shown as the text that it is"


def test_every_link_leads_somewhere_and_ids_are_unique():
    made = large(60)
    found = Tags(html.render(made, About(project="p"), code(made)))
    assert len(found.ids) == len(set(found.ids))
    assert {href[1:] for href in found.hrefs} <= set(found.ids)


@pytest.mark.slow
def test_what_a_reader_asks_for_is_there(tmp_path):
    root = project(tmp_path, app=CALL, pkg__other=CALL.replace("OpenAI", "AzureOpenAI"))
    (root / "CODEOWNERS").write_text("* @all\n/pkg/ @cloud\n")
    git("init", "-q", cwd=root)
    git("add", "-A", cwd=root)
    git("commit", "-qm", "x", cwd=root)
    git("remote", "add", "origin", "https://me:secret@github.com/acme/desk.git", cwd=root)
    commit = git("rev-parse", "HEAD", cwd=root).strip()
    tool("scan", ".", "--format", "html", "--output", "../out.html", "--volume", "50k", cwd=root, code=0)
    text = (tmp_path / "out.html").read_text()
    assert "secret" not in text
    for piece in (
        f"<dd>{commit[:12]}</dd>", "<dd>proj</dd>", "GPT-5.5 family", "for 50,000 requests a month",
        f"https://github.com/acme/desk/blob/{commit}/pkg/other.py#L3", 'data-owner="@cloud"',
        'class="old"', "max_completion_tokens=9", "azure-deployment", 'type="checkbox" data-place="p-',
    ):  # fmt: skip
        assert piece in text
    again = tool("scan", ".", "--format", "html", cwd=root, code=0).stdout
    anchors = re.findall(r'id="(p-\w+)"', again)
    (root / "app.py").write_text("\n\n" + CALL)
    moved = re.findall(r'id="(p-\w+)"', tool("scan", ".", "--format", "html", cwd=root, code=0).stdout)
    assert sorted(anchors) == sorted(moved), "a link that was shared still leads there"


def test_a_part_of_a_repository_is_named_as_such_and_seen_from_itself(tmp_path):
    root = project(
        tmp_path, app__chat=CALL.replace('"gpt-4o"', "CHAT_MODEL"), app__names='CHAT_MODEL = "gpt-4o"\n'
    )
    (root / "app" / "chat.py").write_text(
        "from app.names import CHAT_MODEL\n" + (root / "app" / "chat.py").read_text()
    )
    git("init", "-q", cwd=root)
    git("add", "-A", cwd=root)
    git("commit", "-qm", "x", cwd=root)
    text = tool("scan", "app", "--format", "html", cwd=root, code=0).stdout
    assert "<dd>proj/app</dd>" in text
    assert "names.py:1" in text
    assert "app/names.py" not in text, "the places of reasons too are seen from the folder that was named"


def test_measured_money_is_shown_as_measured():
    site = msgspec.structs.replace(call_site(1), measured=Measured(requests=9, usd_before=2.0, usd_after=8.0))
    note = UsageNote(
        files=("u",), forms=("openai",), requests=9, joined={"place": 9}, usd_before=2.0, usd_after=8.0
    )
    text = html.render(inventory(call_sites=(site,), usage=note))
    assert "A month, by the usage given" in text
    assert 'width:25.00%"></div><div class="bar after" style="width:100.00%"' in text
    assert 'id="volume"' not in text


# -- in a browser --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def chromium():
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with api.sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        except api.Error as error:
            pytest.skip(f"no Chromium: {str(error).splitlines()[0]}")
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, tmp_path):
    """Opens a page of an inventory; at the end nothing may have been complained of, or asked of the network."""
    said, asked = [], []
    context = chromium.new_context(viewport={"width": 1200, "height": 900})

    def at(made, about=SHOP, **options):
        file = tmp_path / "report.html"
        file.write_text(html.render(made, about, code(made)))
        return again(file.as_uri(), **options)

    def again(address, anchor="", **options):
        page = (chromium.new_context(**options) if options else context).new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address + anchor)
        return page

    at.again = again
    yield at
    context.close()
    assert said == []
    assert {url.partition("?")[0].split("#")[0] for url in asked} <= {(tmp_path / "report.html").as_uri()}


def shown(page):
    return page.locator(".place:visible").count()


def counts(page, start):
    from playwright.sync_api import expect

    expect(page.locator("#count")).to_have_text(re.compile(f"^{start} "))


@pytest.mark.browser
def test_filters_search_and_sorting(visit):
    page = visit(large(200))
    assert page.locator("#count").text_content() == "200 of 200 shown"
    page.select_option("#by-state", "person")
    assert shown(page) == 50
    page.select_option("#by-folder", "pkg0")
    some = shown(page)
    assert 0 < some < 50
    assert set(page.locator(".place:visible").evaluate_all("all => all.map(p => p.dataset.folder)")) == {
        "pkg0/sub"
    }
    page.select_option("#by-state", "")
    page.select_option("#by-folder", "")
    page.select_option("#by-owner", "@team-3")
    page.select_option("#by-variant", "gpt-5.5-mini")
    assert shown(page) > 0
    assert set(page.locator(".place:visible").evaluate_all("all => all.map(p => p.dataset.variant)")) == {
        "gpt-5.5-mini"
    }
    page.select_option("#by-owner", "")
    page.select_option("#by-variant", "")
    page.select_option("#by-rule", "GPT55-M001")
    assert shown(page) == 100
    page.select_option("#by-rule", "")
    page.fill("#search", "module_004 NUMBER")
    counts(page, "3 of")
    page.fill("#search", "")
    page.select_option("#sort", "path")
    paths = page.locator(".place").evaluate_all("all => all.map(p => p.dataset.path)")
    assert paths == sorted(paths)
    page.select_option("#by-state", "note")
    again = visit.again(page.url)
    assert again.locator("#count").text_content() == "50 of 200 shown", "the view can be shared"
    assert again.evaluate("document.getElementById('sort').value") == "path"


@pytest.mark.browser
def test_what_is_done_survives_a_reload(visit):
    page = visit(large(40))
    page.locator(".checks summary").first.click()
    box = page.locator(".checks input").first
    box.check()
    name = box.get_attribute("data-place")
    assert page.locator("#ready").text_content() == "1 of 10 done"
    assert "done" in page.locator(f"#{name}").get_attribute("class")
    page.reload()
    assert page.locator(f'input[data-place="{name}"]').is_checked()
    assert page.locator("#ready").text_content() == "1 of 10 done"
    page.check("#by-done")
    assert page.locator("#count").text_content() == "39 of 40 shown"
    other = visit(large(40), About(project="other"))
    assert other.locator("#ready").text_content() == "0 of 10 done"


@pytest.mark.browser
def test_an_anchor_opens_its_place(visit):
    page = visit(large(300))
    name = page.locator(".place[data-state=change]").nth(120).get_attribute("id")
    again = visit.again(page.url, f"#{name}")
    assert again.locator(f"#{name}").get_attribute("open") is not None
    assert again.locator(f"#{name} table.code td.new").first.is_visible()
    again.locator(f'#{name} button[data-anchor="{name}"]').click()
    assert again.url.endswith(f"#{name}")


@pytest.mark.browser
def test_the_keyboard_is_enough(visit):
    page = visit(large(40))
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.keyboard.type("nothing like it")
    counts(page, "0 of")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    first = page.locator(".place").first
    page.keyboard.press("o")
    assert first.get_attribute("open") is not None
    page.keyboard.press("Enter")
    assert first.get_attribute("open") is None
    page.keyboard.press("x")
    assert "done" in first.get_attribute("class")


@pytest.mark.browser
def test_2000_places_stay_fluid(visit):
    start = time.monotonic()
    page = visit(large())
    assert time.monotonic() - start < 20
    page.fill("#search", "warm")
    spent = page.evaluate(
        """() => {
          const search = document.getElementById('by-state');
          const times = [];
          for (const value of ['person', 'change', 'note', '']) {
            const start = performance.now();
            search.value = value;
            search.dispatchEvent(new Event('change'));
            document.body.offsetHeight;
            times.push(performance.now() - start);
          }
          return times;
        }"""
    )
    assert max(spent) < 1_000, spent
    frames = page.evaluate(
        """async () => {
          const times = [];
          let last = performance.now();
          for (let step = 0; step < 60; step++) {
            window.scrollBy(0, 900);
            await new Promise(requestAnimationFrame);
            times.push(performance.now() - last);
            last = performance.now();
          }
          return times.sort((a, b) => a - b)[30];
        }"""
    )
    assert frames < 100, frames


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_narrow_screens_and_both_schemes(visit, scheme):
    page = visit(large(30), viewport={"width": 360, "height": 700}, color_scheme=scheme)
    page.locator(".place[data-state=change] summary").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    ground, text = page.evaluate(
        """() => [getComputedStyle(document.querySelector('.tools')).backgroundColor,
                  getComputedStyle(document.body).color]"""
    )
    light = [sum(map(int, re.findall(r"\d+", each)[:3])) for each in (ground, text)]
    assert (light[0] > light[1]) == (scheme == "light")


@pytest.mark.browser
def test_it_prints_with_everything_open(visit):
    page = visit(large(30))
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details:not([open])").count() == 0
    assert page.locator(".tools").is_hidden()
    assert page.locator(".place table.code").first.is_visible()
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator(".place[open]").count() == 0
    assert len(page.pdf()) > 10_000


@pytest.mark.browser
def test_without_script_all_is_there(visit):
    page = visit(large(30), java_script_enabled=False)
    assert page.locator(".place").count() == 30
    assert page.locator(".tools").is_hidden()


@pytest.mark.browser
def test_a_volume_moves_the_money(visit):
    page = visit(large(30))
    before = page.locator("[data-usd]").first.text_content()
    page.fill("#volume", "10000")
    amount = float(before.strip("$").replace(",", ""))
    assert page.locator("[data-usd]").first.text_content() == f"${amount * 10:,.2f}"


@pytest.mark.browser
def test_nothing_hostile_runs(visit):
    page = visit(hostile(), About(project=EVIL))
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<i>fine</i>')")
    assert page.locator(".place").count() == 2
    assert page.locator("img").count() == 0
    assert os.path.basename(page.url) == "report.html"
