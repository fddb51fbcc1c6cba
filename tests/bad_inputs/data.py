"""Bad data sets and labels of photographs."""

from __future__ import annotations

import json
import shutil

from tests.bad_inputs.table import Place, bad

HEAD = "file,split,azimuth_deg,elevation_deg\n"


def score(place: Place, data: object, split: str = "val", run: object = None) -> str:
    """Score a run on ``data``."""
    return f"evaluate render4cnn --run {run or place.goods.begun} --data {data} --split {split}"


@bad("a data set that is not there", "nowhere does not exist", "a folder that vantage render wrote")
def _(place: Place):
    return score(place, "nowhere")


@bad("a data set that is a file", "notes.txt is no folder", "a folder that vantage render wrote")
def _(place: Place):
    return score(place, place.text("notes.txt"))


@bad("an empty folder as data set", "empty is no data set (no manifest.json)")
def _(place: Place):
    return f"train render4cnn --out new --preset tiny --data {place.folder('empty')}"


@bad("an empty folder to inspect", "bare is no data set (no manifest.json)")
def _(place: Place):
    return f"inspect {place.folder('bare')}"


@bad("an empty folder to verify", "void is no data set (no manifest.json)")
def _(place: Place):
    return f"verify {place.folder('void')}"


@bad("an unfinished data set", "has shards but no manifest.json", "run its vantage render again")
def _(place: Place):
    folder = place.renders()
    (folder / "manifest.json").unlink()
    return score(place, folder)


@bad("a manifest that is no JSON", "manifest.json cannot be read (JSONDecodeError", "the file that vantage wrote")
def _(place: Place):
    folder = place.renders()
    (folder / "manifest.json").write_text('{"shards": [')
    return score(place, folder)


@bad("a manifest without shards", "manifest.json lists no shard")
def _(place: Place):
    folder = place.renders()
    change_manifest(folder, shards=[])
    return score(place, folder)


@bad("a data set of a newer version", "renders has format version 99.0.0")
def _(place: Place):
    folder = place.renders()
    change_manifest(folder, format_version="99.0.0")
    return score(place, folder)


@bad("a split that the data set lacks", "has no split 'test'; expected one of train, val")
def _(place: Place):
    return score(place, place.goods.renders, "test")


@bad("a missing shard", "vantage_records-val.array_record-00000-of-00001 is missing", "render or copy the set again")
def _(place: Place):
    folder = place.renders()
    val_shard(folder).unlink()
    return score(place, folder)


@bad("a truncated shard", "of-00001 is truncated (", "render or copy the set again")
def _(place: Place):
    folder = place.renders()
    val_shard(folder).write_bytes(val_shard(folder).read_bytes()[:-1000])
    return score(place, folder)


@bad("a shard full of zeros", "has a damaged shard", "run vantage verify")
def _(place: Place):
    folder = place.renders()
    shard = val_shard(folder)
    shard.write_bytes(bytes(shard.stat().st_size))
    return score(place, folder, run=place.goods.run)


@bad("a flipped byte", "val.array_record-00000-of-00001 was changed (sha256", status=1, lines=2)
def _(place: Place):
    folder = place.renders()
    flip_byte(val_shard(folder))
    return f"verify {folder}"


@bad("an edited features.json", "features.json was changed (sha256", status=1, lines=2)
def _(place: Place):
    folder = place.renders()
    (folder / "features.json").write_text((folder / "features.json").read_text() + " ")
    return f"verify {folder}"


@bad("a shard that nobody listed", "val.array_record-00009-of-00001 is not listed in", status=1, lines=2)
def _(place: Place):
    folder = place.renders()
    shutil.copy(val_shard(folder), folder / "vantage_records-val.array_record-00009-of-00001")
    return f"verify {folder}"


@bad("a kind of data that nobody reads", "unknown kind of data 'bikes' in 'bikes:photos'; expected cars:DIR")
def _(place: Place):
    return score(place, "bikes:photos")


