"""Bad releases of PASCAL3D+ and ObjectNet3D, and bad tables of photographs."""

from __future__ import annotations

import shutil

from tests.bad_inputs.data import score
from tests.bad_inputs.table import Place, bad
from tests.toy_release import write_objectnet3d, write_pascal3d

HEAD = "file,category,azimuth_deg,elevation_deg"


def pascal3d(place: Place, gone: str = "") -> str:
    """Write a release of cars and buses without one file or folder; return the text that names it."""
    root = write_pascal3d(place.root / "P3D")
    if gone:
        shutil.rmtree(root / gone) if (root / gone).is_dir() else (root / gone).unlink()
    return f"pascal3d:{root},categories=car+bus"


def table(place: Place, *rows: str, head: str = HEAD) -> str:
    """Write a table beside a good photograph of 64 x 64 pixels, car.png; return the text that names it."""
    shutil.copy(place.goods.photo, place.root / "car.png")
    return f"csv:{place.text('labels.csv', chr(10).join([head, *rows]) + chr(10))}"


@bad("a release that is not there", "P3D does not exist; expected the folder of the PASCAL3D+ release")
def _(place: Place):
    return score(place, "pascal3d:P3D")


@bad("a release that is an archive", "P3D.zip is a file; expected the folder of the PASCAL3D+ release", "unpack it")
def _(place: Place):
    return score(place, f"pascal3d:{place.bytes('P3D.zip', b'PK')}")


@bad("a folder that is no release", "is no PASCAL3D+ release; expected", "check the path")
def _(place: Place):
    return score(place, f"pascal3d:{place.folder('P3D')}")


@bad("the folder above a release", "is no PASCAL3D+ release; expected", "name above/P3D")
def _(place: Place):
    write_pascal3d(place.folder("above") / "P3D")
    return score(place, "pascal3d:above")


@bad("a release without its photographs", "has Annotations, Image_sets, PASCAL, but lacks Images; unpack")
def _(place: Place):
    return score(place, pascal3d(place, "Images"))


@bad("a release without VOC's lists", "but lacks PASCAL/VOCdevkit/VOC2012/ImageSets; unpack")
def _(place: Place):
    return score(place, pascal3d(place, "PASCAL"))


@bad("a release of two classes", "lacks Annotations/aeroplane_pascal", "or choose what is there with categories=")
def _(place: Place):
    return score(place, pascal3d(place).partition(",")[0])


@bad("a release without one photograph", "1 of 3 photographs are missing, first: 2008_000003.jpg")
def _(place: Place):
    return score(place, pascal3d(place, "Images/car_pascal/2008_000003.jpg"))


@bad("a release without one annotation", "1 of 3 annotations that the image sets name are missing, first: 2008_000003")
def _(place: Place):
    return score(place, pascal3d(place, "Annotations/car_pascal/2008_000003.mat"))


@bad("an annotation of MATLAB 7.3", "2008_000003.mat is a MATLAB 7.3 file (HDF5)")
def _(place: Place):
    text = pascal3d(place)
    content = b"MATLAB 7.3 MAT-file".ljust(124) + b"\x00\x02IM" + bytes(400)
    place.bytes("P3D/Annotations/car_pascal/2008_000003.mat", content)
    return score(place, text)


@bad("an annotation cut short", "1 of 3 annotations cannot be read, first: ", "2008_000003.mat is damaged or cut short")
def _(place: Place):
    text = pascal3d(place)
    path = place.root / "P3D" / "Annotations" / "car_pascal" / "2008_000003.mat"
    path.write_bytes(path.read_bytes()[:300])
    return score(place, text)


@bad(
    "an unknown option of a release",
    "unknown option 'subsets' in",
    "did you mean subset?",
    "one of subset, source, categories",
)
def _(place: Place):
    return score(place, f"{pascal3d(place)},subsets=easy")


@bad("an unknown subset", "subset=simple is unknown; expected one of all, not-difficult, easy")
def _(place: Place):
    return score(place, f"{pascal3d(place)},subset=simple")


@bad("a class that PASCAL3D+ lacks", "has the unknown category 'zebra'; expected one or more of aeroplane, bicycle")
def _(place: Place):
    return score(place, "pascal3d:P3D,categories=zebra")


@bad("a split that PASCAL3D+ lacks", "PASCAL3D+ has no split 'dev'; expected one of train, val, trainval, all")
def _(place: Place):
    return score(place, pascal3d(place), "dev")


@bad("a split that ObjectNet3D lacks", "ObjectNet3D has no split 'dev'; expected one of train, val, test")
def _(place: Place):
    return score(place, f"objectnet3d:{write_objectnet3d(place.root / 'O3D')}", "dev")


@bad("half of ObjectNet3D", "is not the whole ObjectNet3D release: it has Annotations, Images, but lacks Image_sets")
def _(place: Place):
    root = write_objectnet3d(place.root / "O3D")
    shutil.rmtree(root / "Image_sets")
    return score(place, f"objectnet3d:{root}")


@bad("a table that is not there", "labels.csv does not exist; expected a CSV file with the columns file, category")
def _(place: Place):
    return score(place, "csv:labels.csv", "all")


@bad("a table without a column", "labels.csv has no column category (it has file, azimuth_deg, elevation_deg)")
def _(place: Place):
    return score(place, table(place, "car.png,1,2", head=HEAD.replace("category,", "")), "all")


@bad("a table without splits", "labels.csv has no column split, so there is no 'val'; expected one of all")
def _(place: Place):
    return score(place, table(place, "car.png,car,1,2"))


@bad("a table with a box outside", "line 2: the box 64, 0, 90, 20 lies outside car.png; expected a box within 64 x 64")
def _(place: Place):
    return score(place, table(place, "car.png,car,1,2,64,0,90,20", head=f"{HEAD},x0,y0,x1,y1"), "all")


@bad("a table with half a box", "line 2: y1 is empty; expected all four numbers of the box, or none")
def _(place: Place):
    return score(place, table(place, "car.png,car,1,2,0,0,9,", head=f"{HEAD},x0,y0,x1,y1"), "all")


@bad("a table that leads out of its folder", "line 2: file is '../../secret.png'; expected a path below the folder of")
def _(place: Place):
    return score(place, table(place, "../../secret.png,car,1,2"), "all")


@bad("a table without a fine viewpoint", "labels.csv has 2 views, none with azimuth and elevation; expected at least")
def _(place: Place):
    return score(place, table(place, "car.png,car,,", "car.png,car,1,"), "all", place.goods.run)
