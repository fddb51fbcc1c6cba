"""Distances and insides of triangle meshes by brute force, as oracles (trimesh's own need rtree)."""

import numpy as np
import trimesh
from scipy.spatial import cKDTree


def part(shape, name):
    """Return the part called ``name``."""
    return next(p for p in shape.parts if p.name == name)


def mesh_of(part):
    """Return a part as a trimesh, vertices as they are."""
    return trimesh.Trimesh(part.vertices, part.faces, process=False)


def corners(shape):
    """Return the triangles [F, 3, 3] of all parts."""
    return np.concatenate([p.vertices[p.faces] for p in shape.parts])


def distance(triangles, points):
    """Return the distance of each of ``points`` [n, 3] to the nearest of ``triangles`` [F, 3, 3]."""
    nearest = [trimesh.triangles.closest_point(triangles, np.tile(point, (len(triangles), 1))) for point in points]
    return np.array([np.linalg.norm(q - p, axis=1).min() for q, p in zip(nearest, points)])


def winding(triangles, points):
    """Return how often closed ``triangles`` wind around each point: 1 inside, 0 outside (solid angles)."""
    a, b, c = (triangles[None, :, k] - points[:, None] for k in range(3))
    la, lb, lc = (np.linalg.norm(v, axis=-1) for v in (a, b, c))
    det = np.einsum("pfi,pfi->pf", a, np.cross(b, c))
    dot = la * lb * lc + (a * b).sum(-1) * lc + (b * c).sum(-1) * la + (c * a).sum(-1) * lb
    return (2 * np.arctan2(det, dot)).sum(-1) / (4 * np.pi)


def height_at(triangles, x, y):
    """Return the height of the highest point of ``triangles`` over (x, y)."""
    p = triangles[..., :2] - (x, y)
    area = [p[:, i, 0] * p[:, j, 1] - p[:, i, 1] * p[:, j, 0] for i, j in ((1, 2), (2, 0), (0, 1))]
    weight = np.stack(area, -1)
    total = weight.sum(-1, keepdims=True)
    weight = weight / np.where(np.abs(total) > 1e-12, total, np.inf)
    over = (weight >= 0).all(-1) & (np.abs(total[:, 0]) > 1e-12)
    return (weight * triangles[..., 2]).sum(-1)[over].max()


def near(triangles, points, reach):
    """Tell of each of ``points`` [n, 3] whether it lies within ``reach`` of ``triangles`` [F, 3, 3]."""
    low, high = triangles.min(axis=1) - reach, triangles.max(axis=1) + reach
    found = np.zeros(len(points), bool)
    for i, point in enumerate(points):
        close = triangles[((low <= point) & (point <= high)).all(axis=1)]
        found[i] = len(close) > 0 and distance(close, point[None])[0] < reach
    return found


def by_material(shape):
    """Return material -> its triangles [F, 3, 3]."""
    found = {}
    for piece in shape.parts:
        for number, material in enumerate(piece.materials):
            found.setdefault(material, []).append(piece.vertices[piece.faces[piece.face_materials == number]])
    return {material: np.concatenate(triangles) for material, triangles in found.items()}


def is_left_as_it_is(shape, transform, reach=3e-3, samples=60):
    """Tell whether ``transform`` [3, 3] leaves a normalised shape as it is.

    Vertices meet vertices of their material; of those that do not, ``samples`` lie within ``reach`` of its surface."""
    for triangles in by_material(shape).values():
        points = np.unique(np.round(triangles.reshape(-1, 3), 9), axis=0)
        moved = points @ np.asarray(transform).T
        odd = moved[cKDTree(points).query(moved, distance_upper_bound=2e-3)[0] > 2e-3]
        odd = odd[:: max(1, len(odd) // samples)]
        if not near(triangles, odd, reach).all():
            return False
    return True


def folded(vertices, faces, angle_deg=150.0):
    """Return the areas of the triangles that lie back on a neighbour, the smaller one of each pair."""
    mesh = trimesh.Trimesh(vertices, faces)  # merges vertices that coincide
    mesh.update_faces(mesh.nondegenerate_faces())
    pairs = mesh.face_adjacency[mesh.face_adjacency_angles > np.radians(angle_deg)]
    return mesh.area_faces[pairs].min(axis=1)
