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


def crop(photo, box, size):
    """Return the box of a photograph, clamped to it and stretched to a square: float32 [1, size, size, 3] in [0, 1]."""
    image = ImageOps.exif_transpose(photo).convert("RGB")
    x0, y0, x1, y1 = box or (0, 0, *image.size)
    inside = max(x0, 0), max(y0, 0), min(x1, image.width), min(y1, image.height)
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


RUNTIMES = {"onnx": run_onnx, "litert": run_litert, "savedmodel": run_savedmodel}


def decode(logits, method, window):
    """Return the angle of logits [bins], degrees in (-180, 180]; bin i is centred at i * 360 / bins degrees."""
    bins = len(logits)
    width = 360 / bins
    weights = np.exp(logits.astype(np.float64) - logits.max())
    peak = int(weights.argmax())
    offset = 0.0
    if method == "expectation":
        reach = max(1, int(window / width))
        steps = np.arange(-reach, reach + 1)
        near = weights[(peak + steps) % bins]
        offset = near @ steps / near.sum()
    elif method != "argmax":
        raise SystemExit(f"this file does not know the decoding {method!r}")
    return 180 - (180 - (peak + offset) * width) % 360


def viewpoint(model, outputs, category):
    """Return azimuth [0, 360), elevation [-90, 90] and tilt (-180, 180], degrees."""
    number = model["classes"].index(category)
    rule = model["decoding"]
    angles = {name: decode(outputs[name][0, number], rule["method"], rule["window_deg"]) for name in model["outputs"]}
    elevation = min(max(angles["elevation"], -90.0), 90.0)
    return {"azimuth": angles["azimuth"] % 360, "elevation": elevation, "tilt": angles["tilt"]}


def main():
    """Run on a photograph, or check the network."""
    folder = Path(__file__).resolve().parent
    model = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photo", nargs="?")
    parser.add_argument("--category", default=model["check"]["category"], choices=model["classes"])
    parser.add_argument("--box", type=lambda text: tuple(float(edge) for edge in text.split(",")))
    parser.add_argument("--runtime", default=next(iter(model["files"])), choices=list(model["files"]))
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    size = model["input"]["shape"][1]
    if args.check:
        images = np.full((1, size, size, 3), model["check"]["every_value"], np.float32)
    elif args.photo:
        images = crop(Image.open(args.photo), args.box, size)
    else:
        parser.error("name a photograph, or --check")
    outputs = RUNTIMES[args.runtime](folder / model["files"][args.runtime]["file"], images)
    found = viewpoint(model, outputs, model["check"]["category"] if args.check else args.category)
    sys.stdout.write(json.dumps({name: round(float(angle), 3) for name, angle in found.items()}) + "\n")
    if args.check:
        expected = model["check"]["viewpoint"]
        apart = max(abs((found[name] - angle + 180) % 360 - 180) for name, angle in expected.items())
        sys.exit(f"expected {expected}" if apart > model["check"]["tolerance_deg"] else 0)


if __name__ == "__main__":
    main()
