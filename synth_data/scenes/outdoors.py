"""What stands along a street beside houses and vehicles: trees and lamp posts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from synth_data.models import Surface
from synth_data.scenes.pieces import Piece, block
from synth_data.scenes.textures import Finish
from synth_data.shapes.primitives import cylinder, moved, revolve, tube

IRON = Surface("painted iron", (0.03, 0.035, 0.03), metallic=0.3, roughness=0.5)
LAMP_GLASS = Surface("lamp glass", (0.8, 0.78, 0.7), roughness=0.3)


@dataclass(frozen=True)
class Tree:
    """A tree: where it stands, height of the trunk, radius of the crown, seed of its form, finishes."""

    x: float
    y: float
    z: float
    trunk: float
    crown: float
    seed: int
    foliage: Finish
    bark: Finish

    def boxes(self) -> list[np.ndarray]:
        """Return the boxes [2, 3] of trunk and crown."""
        low, high, r = (
            (self.x - 0.25, self.y - 0.25, 0.0),
            (self.x + 0.25, self.y + 0.25, self.z + self.trunk),
            self.crown,
        )
        top = self.z + self.trunk
        crown = [
            (self.x - 1.3 * r, self.y - 1.3 * r, top - 0.6 * r),
            (self.x + 1.3 * r, self.y + 1.3 * r, top + 2.4 * r),
        ]
        return [np.array([low, high]), np.array(crown)]


@dataclass(frozen=True)
class LampPost:
    """A lamp post: where it stands, height, and the side (sign of x) that its arm reaches to."""

    x: float
    y: float
    z: float
    height: float
    side: int

    def boxes(self) -> list[np.ndarray]:
        """Return its boxes [2, 3]: the post, and the arm."""
        arm = sorted((self.x - 0.1 * self.side, self.x + 1.3 * self.side))
        post = [(self.x - 0.12, self.y - 0.12, 0.0), (self.x + 0.12, self.y + 0.12, self.z + self.height)]
        top = self.z + self.height
        return [np.array(post), np.array([(arm[0], self.y - 0.2, top - 0.35), (arm[1], self.y + 0.2, top + 0.1)])]


def tree_pieces(tree: Tree) -> Iterator[Piece]:
    """Yield a trunk with branches, and a crown of rough balls."""
    rng = np.random.default_rng(tree.seed)
    root, top = np.array([tree.x, tree.y, tree.z]), tree.trunk + 0.5 * tree.crown
    path = np.array([(0, 0, -0.05), (0.02, 0.0, 0.4), (*rng.normal(0, 0.06, 2), 0.6 * top), (0, 0, top)])
    width = 0.11 * tree.crown**0.5
    yield Piece(moved(tube(path, np.array([1.5, 1.0, 0.8, 0.4]) * width, 9), root), tree.bark, smooth=True)
    for _ in range(4):
        angle, up = rng.uniform(0, 2 * np.pi), rng.uniform(0.6, 0.9) * tree.trunk
        tip = (0.6 * tree.crown * np.cos(angle), 0.6 * tree.crown * np.sin(angle), up + 0.7 * tree.crown)
        branch = tube(np.array([(0, 0, up), tip]), np.array([0.4, 0.15]) * width, 6)
        yield Piece(moved(branch, root), tree.bark, smooth=True)
    for number in range(int(rng.integers(7, 11))):
        off = rng.normal(0, 0.36, 3) * (1, 1, 0.9) if number else np.zeros(3)
        centre = root + (0, 0, tree.trunk + 0.8 * tree.crown) + tree.crown * np.clip(off, -0.6, 0.6)
        yield Piece(moved(_ball(rng, float(rng.uniform(0.4, 0.62)) * tree.crown), centre), tree.foliage, smooth=True)


def _ball(rng: np.random.Generator, radius: float):
    """Return a ball with bumps and dents."""
    angle = np.linspace(-np.pi / 2, np.pi / 2, 11)
    vertices, faces = revolve(np.column_stack([np.cos(angle).clip(0), np.sin(angle)]), 16)
    waves = rng.normal(0, 1, (8, 3)) * 3.5
    bumps = 1 + 0.05 * np.sin(vertices @ waves.T + rng.uniform(0, 2 * np.pi, 8)).sum(axis=1)
    return radius * vertices * bumps[:, None], faces


def post_pieces(post: LampPost) -> Iterator[Piece]:
    """Yield a post with an arm and a lamp."""
    base, h = np.array([post.x, post.y, post.z]), post.height
    yield Piece(moved(cylinder(0.11, 0.0, 0.5, 12, 0.07), base), IRON, smooth=True)
    yield Piece(moved(cylinder(0.055, 0.4, h, 12, 0.04), base), IRON, smooth=True)
    arm = np.array([(0, 0, h - 0.3), (0.4 * post.side, 0, h - 0.02), (1.1 * post.side, 0, h)])
    yield Piece(moved(tube(arm, 0.03, 8), base), IRON, smooth=True)
    head = base + (1.0 * post.side, 0.0, h - 0.12)
    yield block(head - (0.22, 0.1, 0.04), head + (0.22, 0.1, 0.08), IRON)
    yield block(head - (0.18, 0.08, 0.08), head + (0.18, 0.08, -0.03), LAMP_GLASS)
