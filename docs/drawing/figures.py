"""The figures of docs/conventions.md. Every line and number in them comes from `vantage.geometry`."""

from __future__ import annotations

import numpy as np
from drawing.toy_car import CAR, KEYPOINTS, Box, camera_at, photograph, visible
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from vantage.geometry import Camera, Viewpoint, camera_from_world_at, intrinsics_from_fov
from vantage.report.drawing import AXIS_COLOURS, FRONT_COLOUR, VISIBILITY

INK, FAINT = "#1c2028", "#9aa3b2"
STYLE = {
    "font.size": 9,
    "text.color": INK,
    "axes.edgecolor": FAINT,
    "svg.hashsalt": "vantage",
    "svg.fonttype": "path",
    "axes.titlesize": 9.5,
}


def hexadecimal(colour: tuple[int, int, int]) -> str:
    """Return ``#rrggbb``."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


def picture(axes: Axes, camera: Camera, boxes: tuple[Box, ...] = CAR) -> None:
    """Show a photograph of the boxes so that data coordinates are the camera's pixels."""
    axes.imshow(
        photograph(camera, boxes), extent=(0, camera.width, camera.height, 0), zorder=2, interpolation="antialiased"
    )
    axes.set(xlim=(0, camera.width), ylim=(camera.height, 0), xticks=[], yticks=[], aspect="equal")


def line(axes: Axes, camera: Camera, points: np.ndarray, **style) -> None:
    """Draw a line through points [n, 3] of the object frame: over the object where it is nearer, else under it."""
    pixels, z_depth = camera.project(points)
    middle = float(camera.project(np.zeros(3))[1])
    for start in range(len(pixels) - 1):
        over = z_depth[start : start + 2].mean() < middle
        axes.plot(*pixels[start : start + 2].T, zorder=3 if over else 1, solid_capstyle="round", **style)


def arrow(axes: Axes, camera: Camera, start, end, colour: str, text: str = "", width: float = 1.8) -> None:
    """Draw an arrow between two points of the object frame, with a name at its tip."""
    pixels, _ = camera.project(np.array([start, end], float))
    style = {"arrowstyle": "-|>", "color": colour, "lw": width, "shrinkA": 0, "shrinkB": 0, "mutation_scale": 9}
    axes.annotate("", pixels[1], pixels[0], arrowprops=style, zorder=4, annotation_clip=False)
    if text:
        beyond = pixels[1] + (pixels[1] - pixels[0]) / max(np.linalg.norm(pixels[1] - pixels[0]), 1e-9) * 9
        axes.text(*beyond, text, color=colour, ha="center", va="center", weight="bold", zorder=5)


def object_axes(axes: Axes, camera: Camera, scale: float = 1.0) -> None:
    """Draw the object frame: x, y, z, and the front along -y."""
    for name, tip in zip("xyz", np.diag([0.42, 0.56, 0.4])):
        arrow(axes, camera, np.zeros(3), scale * tip, hexadecimal(AXIS_COLOURS[name]), name)
    arrow(axes, camera, (0, -0.43, 0), (0, -0.58 * scale, 0), hexadecimal(FRONT_COLOUR), width=3.0)


def camera_symbol(axes: Axes, camera: Camera, viewpoint: Viewpoint, text: str, offset=(0.0, 0.0)) -> None:
    """Draw a camera as the pyramid of its image, with its x and y axes, at its place in the object frame."""
    drawn = Camera(intrinsics_from_fov(50.0, 4, 3), camera_from_world_at(viewpoint), 4, 3)
    corners = drawn.unproject([[0.0, 0], [4, 0], [4, 3], [0, 3], [0, 0]], np.full(5, 0.2))
    line(axes, camera, corners, color=INK, lw=1.0)
    for corner in corners[:4]:
        line(axes, camera, np.array([drawn.centre, corner]), color=INK, lw=0.7)
    x_end, y_end = drawn.unproject([[4.6, 1.5], [2, 3.9]], np.full(2, 0.2))
    middle = drawn.unproject([2.0, 1.5], 0.2)
    for name, end in (("x", x_end), ("y", y_end)):
        arrow(axes, camera, middle, end, hexadecimal(AXIS_COLOURS[name]), width=1.2)
    pixel, _ = camera.project(drawn.centre)
    axes.text(*(pixel + offset), text, ha="center", va="center", fontsize=8.5, zorder=6)


