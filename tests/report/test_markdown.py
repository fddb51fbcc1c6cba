"""The Markdown of model cards."""

from vantage.report.markdown import Block, parse_markdown


def test_each_kind_of_block():
    text = "# Title\ntext *a*\nmore **bold**\n- one\n- two\n  goes on\n\n1. x\n2) y\n| a | b |\n|--|:-:|\n| 1 | `2` |\n"
    assert parse_markdown(text) == [
        Block("heading", "Title"),
        Block("paragraph", "text *a* more bold"),
        Block("list", items=("one", "two goes on")),
        Block("list", items=("x", "y")),
        Block("table", items=(("a", "b"), ("1", "2"))),
    ]


def test_code_is_kept_as_it_is():
    assert parse_markdown("a\n```sh\n# no heading\n\n- no list\n```\nb") == [
        Block("paragraph", "a"),
        Block("code", "# no heading\n\n- no list"),
        Block("paragraph", "b"),
    ]


def test_an_open_fence_runs_to_the_end():
    assert parse_markdown("```\na\nb") == [Block("code", "a\nb")]


def test_front_matter_is_dropped():
    assert parse_markdown("---\nlicense: x\n---\n# T") == [Block("heading", "T")]


def test_empty():
    assert parse_markdown("") == parse_markdown("\n\n \n") == []
