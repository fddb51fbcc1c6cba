"""Bad orders of renders: viewpoints that cannot be read, CAD folders without a model, sets that are another's."""

from __future__ import annotations

import fcntl

from tests.bad_inputs.meshes import write_good
from tests.bad_inputs.table import Place, bad

HEAD = "azimuth_deg,elevation_deg\n"
BEGUN = ("new/.work/*",)
"""What a render leaves that had begun to import: its hidden folder of work."""


def imitate(place: Place, text: str) -> str:
    """Render with the viewpoints of a CSV file."""
    return f"render --out new --count 4 --categories car --viewpoints {place.text('views.csv', text)}"


@bad("viewpoints that are not there", "there is no viewpoint file gone.csv", "check --viewpoints")
def _(place: Place):
    return "render --out new --count 4 --viewpoints gone.csv"


@bad("viewpoints without a column", "views.csv lacks the column elevation_deg; it has azimuth_deg, height")
def _(place: Place):
    return imitate(place, "azimuth_deg,height\n1,2\n")


@bad("a viewpoint in words", "views.csv line 3: elevation_deg is 'high'", "a number of degrees")
def _(place: Place):
    return imitate(place, HEAD + "10,20\n10,high\n")


@bad("a viewpoint that is no number", "views.csv line 2: azimuth_deg is 'nan'", "a number of degrees")
def _(place: Place):
    return imitate(place, HEAD + "nan,20\n")


@bad("a viewpoint above the zenith", "views.csv line 2: elevation_deg is '140'", "-90 to 90")
def _(place: Place):
    return imitate(place, HEAD + "10,140\n")


@bad("no viewpoints in the file", "views.csv has no rows; expected at least one viewpoint")
def _(place: Place):
    return imitate(place, HEAD)


@bad("viewpoints of no bytes", "views.csv lacks the columns azimuth_deg and elevation_deg; it has none")
def _(place: Place):
    return imitate(place, "")


@bad("binary viewpoints", "views.csv cannot be read as CSV ('utf-8' codec")
def _(place: Place):
    place.bytes("views.csv", bytes(range(128, 256)))
    return "render --out new --count 4 --viewpoints views.csv"


@bad("viewpoints of other classes", "views.csv has no viewpoints of car", "its classes are boat")
def _(place: Place):
    return imitate(place, "class,azimuth_deg,elevation_deg\nboat,1,2\n")


@bad("a CAD folder that is not there", "there is no CAD folder models")
def _(place: Place):
    return "render --out new --count 4 --cad models"


@bad("a CAD file that is none", "model.txt is no CAD file that is read; expected a file in .glb")
def _(place: Place):
    return f"render --out new --count 4 --cad {place.text('model.txt')}"


@bad("one CAD file of two categories", "model.obj is one file, of 2 categories; expected one name after --categories")
def _(place: Place):
    return f"render --out new --count 4 --categories car,bus --cad {place.text('model.obj')}"


@bad(
    "one CAD file that is broken",
    "all its CAD files were skipped (model.obj: no OBJ file: it has no vertices",
    lines=None,
    leaves=BEGUN,
)
def _(place: Place):
    return f"render --out new --count 4 --categories car --cad {place.text('model.obj')}"


@bad("an empty CAD folder", "blank holds no model; expected files in .glb")
def _(place: Place):
    return f"render --out new --count 4 --cad {place.folder('blank')}"


@bad("a CAD folder of other formats", "foreign holds no model but .3ds files, which are not read")
def _(place: Place):
    return f"render --out new --count 4 --cad {place.text('foreign/car/a.3ds').parents[1]}"


@bad("a CAD folder that holds itself", "round holds no model; expected files in .glb")
def _(place: Place):
    (place.folder("round") / "again").symlink_to("../round")
    return "render --out new --count 4 --cad round"


@bad("a category that the CAD folder lacks", "has no category boat; expected one of car")
def _(place: Place):
    write_good(place.root / "cad/car/a.obj")
    return "render --out new --count 4 --cad cad --categories boat"


@bad("an axis that does not exist", "--up is 'sideways'; expected one of +x", "write --up -y")
def _(place: Place):
    write_good(place.root / "cad/car/a.obj")
    return "render --out new --count 4 --cad cad --up sideways"


@bad("up and front along one axis", "up +z and front -z of car/a.obj; expected two different axes")
def _(place: Place):
    write_good(place.root / "cad/car/a.obj")
    return "render --out new --count 4 --cad cad --up z --front=-z"


@bad("CAD files that are all broken", "no model of car is left", "(car/letter.obj: no OBJ", lines=None, leaves=BEGUN)
def _(place: Place):
    place.text("cad/car/letter.obj", "Dear Sir or Madam,")
    return "render --out new --count 4 --cad cad"


@bad("a broken CAD file and --strict", "1 CAD file cannot be used (--strict): car/b.stl: cut", lines=None, leaves=BEGUN)
def _(place: Place):
    write_good(place.root / "cad/car/a.obj")
    place.bytes("cad/car/b.stl", bytes(80) + b"\7\0\0\0")
    return "render --out new --count 4 --cad cad --strict"


@bad("renders of another spec", "holds a set with another spec: count 4 there, 5 asked for", leaves=BEGUN)
def _(place: Place):
    begin_set(place, count=4)
    return "render --out new --categories car --count 5"


@bad("a spec that was cut short", "spec.json is not JSON", "remove the folder", leaves=BEGUN)
def _(place: Place):
    begin_set(place, count=4)
    spec = place.root / "new/spec.json"
    spec.write_text(spec.read_text()[:100])
    return "render --out new --categories car --count 4"


@bad("a folder that another render is writing", "another vantage render is writing new")
def _(place: Place):
    begin_set(place, count=4)
    lock = place.text("new/.work/lock", "").open("w")
    place.keep.append(lock)
    fcntl.flock(lock, fcntl.LOCK_EX)
    return "render --out new --categories car --count 4"


def begin_set(place: Place, count: int) -> None:
    """Write what a render of cars leaves that was killed at once."""
    from synth_data.commands import Render
    from synth_data.order import make_prior, make_spec
    from synth_data.pipeline import check_spec

    options = Render(place.folder("new"), categories="car", count=count)
    check_spec(options.out, make_spec(options, ["car"], [], make_prior(options)[1]))


@bad("a folder of textures that is not there", "there is no folder of textures", "--textures DIR")
def _(place: Place):
    return "render --out new --count 4 --categories chair --textures gone"


@bad("a folder without a texture", "blank holds no texture; expected files in .jpg")
def _(place: Place):
    return f"render --out new --count 4 --categories chair --textures {place.folder('blank')}"


@bad("a broken texture", "bad.png cannot be read as a texture", "remove it")
def _(place: Place):
    return f"render --out new --count 4 --categories chair --textures {place.text('pictures/wood/bad.png').parents[1]}"


@bad("textures for CAD files", "--textures pictures changes nothing beside --cad alone", "--procedural-fraction 0.5")
def _(place: Place):
    write_good(place.root / "cad/car/a.obj")
    place.text("pictures/a.png")
    return "render --out new --count 4 --cad cad --textures pictures"


@bad("an option that a preset has no use for", "--elevation-low 5 changes nothing beside --rigs")
def _(place: Place):
    return "render --out new --preset scenes --elevation-low 5"


@bad("environment images in a room", "--lights folder:DIR beside rooms", "--categories street")
def _(place: Place):
    return f"render --out new --preset scenes --lights folder:{place.folder('skies')}"
