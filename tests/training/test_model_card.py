"""Model cards as Markdown."""

from vantage.training.model_card import ModelCard


def test_card_holds_its_parts_in_order(tmp_path):
    rows = [{"data": "a|b", "acc": 0.98765}, {"data": "c", "acc": 1.0}]
    card = ModelCard("net", "Tells x.", {"seed": 3, "hours": 0.5}, rows, "Research only.", ["Dark images."])
    card.write(tmp_path / "model_card.md")
    text = (tmp_path / "model_card.md").read_text()
    assert text == card.markdown()
    parts = ["# net", "Tells x.", "## Training", "| seed | 3 |", "## Results", "| a\\|b | 0.9877 |"]
    places = [text.index(part) for part in [*parts, "## Use", "## Limits", "- Dark images."]]
    assert places == sorted(places)


def test_empty_parts_are_left_out():
    assert "##" not in ModelCard("net", "x", {"seed": 1}).markdown().replace("## Training", "")
