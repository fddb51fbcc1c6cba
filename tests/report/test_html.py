"""The page: complete in itself, everything escaped, the same wherever it is opened."""

import base64
import io
import re
from html.parser import HTMLParser

import numpy as np
from PIL import Image

from vantage.report import figures
from vantage.report.html import FigureSvg, HtmlReport, Picture, Stat, Table, data_uri

EVIL = '<script>alert("x")</script><img src=http://x/y onerror=alert(1)> & "quotes"'
VOID = {"meta", "img", "br", "link", "path", "use"}


class Collector(HTMLParser):
    """Collects tags and attributes, and checks that elements close in order."""

    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.open = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag


def full_report(text=EVIL):
    report = HtmlReport(text, overline=text, lead=text)
    section = report.section(text)
    section.heading(text).prose(text).note(text).code(text)
    section.stats([Stat(text, text, text)]).facts([(text, text), ("empty", None)])
    section.table(Table(["", text], [[text, text], ["b", 2]], text, text, strong=frozenset([0])))
    section.figures([figures.accuracy_curves({text: (np.arange(3.0), np.arange(3.0) / 3)})])
    section.pictures([Picture(np.zeros((8, 8, 3), np.uint8), [text, text])], text)
    section.legend([(text, (1, 2, 3))])
    section.markdown(f"# {text}\n\n{text}\n\n- {text}\n\n| a | {text} |\n|---|---|\n| 1 | 2 |\n\n```\n{text}\n```\n")
    return report


def parsed(page):
    collector = Collector()
    collector.feed(page)
    assert collector.open == []
    return collector


def test_everything_is_escaped():
    page = full_report().render()
    collector = parsed(page)
    assert "script" not in collector.tags
    assert all(not name.startswith("on") for _, name, _ in collector.attributes)
    assert page.count("&lt;script&gt;") >= 15


def test_nothing_is_loaded_from_anywhere():
    collector = parsed(full_report().render())
    for tag, name, value in collector.attributes:
        if name in ("src", "href", "xlink:href", "data", "action"):
            assert value.startswith(("data:", "#")), (tag, name, value)
    assert "link" not in collector.tags
    assert "url(http" not in full_report().render()
    policies = [value for tag, name, value in collector.attributes if tag == "meta" and name == "content"]
    assert any("default-src 'none'" in value for value in policies)


def test_it_fits_a_phone_and_the_dark():
    page = HtmlReport("a").render()
    assert 'name="viewport" content="width=device-width' in page
    assert "prefers-color-scheme: dark" in page


def test_sections_are_linked():
    report = HtmlReport("a")
    report.section("What was run")
    page = report.render()
    assert 'href="#what-was-run"' in page
    assert 'id="what-was-run"' in page


def test_sections_with_equal_or_no_letters_still_have_different_ids():
    report = HtmlReport("a")
    for title in ("Twice", "Twice", "★", "☆"):
        report.section(title)
    ids = re.findall(r'<section id="([^"]+)"', report.render())
    assert len(set(ids)) == 4


def test_pictures_are_inside_and_keep_their_pixels():
    image = np.full((16, 24, 3), (200, 30, 60), np.uint8)
    head, data = data_uri(image).split(",")
    assert head == "data:image/jpeg;base64"
    decoded = np.asarray(Image.open(io.BytesIO(base64.b64decode(data))))
    assert decoded.shape == image.shape
    assert np.abs(decoded.astype(int) - image).max() < 8


def test_writing_replaces_the_file_as_a_whole(tmp_path):
    path = tmp_path / "deep" / "report.html"
    HtmlReport("first").write(path)
    assert HtmlReport("second").write(path) == path
    assert "second" in path.read_text(encoding="utf-8")
    assert [file.name for file in path.parent.iterdir()] == ["report.html"]


def test_a_figure_has_a_text_for_those_who_cannot_see_it():
    report = HtmlReport("a")
    report.section("b").figures([FigureSvg("<svg></svg>", "caption", "label")])
    assert 'aria-label="label"' in report.render()
