"""Bad data sets, places and options of ``vantage export``."""

from __future__ import annotations

from tests.bad_inputs.table import Place, bad


@bad("an export of nothing", "atlantis does not exist")
def _(place: Place):
    return "export atlantis --to folder out"


@bad("an export of an empty folder", "hollow is no data set (no manifest.json)")
def _(place: Place):
    return f"export {place.folder('hollow')} --to coco out"


@bad("an export without a place", "arguments are required: OUT")
def _(place: Place):
    return f"export {place.goods.renders} --to folder"


@bad("an export without a format", "required: --to")
def _(place: Place):
    return f"export {place.goods.renders} out"


@bad("an export to a format that there is not", "--to is 'fbx'; expected one of bop, coco")
def _(place: Place):
    return f"export {place.goods.renders} --to fbx out"


@bad("an export of a split that there is not", "has no split 'spare'; expected one of train, val")
def _(place: Place):
    return f"export {place.goods.renders} --to folder out --split spare"


@bad("an export of no views", "--limit is 0; expected at least 1")
def _(place: Place):
    return f"export {place.goods.renders} --to folder out --limit 0"


@bad("an export on a colour that there is not", "--background is 'mauve'")
def _(place: Place):
    return f"export {place.goods.renders} --to folder out --background mauve"


@bad("an export on a colour beyond white", "--background is '256,0,0'")
def _(place: Place):
    return f"export {place.goods.renders} --to folder out --background 256,0,0"


@bad("an export to BOP without background", "--to bop needs a background")
def _(place: Place):
    return f"export {place.goods.renders} --to bop out --background none"


@bad("an export onto a file", "letter.txt is a file; expected a folder to export to")
def _(place: Place):
    return f"export {place.goods.renders} --to colmap {place.text('letter.txt')}"


@bad("an export into a folder of something else", "is not empty (it has will.txt); expected a new or an empty folder")
def _(place: Place):
    return f"export {place.goods.renders} --to bop {place.text('desk/will.txt').parent}"


@bad("an export onto its own data set", "is not empty (it has contact_sheet")
def _(place: Place):
    (place.renders() / "contact_sheet.png").touch()
    return "export renders --to transforms renders"


@bad("an export of a damaged shard", "is truncated (", "train.array_record-00001-of-00002")
def _(place: Place):
    shard = place.renders() / "vantage_records-train.array_record-00001-of-00002"
    shard.write_bytes(shard.read_bytes()[:-500])
    return "export renders --to folder out"