def frames() -> Figure:
    """The object frame, and where cameras stand for azimuth and elevation."""
    figure = Figure(figsize=(6.4, 4.4), layout="constrained")
    axes = figure.add_subplot()
    camera = camera_at(32, 34, 0, distance=5.2, fov=36, width=640, height=440)
    picture(axes, camera)
    axes.set_axis_off()
    circle = np.radians(np.linspace(0, 360, 181))
    radius = 1.25
    line(axes, camera, radius * np.stack([np.sin(circle), -np.cos(circle), 0 * circle], axis=-1), color=FAINT, lw=0.9)
    places = {0: (0, 30), 90: (46, 14), 180: (0, -24), 270: (-48, -12)}
    for azimuth, offset in places.items():
        camera_symbol(axes, camera, Viewpoint(azimuth, 0, 0, radius), f"azimuth {azimuth}°", offset)
    up = Viewpoint(np.full(20, 130.0), np.linspace(0, 40, 20), 0, radius)
    centres = Camera(np.eye(3), camera_from_world_at(up), 1, 1).centre
    line(axes, camera, centres, color=INK, lw=1.0)
    line(axes, camera, np.array([[0, 0, 0], centres[0]]), color=FAINT, lw=0.9, ls=":")
    line(axes, camera, np.array([[0, 0, 0], centres[-1]]), color=FAINT, lw=0.9, ls=":")
    camera_symbol(axes, camera, up[-1], "azimuth 130°, elevation 40°", (50, -26))
    object_axes(axes, camera, 1.5)
    return figure


VIEWS = (
    ((0, 10, 0), "azimuth 0°: the front"),
    ((45, 10, 0), "azimuth 45°"),
    ((90, 10, 0), "azimuth 90°: front to the left"),
    ((180, 10, 0), "azimuth 180°: the back"),
    ((45, 30, 0), "elevation 30°: from above"),
    ((45, -20, 0), "elevation -20°: from below"),
    ((90, 10, 20), "tilt +20°: counter-clockwise"),
    ((90, 10, -20), "tilt -20°: clockwise"),
)


def viewpoints() -> Figure:
    """The car as each angle shows it."""
    figure = Figure(figsize=(8.4, 4.6), layout="constrained")
    for place, ((azimuth, elevation, tilt), title) in enumerate(VIEWS):
        axes = figure.add_subplot(2, 4, place + 1)
        camera = camera_at(azimuth, elevation, tilt, fov=33)
        picture(axes, camera)
        object_axes(axes, camera)
        axes.set_title(title, color=INK, pad=4)
        axes.text(5, 234, f"({azimuth}, {elevation}, {tilt})", fontsize=8, color="#5c6675", zorder=5)
        if tilt:
            _tilt_arc(axes, tilt)
    return figure


def _tilt_arc(axes: Axes, tilt: float) -> None:
    """Draw the angle between the image's upright and the object's z axis."""
    angle = np.radians(np.linspace(0, tilt, 20))
    axes.plot([120, 120], [120, 30], color=FAINT, lw=1, ls="--", zorder=3)
    axes.plot(120 - 78 * np.sin(angle), 120 - 78 * np.cos(angle), color=INK, lw=1.2, zorder=5)


def pixels() -> Figure:
    """Pixel coordinates: centres at integer + 0.5, boxes by their edges."""
    figure = Figure(figsize=(6.4, 3.5), layout="constrained")
    axes = figure.add_subplot()
    camera = Camera(intrinsics_from_fov(60.0, 6, 4), np.eye(4), 6, 4)
    axes.add_patch(Rectangle((2, 1), 3, 2, facecolor="#cfe0f5", edgecolor="none"))
    for x in range(7):
        axes.plot([x, x], [0, 4], color=FAINT, lw=0.8)
    for y in range(5):
        axes.plot([0, 6], [y, y], color=FAINT, lw=0.8)
    centres = camera.pixel_centres().reshape(-1, 2)
    axes.plot(*centres.T, ".", color=INK, ms=4)
    axes.plot([2, 5, 5, 2, 2], [1, 1, 3, 3, 1], color="#00a2d8", lw=2)
    plain = {"arrowstyle": "-", "color": INK}
    axes.annotate("box (2, 1, 5, 3): its edges", (4.4, 3), (6.3, 3.5), arrowprops=plain, va="center", color="#007aa5")
    axes.plot(*camera.project([0.0, 0.0, 1.0])[0], "P", color=hexadecimal(AXIS_COLOURS["x"]), ms=9)
    axes.annotate("principal point (3, 2)", (3, 2), (6.3, 1.75), arrowprops=plain, va="center")
    axes.annotate(
        "pixel in row 0, column 0:\nits centre is (0.5, 0.5)",
        (0.5, 0.5),
        (0.15, -0.75),
        arrowprops={"arrowstyle": "-", "color": INK},
        va="center",
    )
    axes.annotate("", (6.6, 0), (0, 0), arrowprops={"arrowstyle": "-|>", "color": hexadecimal(AXIS_COLOURS["x"])})
    axes.annotate("", (0, 4.6), (0, 0), arrowprops={"arrowstyle": "-|>", "color": hexadecimal(AXIS_COLOURS["y"])})
    axes.text(6.7, 0, "x", va="center", color=hexadecimal(AXIS_COLOURS["x"]), weight="bold")
    axes.text(0, 4.8, "y", ha="center", va="center", color=hexadecimal(AXIS_COLOURS["y"]), weight="bold")
    for x in range(7):
        axes.text(x, 4.2, str(x), ha="center", va="center", fontsize=8, color="#5c6675")
    for y in range(5):
        axes.text(-0.2, y, str(y), ha="center", va="center", fontsize=8, color="#5c6675")
    axes.set(xlim=(-0.5, 9.4), ylim=(5, -1.2), aspect="equal")
    axes.set_axis_off()
    return figure


