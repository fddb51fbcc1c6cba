"""Bad run folders: missing, foreign, edited, of another version, without weights, not to be continued."""

from __future__ import annotations

import json

from tests.bad_inputs.table import Place, bad


def use(place: Place, run: object) -> str:
    """Predict with a run."""
    return f"predict render4cnn {place.goods.photo} --run {run} --out new --no-render"


def go_on(place: Place, run: object, options: str = "") -> str:
    """Continue a run."""
    return f"train render4cnn --out {run} --resume {options}"


@bad("a run that is not there", "run folder lost does not exist")
def _(place: Place):
    return use(place, "lost")


@bad("a run that is a file", "notes.txt is a file; expected a folder that vantage train wrote")
def _(place: Place):
    return use(place, place.text("notes.txt"))


@bad("a folder that is no run", "plain is no run folder: it has no config.json")
def _(place: Place):
    return use(place, place.folder("plain"))


@bad("an edited config.json", "config.json was edited (its sha256 does not match)", "undo the edit")
def _(place: Place):
    run = place.run_folder()
    text = (run / "config.json").read_text()
    (run / "config.json").write_text(text.replace('"batch_size": 8', '"batch_size": 9'))
    assert (run / "config.json").read_text() != text
    return use(place, run)


@bad("a config.json cut short", "config.json is no JSON")
def _(place: Place):
    run = place.run_folder()
    (run / "config.json").write_text((run / "config.json").read_text()[:100])
    return use(place, run)


@bad("a config.json that is a list", "config.json holds no JSON object; expected a folder that vantage train wrote")
def _(place: Place):
    run = place.run_folder()
    (run / "config.json").write_text("[]")
    return use(place, run)


@bad("a run of a newer version", "format version 99; expected version 1; update Vantage")
def _(place: Place):
    return use(place, place.run_folder(format_version=99))


@bad("a run of an older version", "format version 0; expected version 1; use the Vantage that wrote it")
def _(place: Place):
    return use(place, place.run_folder(format_version=0))


@bad("a run without a version", "config.json has no format_version")
def _(place: Place):
    run = place.run_folder()
    config = json.loads((run / "config.json").read_text())
    del config["format_version"]
    (run / "config.json").write_text(json.dumps(config))
    return use(place, run)


@bad("a run of another package", "is a run of keypoints; expected a run of render4cnn")
def _(place: Place):
    return use(place, place.run_folder(package="keypoints"))


@bad("a configuration of another time", "config.json does not fit this version (Config has no field colour)")
def _(place: Place):
    return use(place, place.run_folder(config={"colour": 3}))


@bad("a run without weights", "has no weights yet; expected a run that was trained")
def _(place: Place):
    return use(place, place.goods.begun)


@bad("truncated weights", "last.npz cannot be read", "the weights of a run; train again")
def _(place: Place):
    run = place.run_folder(place.goods.run)
    path = run / "checkpoints/last.npz"
    path.write_bytes(path.read_bytes()[:-200])
    return use(place, run)


@bad("weights of another network", "best.npz has no weight", "weights of the same model")
def _(place: Place):
    import numpy as np

    run = place.run_folder(place.goods.run)
    (run / "checkpoints/last.npz").unlink()
    np.savez(run / "checkpoints/best.npz", strange=np.zeros(3))
    return use(place, run)


@bad("weights of other classes", "has shape", "check the configuration")
def _(place: Place):
    return use(place, place.run_folder(place.goods.run, classes=["car", "chair"]))


@bad("nothing to continue", "run folder fresh does not exist; expected a folder that vantage train wrote")
def _(place: Place):
    return go_on(place, "fresh")


@bad("a run in the way of a new one", "holds a run; expected a new folder; add --resume")
def _(place: Place):
    run = place.run_folder()
    return f"train render4cnn --out {run} --preset tiny --data cars:{place.goods.cars}"


@bad("a run continued with other options", "--batch-size differs from the run's (8)", "leave the option out")
def _(place: Place):
    return go_on(place, place.run_folder(), "--batch-size 16")


@bad("a run whose data are gone", "moved does not exist or is no folder")
def _(place: Place):
    data = [{"spec": "cars:moved", "weight": None, "limit": None, "views": 8}]
    return go_on(place, place.run_folder(data=data))


@bad("a run whose data have changed", "now has 8 training views; the run began with 9")
def _(place: Place):
    data = [{"spec": f"cars:{place.goods.cars}", "weight": None, "limit": None, "views": 9}]
    return go_on(place, place.run_folder(data=data))


@bad("a truncated checkpoint", "last.npz cannot be read", "a checkpoint to continue; start a new run")
def _(place: Place):
    run = place.run_folder(place.goods.run)
    path = run / "checkpoints/last.npz"
    path.write_bytes(path.read_bytes()[:2000])
    return go_on(place, run)


@bad("first weights that are not there", "run folder gone does not exist")
def _(place: Place):
    return f"train render4cnn --out new --preset tiny --data cars:{place.goods.cars} --init gone"


@bad("a report of no run", "album is no run folder: it has no config.json")
def _(place: Place):
    return f"report {place.folder('album')}"


@bad("a report of an unknown package", "is a run of the unknown package 'keypoints'; expected one of render4cnn")
def _(place: Place):
    return f"report {place.run_folder(package='keypoints')}"


@bad("a report onto a folder", "pages is a folder; expected a file to write the report to")
def _(place: Place):
    return f"report {place.goods.begun} --out {place.folder('pages')}"


@bad("a report with a broken evaluation", "evaluation-val.json cannot be read")
def _(place: Place):
    run = place.run_folder()
    (run / "evaluation-val.json").write_text("{")
    return f"report {run}"


@bad("a report beside nothing", "shelf holds no evaluation")
def _(place: Place):
    return f"report {place.goods.begun} --out page.html --beside {place.folder('shelf')}"