@bad("classes that the run does not know", "unknown class 'chair'", "one of car, which the weights know")
def _(place: Place):
    return score(place, place.goods.renders, "train", place.goods.run)


@bad("a name that is too long", "the name is too long")
def _(place: Place):
    return score(place, "x" * 300)


@bad("photographs that are not there", "photos does not exist or is no folder", "images and labels.csv")
def _(place: Place):
    return score(place, "cars:photos")


@bad("photographs without labels", "photos has no labels.csv")
def _(place: Place):
    return score(place, f"cars:{place.folder('photos')}")


@bad("labels without a column", "has no column azimuth_deg (it has file, split, azimuth, elevation_deg)")
def _(place: Place):
    return score(place, f"cars:{place.cars('file,split,azimuth,elevation_deg')}")


@bad("labels without rows", "labels.csv has no rows")
def _(place: Place):
    return score(place, f"cars:{place.cars(HEAD)}")


@bad("labels of no bytes", "labels.csv has no column file, split, azimuth_deg, elevation_deg (it has none)")
def _(place: Place):
    return score(place, f"cars:{place.cars('')}")


@bad("an angle in words", "labels.csv, line 3: azimuth_deg is 'north'", "a number from -360 to 360")
def _(place: Place):
    return score(place, f"cars:{place.cars(HEAD + 'car.png,val,10,5' + chr(10) + 'car.png,val,north,5')}")


@bad("an angle that is no number", "labels.csv, line 2: azimuth_deg is nan")
def _(place: Place):
    return score(place, f"cars:{place.cars(HEAD + 'car.png,val,nan,5')}")


@bad("an elevation out of range", "labels.csv, line 2: elevation_deg is 120", "a number from -90 to 90")
def _(place: Place):
    return score(place, f"cars:{place.cars(HEAD + 'car.png,val,10,120')}")


@bad("a row cut short", "labels.csv, line 2: elevation_deg is None")
def _(place: Place):
    return score(place, f"cars:{place.cars(HEAD + 'car.png,val,10')}")


@bad("binary labels", "labels.csv cannot be read ('utf-8' codec")
def _(place: Place):
    place.bytes("cars/labels.csv", bytes(range(256)))
    return score(place, "cars:cars")


@bad("a split that no label has", "labels.csv has no row of split 'test'; expected one of train")
def _(place: Place):
    return score(place, f"cars:{place.cars(HEAD + 'car.png,train,10,5')}", "test")


@bad("a labelled image that is missing", "1 of 2 images of split 'val' are missing in", "first gone.png")
def _(place: Place):
    return score(place, f"cars:{place.cars(HEAD + 'car.png,val,10,5' + chr(10) + 'gone.png,val,10,5')}")


@bad("a label that leads out of the folder", "labels.csv, line 2: file is '../secret.png'", "a path below the folder")
def _(place: Place):
    shutil.copy(place.goods.photo, place.root / "secret.png")
    return score(place, f"cars:{place.cars(HEAD + '../secret.png,val,10,5')}")


@bad("a labelled image that is damaged", "broken.png is damaged", lines=None)
def _(place: Place):
    folder = place.cars(HEAD + "broken.png,val,10,5")
    (folder / "broken.png").write_bytes(place.goods.photo.read_bytes()[:150])
    return score(place, f"cars:{folder}", run=place.goods.run)


@bad("backgrounds that are not there", "views_of_town does not exist; expected an image file or a folder of them")
def _(place: Place):
    return f"train render4cnn --out new --preset tiny --data {place.goods.renders} --backgrounds views_of_town"


@bad("backgrounds without a picture", "backdrops holds no image")
def _(place: Place):
    folder = place.folder("backdrops")
    return f"train render4cnn --out new --preset tiny --data {place.goods.renders} --backgrounds {folder}"


def change_manifest(folder, **changes) -> None:
    """Write manifest.json with changes."""
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def val_shard(folder):
    """Return the path of the only shard of the split val."""
    return folder / "vantage_records-val.array_record-00000-of-00001"


def flip_byte(path) -> None:
    """Change one bit in the middle of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