def depth() -> Figure:
    """Z-depth and ray length of two points on a wall, seen from above the camera."""
    figure = Figure(figsize=(5.2, 3.0), layout="constrained")
    axes = figure.add_subplot()
    camera = Camera(intrinsics_from_fov(80.0, 64, 64), np.eye(4), 64, 64)
    columns = np.array([[32.0, 32.0], [60.0, 32.0]])
    points = camera.unproject(columns, np.full(2, 2.0))
    lengths = camera.ray_length_from_z_depth(columns, np.full(2, 2.0))
    axes.plot([-2, 2.2], [2, 2], color=INK, lw=2.5)
    axes.text(-2, 2.08, "a wall at z-depth 2", va="bottom")
    edges = camera.unproject([[0.0, 32], [64.0, 32]], np.full(2, 2.6))
    for edge in edges:
        axes.plot([0, edge[0]], [0, edge[2]], color=FAINT, lw=0.8, ls=":")
    for point, length in zip(points, lengths):
        axes.plot([0, point[0]], [0, point[2]], color="#c2410c", lw=1.6)
        axes.plot(point[0], point[2], "o", color=INK, ms=5)
        turn = {"rotation": np.degrees(np.arctan2(point[2], point[0])), "rotation_mode": "anchor"}
        place = 0.7 * point[[0, 2]] - 0.05 * np.array([point[2], -point[0]]) / length
        axes.text(*place, f"ray length {length:.2f}", color="#c2410c", ha="center", va="bottom", **turn)
    axes.plot([points[1][0]] * 2, [0, 2], color="#2563eb", lw=1.2, ls="--")
    axes.text(points[1][0] + 0.06, 0.75, "z-depth 2.00", color="#2563eb")
    for name, tip in (("x", (0.62, 0)), ("z", (0, 0.75))):
        axes.annotate(
            "",
            tip,
            (0, 0),
            arrowprops={"arrowstyle": "-|>", "color": hexadecimal(AXIS_COLOURS[name]), "lw": 1.8},
            zorder=5,
        )
    axes.text(0.62, -0.12, "x", color=hexadecimal(AXIS_COLOURS["x"]), weight="bold", ha="center", va="center")
    axes.text(-0.12, 0.72, "z", color=hexadecimal(AXIS_COLOURS["z"]), weight="bold", ha="center", va="center")
    axes.text(-0.08, -0.12, "camera, from above (y points away from you)", ha="right", va="center", fontsize=8)
    axes.set(xlim=(-2.3, 2.9), ylim=(-0.3, 2.5), aspect="equal")
    axes.set_axis_off()
    return figure


POST = Box((0.4, -0.43, -0.18), (0.48, -0.35, 0.1), (150, 150, 158))
"""The other object, in front of one wheel."""


def visibility() -> Figure:
    """The four states of keypoints, found by casting rays."""
    figure = Figure(figsize=(5.4, 3.3), layout="constrained")
    axes = figure.add_subplot()
    camera = camera_at(62, 16, 0, distance=2.2, fov=26, width=320, height=220)
    shifted = camera.cropped((0, 0, 262, 220), 262, 220)
    picture(axes, camera, (*CAR, POST))
    axes.add_patch(Rectangle((262, 0), 58, 220, facecolor="white", alpha=0.72, zorder=3))
    axes.plot([0, 262, 262, 0, 0], [0, 0, 220, 220, 0], color=INK, lw=1.4, zorder=4, clip_on=False)
    axes.text(258, 212, "the frame", ha="right", zorder=5)
    axes.set_axis_off()
    for point in KEYPOINTS.values():
        pixel, _ = camera.project(point)
        _, colour = VISIBILITY[keypoint_state(shifted, point)]
        axes.plot(*pixel, "o", color=hexadecimal(colour), mec="white", mew=1.2, ms=9, zorder=6)
    for name, colour in VISIBILITY:
        axes.plot([], [], "o", color=hexadecimal(colour), label=name)
    figure.legend(loc="outside lower center", ncols=4, frameon=False, fontsize=8, handletextpad=0.1, columnspacing=1.2)
    return figure


def keypoint_state(camera: Camera, point: tuple[float, float, float]) -> int:
    """Return 0 visible, 1 hidden by the object, 2 hidden by the other object, 3 outside the frame."""
    if not camera.in_frame(camera.project(point)[0]):
        return 3
    if not visible(camera, point, (POST,)):
        return 2
    return 0 if visible(camera, point, CAR) else 1
