"""Bad places to write to: files in the way, folders with something else in them, read-only and full ones."""

from __future__ import annotations

from tests.bad_inputs.table import Place, bad


@bad("a file where renders should go", "drawing.txt is a file; expected a folder to render into")
def _(place: Place):
    return f"render --count 4 --out {place.text('drawing.txt')}"


@bad("a file where a run should go", "model.txt is a file; expected a new folder; choose another --out")
def _(place: Place):
    return f"train render4cnn --preset tiny --data cars:{place.goods.cars} --out {place.text('model.txt')}"


@bad("a file where predictions should go", "guess.txt is a file; expected a folder, or a file that ends in .jsonl")
def _(place: Place):
    return f"predict render4cnn {place.goods.photo} --run {place.goods.begun} --out {place.text('guess.txt')}"


@bad("a file where a demo should go", "show.txt is a file; expected a new folder, or one of an earlier demo")
def _(place: Place):
    return f"demo --out {place.text('show.txt')}"


@bad("a file in the way of a folder", "a file stands where a folder is needed")
def _(place: Place):
    place.text("report.txt")
    return f"report {place.goods.begun} --out report.txt/page.html"


@bad("renders into a folder of something else", "is not empty and was not begun by vantage render (it has tax.txt)")
def _(place: Place):
    return f"render --count 4 --out {place.text('papers/tax.txt').parent}"


@bad("a run into a folder of something else", "letters is not empty; expected a new folder")
def _(place: Place):
    folder = place.text("letters/tax.txt").parent
    return f"train render4cnn --preset tiny --data cars:{place.goods.cars} --out {folder}"


@bad("a demo into a folder of something else", "holds something else; expected a new folder, or one of an earlier demo")
def _(place: Place):
    return f"demo --out {place.text('albums/tax.txt').parent}"


@bad("a demo with other options", "holds a demo with other options", "--count 2400")
def _(place: Place):
    command = '["render", "--count", "2400"]'
    place.text("old/demo.json", f'{{"render": {{"command": {command}, "seconds": 1, "done": true}}}}')
    return "demo --out old --count 100"


@bad("a broken account of a demo", "demo.json is broken")
def _(place: Place):
    place.text("old/demo.json", "{")
    return "demo --out old"


@bad("figures onto a folder", "figures is a folder; expected a file; choose another --json", "choose another --json")
def _(place: Place):
    return (
        f"evaluate render4cnn --run {place.goods.begun} --data cars:{place.goods.cars} --json {place.folder('figures')}"
    )


@bad("findings onto a folder", "--json findings is a folder; expected a file", "choose another --json")
def _(place: Place):
    return f"verify {place.goods.renders} --json {place.folder('findings').name}"
