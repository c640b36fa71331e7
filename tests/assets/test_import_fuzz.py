"""Hundreds of broken files: each gets one line, none escapes, nothing appears elsewhere, and good files go on.

Grasp search and convex decomposition are replaced by quick ones; `test_import.py` runs the real ones.
"""

from __future__ import annotations

import struct
import tempfile
from pathlib import Path
from unittest import mock

import mesh_samples as samples
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.folder import FolderLibrary
from assets.importer import build, decompose
from assets.importer.run import ImportConfig, import_folder
from engine.types import Failure

_BLOCK, _CUP = samples.block(), samples.cup()
VALID: dict[str, bytes] = {
    "a.obj": samples.obj_text(_BLOCK).encode(),
    "b.stl": bytes(_BLOCK.export(file_type="stl")),
    "c.ply": bytes(_BLOCK.export(file_type="ply")),
    "d.ply": _BLOCK.export(file_type="ply", encoding="ascii"),
    "e.glb": bytes(_CUP.export(file_type="glb")),
    "f.xml": samples.mjcf_text(file="f_look.obj").encode(),
    "g.stl": _BLOCK.export(file_type="stl_ascii").encode(),
    "h.zip": samples.zipped({"in/cube.obj": samples.obj_text(_BLOCK), "in/other.stl": b"solid x"}),
    "i.gltf": b'{"asset":{"version":"2.0"},"buffers":[{"uri":"i.bin","byteLength":36}],"scenes":[{"nodes":[0]}],'
    b'"nodes":[{"mesh":0}],"meshes":[{"primitives":[{"attributes":{"POSITION":0}}]}],"scene":0,'
    b'"bufferViews":[{"buffer":0,"byteLength":36}],'
    b'"accessors":[{"bufferView":0,"componentType":5126,"count":3,"type":"VEC3"}]}',
    "metadata.json": b'[{"file": "a.obj", "name": "cube", "mass": 0.1}]',
}
SECRET = "0 outside secret"

names = st.sampled_from(sorted(VALID))
leaving = st.sampled_from(["../outside.png", "/etc/passwd", "..\\outside.png", "x/../../outside.obj", "file:///etc/passwd",
                           "C:\\x.png", "%2e%2e/outside.png", "link.png"])  # fmt: skip


@st.composite
def broken(draw: st.DrawFn) -> tuple[str, bytes]:
    """(ending of the name, bytes) of a valid file with something done to it."""
    name = draw(names)
    data = VALID[name]
    how = draw(st.integers(0, 5))
    if how == 0:
        data = data[: draw(st.integers(0, len(data)))]
    elif how == 1:
        at = draw(st.integers(0, len(data)))
        data = data[:at] + draw(st.binary(min_size=1, max_size=40)) + data[at:]
    elif how == 2:
        at = draw(st.integers(0, max(len(data) - 8, 0)))
        data = data[:at] + draw(st.binary(min_size=1, max_size=8)) + data[at + 8 :]
    elif how == 3:
        at = draw(st.integers(0, max(len(data) - 4, 0)))
        word = struct.pack("<f", draw(st.sampled_from([np.nan, np.inf, -np.inf, 1e30, 1e-30])))
        data = data[:at] + word + data[at + 4 :]
    elif how == 4:
        old = draw(st.sampled_from([b"0.0", b"1", b"v ", b"f ", b"5", b'"', b"vertex", b"mesh"]))
        new = draw(st.sampled_from([b"nan", b"inf", b"-1", b"1e400", b"999999", b"", b"..", b"\xff\xfe"]))
        data = data.replace(old, new, draw(st.integers(1, 30)))
    else:
        data = draw(st.binary(max_size=300))
    return name, data


