"""Bad command lines: names that do not exist, values out of range, options that contradict each other."""

from __future__ import annotations

from tests.bad_inputs.table import Place, bad

RENDER = "render --out new"
TRAIN = "train render4cnn --out new --preset tiny"


@bad("a misspelt command", "unknown command 'rendr'", "did you mean render?")
def _(place: Place):
    return "rendr --out new"


@bad("a misspelt option", "unknown option --szie", "did you mean --size?")
def _(place: Place):
    return f"{RENDER} --szie 64"


@bad("an unknown model package", "unknown model package 'render5cnn'", "render4cnn")
def _(place: Place):
    return "train render5cnn --data renders --out new"


@bad("no model package", "vantage evaluate needs a model package first")
def _(place: Place):
    return "evaluate --data renders"


@bad("no --out for a render", "--out", "required", "see vantage render --help")
def _(place: Place):
    return "render --count 4"


@bad("no image", "IMAGES is required", "see vantage predict render4cnn --help")
def _(place: Place):
    return "predict render4cnn --out new"


@bad("no run to report", "RUN", "required", "see vantage report --help")
def _(place: Place):
    return "report"


@bad("no views to render", "--count is 0; expected 1 to")
def _(place: Place):
    return f"{RENDER} --count 0"


@bad("a negative count", "--count is -1; expected 1 to")
def _(place: Place):
    return f"{RENDER} --count -1"


@bad("a count in words", "--count", "'abc'", "see vantage render --help")
def _(place: Place):
    return f"{RENDER} --count abc"


@bad("pictures of 3 pixels", "--size is 3; expected 8 to")
def _(place: Place):
    return f"{RENDER} --count 4 --size 3"


@bad("no samples", "--samples is 0; expected 1 to")
def _(place: Place):
    return f"{RENDER} --count 4 --samples 0"


@bad("no workers", "--workers is 0; expected 1 to")
def _(place: Place):
    return f"{RENDER} --count 4 --workers 0"


@bad("a negative seed of renders", "--seed is -1; expected 0 to 2147483647")
def _(place: Place):
    return f"{RENDER} --count 4 --seed -1"


@bad("a shape that nobody makes", "there is no procedural dragon", "one of car, chair")
def _(place: Place):
    return f"{RENDER} --count 4 --categories car,dragon"


@bad("elevations upside down", "--elevation-low 50 is above --elevation-high")
def _(place: Place):
    return f"{RENDER} --count 4 --elevation-low 50 --elevation-high 10"


@bad("a grid in words", "--grid-elevations is 'low,high'", "degrees between -90 and 90")
def _(place: Place):
    return f"{RENDER} --count 4 --viewpoints grid --grid-elevations low,high"


@bad("lights that nobody makes", "--lights is 'neon'", "one of mixed")
def _(place: Place):
    return f"{RENDER} --count 4 --lights neon"


@bad("--strict without CAD files", "--strict changes nothing without --cad", "--cad DIR beside it")
def _(place: Place):
    return f"{RENDER} --count 4 --strict"


@bad("an unknown preset", "--preset", "'huge'", "tiny")
def _(place: Place):
    return f"train render4cnn --out new --data cars:{place.goods.cars} --preset huge"


@bad("no data to train on", "no --data was given", "add --data DIR")
def _(place: Place):
    return TRAIN


@bad("both epochs and steps", "both --epochs and --steps were given")
def _(place: Place):
    return f"{TRAIN} --data cars:{place.goods.cars} --epochs 1 --steps 2"


@bad("fewer weights than data", "1 --weight for 2 --data")
def _(place: Place):
    return f"{TRAIN} --data cars:{place.goods.cars} --data {place.goods.renders} --weight 3"


@bad("a weight that is no number", "--weight is nan")
def _(place: Place):
    return f"{TRAIN} --data cars:{place.goods.cars} --weight nan"


@bad("a learning rate that is no number", "--learning-rate is nan")
def _(place: Place):
    return f"{TRAIN} --data cars:{place.goods.cars} --learning-rate nan"


@bad("endless epochs", "--epochs is inf")
def _(place: Place):
    return f"{TRAIN} --data cars:{place.goods.cars} --epochs inf"


@bad("a negative seed of training", "--seed is -1; expected a whole number from 0 to")
def _(place: Place):
    return f"{TRAIN} --data cars:{place.goods.cars} --seed -1"


@bad("no steps between checkpoints", "--checkpoint-every is -5")
def _(place: Place):
    return f"{TRAIN} --data cars:{place.goods.cars} --checkpoint-every -5"


@bad("a box of three numbers", "--box '1,2,3'", "four numbers x0,y0,x1,y1")
def _(place: Place):
    return f"predict render4cnn {place.goods.photo} --run {place.goods.begun} --out new --box 1,2,3"


@bad("a box inside out", "--box '40,40,10,10' has no area")
def _(place: Place):
    return f"predict render4cnn {place.goods.photo} --run {place.goods.begun} --out new --box 40,40,10,10"


@bad("a class that the run does not know", "unknown category 'boat'; expected one of car")
def _(place: Place):
    return f"predict render4cnn {place.goods.photo} --run {place.goods.begun} --out new --category boat"


@bad("weights that no run keeps", "--weights", "'worst'", "best")
def _(place: Place):
    return f"evaluate render4cnn --data cars:{place.goods.cars} --weights worst"


@bad("a demo without views", "--count is 0; expected 8 or more for a demo")
def _(place: Place):
    return "demo --out new --count 0"


@bad("a demo with photographs of another kind", "unknown kind of data 'kites'", "cars:DIR")
def _(place: Place):
    return "demo --out new --photos kites:photos"


@bad("patience in words", "--timeout", "'soon'", "see vantage doctor --help")
def _(place: Place):
    return "doctor --timeout soon"


@bad("no patience", "--timeout is 0; expected more than 0 seconds")
def _(place: Place):
    return "doctor --timeout 0"


@bad("a preset of renders that nobody has", "--preset is 'huge'", "one of default")
def _(place: Place):
    return f"{RENDER} --preset huge"


@bad("a preset in a broken file", "--preset broken.json cannot be read")
def _(place: Place):
    place.text("broken.json", "{")
    return f"{RENDER} --preset broken.json"


@bad("angles that nobody can stand at", "--elevation has 100; expected -90 to 90")
def _(place: Place):
    return f"{RENDER} --category car --azimuth 0 --elevation 100"


@bad("a range of angles that goes nowhere", "--azimuth is '0:360:0'", "such as 0:360:15")
def _(place: Place):
    return f"{RENDER} --category car --azimuth 0:360:0"


@bad("a count beside other angles", "--count 7 beside 24 angles; expected --count 24 for each model, or none")
def _(place: Place):
    return f"{RENDER} --category car --azimuth 0:360:15 --count 7"


@bad("angles of nothing", "no model is named", "--cad FILE, or --category NAME")
def _(place: Place):
    return f"{RENDER} --azimuth 0:360:15"


@bad("half a group of views", "--count 30 is no multiple of the 20 views of a group")
def _(place: Place):
    return f"{RENDER} --preset dcign --count 30"


@bad("light from a folder that is not there", "there is no folder of environment images")
def _(place: Place):
    return f"{RENDER} --count 4 --lights folder:nowhere"


@bad("light from a folder without pictures", "holds no environment image")
def _(place: Place):
    return f"{RENDER} --count 4 --lights folder:{place.folder('empty')}"


@bad("more company than there is room for", "--companions is 99; expected 0 to 8")
def _(place: Place):
    return f"{RENDER} --count 4 --companions 99"
