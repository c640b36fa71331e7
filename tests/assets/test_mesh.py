"""Surfaces are closed and face outwards, labels read from outside, ends meet."""

from __future__ import annotations

import numpy as np
import pytest

from assets.mesh import box, box_faces, lathe, loft, lying, prism, rounded_rect, sweep
from assets.paint import Canvas


def volume(mesh) -> float:
    """Signed volume; positive when faces are counter-clockwise from outside."""
    a, b, c = (mesh.vertices[mesh.faces[:, k]] for k in range(3))
    return float((a * np.cross(b, c)).sum() / 6)


def open_edges(mesh) -> int:
    """Edges without a partner, vertices joined by position."""
    _, index = np.unique(np.round(mesh.vertices, 7), axis=0, return_inverse=True)
    f = index.reshape(-1)[mesh.faces]
    edges = np.concatenate([f[:, [0, 1]], f[:, [1, 2]], f[:, [2, 0]]])
    forward = {tuple(e) for e in edges}
    return sum((b, a) not in forward for a, b in forward)


SQUARE = rounded_rect(0.02, 0.02, 0, 1)
SHAPES = {
    "lathe": (lathe([(0, 0), (0.02, 0), (0.02, 0.05), (0, 0.05)], 24), 3.105828541 * 0.02**2 * 0.05),
    "box": (box(0.01, 0.02, 0.0, 0.03, 0.0), 0.02 * 0.04 * 0.03),
    "box_faces": (box_faces(0.01, 0.02, 0.015), 0.02 * 0.04 * 0.03),
    "prism": (prism(rounded_rect(0.02, 0.01, 0, 1), 0, 0.01), 0.04 * 0.02 * 0.01),
    "loft": (
        loft([rounded_rect(0.02, 0.02, 0, 1), 0.5 * rounded_rect(0.02, 0.02, 0, 1)], [0, 0.03]),
        0.01 * (16e-4 + 4e-4 + 8e-4),
    ),
}


@pytest.mark.parametrize("name", SHAPES)
def test_closed_outward_and_exact_volume(name):
    mesh, expected = SHAPES[name]
    assert open_edges(mesh) == 0
    assert volume(mesh) == pytest.approx(expected, rel=1e-6)


def test_swept_and_lying_bodies_are_closed():
    tube = sweep([(0, 0, 0), (0.03, 0.01, 0), (0.05, 0.04, 0)], [0.005, 0.006, 0.004], 12)
    body, rings = lying(np.array([[0, 0.01, 0.01], [0.02, 0.014, 0.014], [0.06, 0.008, 0.008]]), 16, 0.8)
    for mesh in (tube, body):
        assert open_edges(mesh) == 0 and volume(mesh) > 0
    assert rings[..., 2].min() == 0.0 and (rings[..., 2] == 0).sum(1).min() >= 2, "a flat foot all along"


def test_uv_reads_from_outside():
    """Seen from outside, u grows to the right and v up: du x dv of every triangle points outwards."""
    for mesh in (lathe([(0.02, 0), (0.02, 0.05)], 16), box_faces(0.01, 0.01, 0.01), box(0.01, 0.02, 0, 0.03)):
        a, b, c = (mesh.uv[mesh.faces[:, k]] for k in range(3))
        turn = (b - a)[..., 0] * (c - a)[..., 1] - (b - a)[..., 1] * (c - a)[..., 0]
        assert (turn > -1e-9).all()


def test_text_is_drawn_and_shrinks():
    c = Canvas(40, 40, (1, 1, 1))
    c.text("WIDE WORD", 0.5, 0.5, 20, (0, 0, 0), max_width=0.8)
    dark = c.image().mean(-1) < 128
    columns = np.nonzero(dark.any(0))[0]
    assert dark.sum() > 20 and columns.min() >= 2 and columns.max() <= 37