@st.composite
def crafted(draw: st.DrawFn) -> tuple[str, bytes]:
    """Files that are wrong on purpose: what leaves the folder, bombs, shapes without volume, wrong sizes."""
    where = draw(leaving)
    v = draw(st.sampled_from(["nan", "inf", "-1e400", "0", "1e12"]))
    n = draw(st.integers(0, 60000))
    files: list[tuple[str, str | bytes]] = [
        ("evil.obj", samples.obj_text(_BLOCK, "evil.mtl")),
        ("evil.mtl", samples.mtl_text(where)),
        ("lib.obj", f"mtllib {where}\n" + samples.obj_text(_BLOCK)),
        ("leave.xml", samples.mjcf_text(file=where)),
        ("inc.xml", f'<mujoco><include file="{where}"/><include file="inc.xml"/></mujoco>'),
        ("dir.xml", samples.mjcf_text(extra='<compiler meshdir="../../" texturedir="/etc"/>')),
        ("bomb.xml", '<!DOCTYPE m [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><mujoco>&b;</mujoco>'),
        ("deep.xml", "<mujoco>" + "<body>" * (n % 3000) + "</body>" * (n % 3000) + "</mujoco>"),
        ("uri.gltf", VALID["i.gltf"].replace(b"i.bin", where.replace("\\", "/").encode())),
        ("count.gltf", VALID["i.gltf"].replace(b'"count":3', b'"count":%d' % (10**n if n < 300 else n))),
        ("ring.gltf", VALID["i.gltf"].replace(b'{"mesh":0}', b'{"mesh":0,"children":[1]},{"children":[0]}')),
        ("slip.zip", samples.zipped({where: b"x", "ok.obj": samples.obj_text(_BLOCK)})),
        ("slip.zip", samples.zipped({"../" * (1 + n % 5) + "slipped.obj": samples.obj_text(_BLOCK)})),
        ("bomb.zip", samples.zipped({"zeros.obj": b"\0" * (80 << 20)} if n % 7 == 0 else {"zeros.obj": b"\0" * n})),
        ("nan.obj", samples.obj_text(_BLOCK).replace("0.060000", v, 1 + n % 4)),
        ("range.obj", samples.obj_text(_BLOCK) + f"f {n + 9} 1 2\nf -{n + 9} 1 2\nf 0 0 0\n"),
        ("flat.obj", "v 0 0 0\nv 1 0 0\nv 0 1 0\nv 1 1 0\nf 1 2 3\nf 2 4 3\n"),
        ("point.obj", "v 1 1 1\nv 1 1 1\nv 1 1 1\nf 1 2 3\n"),
        ("line.obj", "v 0 0 0\nv 1 0 0\nv 2 0 0\nf 1 2 3\nf 3 2 1\n"),
        ("huge.obj", samples.obj_text(_BLOCK, scale=10.0 ** (n % 13))),
        ("tiny.stl", samples.block(1e-6, 1e-6, 1e-6).export(file_type="stl")),
        ("count.stl", b"\0" * 80 + struct.pack("<I", n * 70000) + b"\1" * 50),
        ("count.ply", b"ply\nformat ascii 1.0\nelement vertex %d\nelement face 1\nend_header\n" % 10 ** (n % 30)),
        ("metadata.csv", f"file,mass,scale\nevil.obj,{v},{n}\n,,\n"),
        ("metadata.json", '{"evil.obj": {"mass": "' + v + '"}, "x": 3}'),
        ("dir.obj/inner.obj", ""),
        (f"na\nme\x1b{n}.obj", samples.obj_text(_BLOCK)[: n]),
    ]  # fmt: skip
    name, data = draw(st.sampled_from(files))
    return name, data.encode() if isinstance(data, str) else bytes(data)


def _quick() -> mock._patch:
    none = Failure("grasp", "not sought here")
    return mock.patch.object(build, "grasps_for", lambda *a: none)


def _hull_only(vertices, faces, how, cfg, scratch):
    return [np.asarray(vertices)]


def check(files: list[tuple[str, bytes]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        top = Path(name)
        root, out = top / "given", top / "made"
        root.mkdir()
        (top / "outside.png").write_bytes(samples.picture())
        (top / "outside.obj").write_text(SECRET)
        (root / "link.png").symlink_to(top / "outside.png")
        for k, (path, data) in enumerate(files):
            at = root / f"{k}" / path
            at.parent.mkdir(parents=True, exist_ok=True)
            at.write_bytes(data)
        samples.write(root / "good" / "red_box.obj", samples.obj_text(_BLOCK))
        samples.write(root / "good_zip.zip", samples.zipped({"blue_box.stl": VALID["b.stl"]}))
        before = sorted(p for p in top.rglob("*") if out not in p.parents)
        said: list[str] = []
        with _quick(), mock.patch.object(decompose, "_run", _hull_only):
            report = import_folder(ImportConfig(root, out, cache=top / "cache"), said.append)
        assert len(said) == len(report.lines) and all("\n" not in s and s.isprintable() for s in said)
        assert all(line.reason for line in report.lines if line.status == "refused")
        assert not [line.text() for line in report.lines if "report this with the file" in line.reason]
        there = {line.file for line in report.lines if line.status == "imported"}
        assert {"good/red_box.obj", "good_zip.zip/blue_box.stl"} <= there
        left = sorted(
            p for p in top.rglob("*") if out not in (p, *p.parents) and top / "cache" not in (p, *p.parents)
        )  # fmt: skip
        assert left == [p for p in before if p != out]
        everything = b"".join(p.read_bytes() for p in out.rglob("*") if p.is_file())
        assert SECRET.encode() not in everything
        library = FolderLibrary(out)
        assert all(library.get(i).stable_poses for i in library.ids())
        for k, (path, _) in enumerate(files):
            if path.lower().endswith((".obj", ".stl", ".ply", ".glb", ".gltf", ".xml", ".zip")):
                assert any(line.file.startswith(f"{k}/") for line in report.lines), (path, said)


@settings(max_examples=16, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.lists(broken(), min_size=6, max_size=9))
def test_damaged_files_get_a_line_each(files):
    check(files)


@settings(max_examples=16, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.lists(crafted(), min_size=6, max_size=9))
def test_files_that_are_wrong_on_purpose_get_a_line_each(files):
    check(files)


@pytest.mark.slow
@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.one_of(broken(), crafted()), min_size=4, max_size=12))
def test_thousands_of_damaged_files(files):
    check(files)
