"""Tell the viewpoint of one object with an exported network: ``python predict.py PHOTO [--box x0,y0,x1,y1]``.

Needs NumPy, Pillow and one runtime: onnxruntime, ai-edge-litert or tensorflow. Nothing of Vantage is needed: all there
is to know is in model.json beside this file. ``--check`` compares with the viewpoint that model.json expects.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps


def rgb(image):
    """Return an image as 8-bit RGB: 16 bits are scaled, what is transparent lies on grey."""
    if image.mode.startswith("I"):
        return Image.fromarray((np.clip(np.asarray(image), 0, 65535) / 257 + 0.5).astype(np.uint8)).convert("RGB")
    if "A" in image.getbands() or "transparency" in image.info:
        rgba = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", rgba.size, (128, 128, 128, 255)), rgba)
    return image.convert("RGB")


def crop(photo, box, size):
    """Return the box of a photograph, clamped to it and stretched to a square: float32 [1, size, size, 3] in [0, 1]."""
    image = rgb(ImageOps.exif_transpose(photo))
    x0, y0, x1, y1 = box or (0, 0, *image.size)
    inside = max(x0, 0), max(y0, 0), min(x1, image.width), min(y1, image.height)
    if not (inside[2] - inside[0] >= 1 and inside[3] - inside[1] >= 1):
        sys.exit(f"the box {x0:g},{y0:g},{x1:g},{y1:g} holds nothing of the {image.width}x{image.height} photograph")
    square = image.resize((size, size), Image.Resampling.BILINEAR, inside)
    return np.asarray(square, np.float32)[None] / np.float32(255)


def run_onnx(path, images):
    """Return output name -> logits [n, classes, bins]."""
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path))
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, {"image": images})))


def run_litert(path, images):
    """Return output name -> logits [n, classes, bins]."""
    from ai_edge_litert.interpreter import Interpreter

    return Interpreter(model_path=str(path)).get_signature_runner()(image=images)


def run_savedmodel(path, images):
    """Return output name -> logits [n, classes, bins]."""
    import tensorflow

    model = tensorflow.saved_model.load(str(path))  # its variables live as long as it does
    return {name: np.asarray(value) for name, value in model.serve(images).items()}


ANGLES = ("azimuth", "elevation", "tilt")
RUNTIMES = {"onnx": run_onnx, "litert": run_litert, "savedmodel": run_savedmodel}


def decode(logits, rule, offsets=None):
    """Return the angle of logits [bins], degrees in (-180, 180]; bin i is centred at i * 360 / bins degrees."""
    bins = len(logits)
    weights = np.exp(logits.astype(np.float64) - logits.max())
    peak = int(weights.argmax())
    told = 0.0
    if rule["method"] == "expectation":
        reach = max(1, int(rule["window_deg"] * bins / 360)) if offsets is None else rule["offset_bins"]
        steps = np.arange(-reach, reach + 1)
        places = (peak + steps) % bins
        told = weights[places] @ (steps if offsets is None else steps + offsets[places]) / weights[places].sum()
    elif rule["method"] != "argmax":
        raise SystemExit(f"this file does not know the decoding {rule['method']!r}")
    return 180 - (180 - (peak + told) * 360 / bins) % 360


def viewpoint(model, outputs, category=None):
    """Return azimuth [0, 360), elevation [-90, 90] and tilt (-180, 180], degrees, of the first image.

    Without ``category`` the network tells the class, if it has an output for that.
    """
    number = model["classes"].index(category) if category else int(np.argmax(outputs["category"][0]))
    offsets = {name: outputs.get(f"{name}_offset") for name in ANGLES}
    angles = {
        name: decode(outputs[name][0, number], model["decoding"], None if offsets[name] is None else offsets[name][0])
        for name in ANGLES
    }
    elevation = min(max(angles["elevation"], -90.0), 90.0)
    found = {"azimuth": angles["azimuth"] % 360, "elevation": elevation, "tilt": angles["tilt"]}
    return model["classes"][number], found


def main():
    """Run on a photograph, or check the network."""
    folder = Path(__file__).resolve().parent
    model = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photo", nargs="?")
    # a network that does not tell the class has to be told; one of a single class has nothing to tell
    default = model["classes"][0] if len(model["classes"]) == 1 else None
    parser.add_argument("--category", choices=model["classes"], default=default)
    parser.add_argument("--box", type=lambda text: tuple(float(edge) for edge in text.split(",")))
    parser.add_argument("--runtime", default=next(iter(model["files"])), choices=list(model["files"]))
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    size = model["input"]["shape"][1]
    if args.check:
        images = np.full((1, size, size, 3), model["check"]["every_value"], np.float32)
    elif args.photo:
        if args.category is None and "category" not in model["outputs"]:
            parser.error(f"name the class with --category: {', '.join(model['classes'])}")
        images = crop(Image.open(args.photo), args.box, size)
    else:
        parser.error("name a photograph, or --check")
    outputs = RUNTIMES[args.runtime](folder / model["files"][args.runtime]["file"], images)
    category, found = viewpoint(model, outputs, model["check"]["category"] if args.check else args.category)
    rounded = {name: round(float(angle), 3) for name, angle in found.items()}
    sys.stdout.write(json.dumps({"category": category, **rounded}) + "\n")
    if args.check:
        expected = model["check"]["viewpoint"]
        apart = max(abs((found[name] - angle + 180) % 360 - 180) for name, angle in expected.items())
        sys.exit(f"expected {expected}" if apart > model["check"]["tolerance_deg"] else 0)


if __name__ == "__main__":
    main()
