"""Folders of meshes become objects: formats, layouts, names, metadata, hollows, poses, and what is refused and why."""

from __future__ import annotations

import json
from pathlib import Path

import mesh_samples as samples
import numpy as np
import pytest
import trimesh

from assets.folder import FolderLibrary
from assets.importer import build, decompose
from assets.importer.build import Settings
from assets.importer.decompose import DecomposeConfig
from assets.importer.naming import parse_name, said_name
from assets.importer.records import MAX_DRAWN, Piece
from assets.importer.reduce import reduce_pieces
from assets.importer.report import ImportReport, Line
from assets.importer.run import ImportConfig, import_folder
from assets.library import FAMILIES
from engine.errors import ConfigError
from engine.types import Failure, ObjectAsset

LIBERO = Path(__file__).parents[3] / "shared" / "libero"


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No grasp search."""
    monkeypatch.setattr(build, "grasps_for", lambda *a: Failure("grasp", "not sought here"))


def run(root: Path, out: Path, **settings: str) -> ImportReport:
    return import_folder(ImportConfig(root, out, Settings(**settings), cache=out.parent / "cache"))


def by_file(report: ImportReport) -> dict[str, Line]:
    return {line.file: line for line in report.lines}


def only(tmp_path: Path, name: str, data: bytes | str, **settings: str) -> tuple[Line, ObjectAsset | None]:
    """The line and the object of a folder with one file."""
    root, out = tmp_path / "given", tmp_path / "made"
    samples.write(root / name, data)
    line = run(root, out, **settings).lines[-1]
    return line, FolderLibrary(out).get(line.asset_id) if line.asset_id else None


def test_layouts_that_people_have(tmp_path, quick):
    root = tmp_path / "given"
    samples.ycb_like(root)
    samples.glb_of_many(root / "toys" / "toy_truck.glb")
    samples.write(root / "mugs" / "red_mug.xml", samples.mjcf_text(file="look.obj"))
    samples.write(root / "mugs" / "look.obj", samples.obj_text(samples.cup(), scale=100))
    samples.write(root / "more.zip", samples.zipped({"set/yellow_box.obj": samples.obj_text(samples.block())}))
    report = run(root, tmp_path / "made")
    lines = by_file(report)
    library = FolderLibrary(tmp_path / "made")

    bottle = lines["006_mustard_bottle/google_16k/textured.obj"]
    assert (bottle.name, bottle.colour, bottle.category) == ("mustard bottle", "yellow", "packaging")
    assert lines["006_mustard_bottle/google_16k/nontextured.stl"].reason == "another form of textured.obj"
    picture = library.get(bottle.asset_id).visual[0].material.texture
    assert picture is not None and tuple(picture[-1, 0]) == (242, 204, 40)

    truck = library.get(lines["toys/toy_truck.glb"].asset_id)
    assert np.allclose(truck.extents, [0.10, 0.06, 0.0925], atol=0.002)  # y-up file, axes turned, nodes applied
    assert len(truck.collision) == 4 and truck.collision[0].vertices is not None  # four boxes and wheels, exact

    mug = library.get(lines["mugs/red_mug.xml"].asset_id)
    assert [p.kind for p in mug.collision] == ["cylinder", "box", "capsule", "capsule"]
    assert mug.mass == 0.25 and mug.attributes["colour"] == "red" and mug.container is None
    assert mug.family == "imported_mug"  # there is a procedural family of that name
    assert not {library.get(i).family for i in library.ids()} & set(FAMILIES)
    assert lines["more.zip/set/yellow_box.obj"].colour == "yellow"
    assert json.loads((tmp_path / "made" / "import_report.json").read_text())["counts"]["imported"] == 4
    assert (tmp_path / "made" / "import_report.txt").read_text().count("\n") == len(report.lines) + 1


def test_frame_mass_and_upright_pose(tmp_path, quick):
    mesh = samples.block(0.05, 0.04, 0.06)
    mesh.apply_translation((3.0, -2.0, 7.0))
    _, box = only(tmp_path, "wooden_block.stl", mesh.export(file_type="stl"), units="m")
    assert box is not None
    assert np.allclose(box.bounds, [[-0.025, -0.02, -0.03], [0.025, 0.02, 0.03]], atol=1e-5)
    assert box.mass == pytest.approx(0.05 * 0.04 * 0.06 * 600, rel=0.01)
    assert np.allclose(np.diag(box.inertia), box.mass / 12 * np.array([0.0052, 0.0061, 0.0041]), rtol=0.01)
    assert box.stable_poses[0].upright and box.stable_poses[0].height == pytest.approx(0.03, abs=1e-5)
    assert len(box.stable_poses) == 6


@pytest.mark.parametrize(
    ("scale", "units", "says"),
    [
        (100, "auto", "taken as cm"),  # a ten-metre cup
        (1000, "auto", "taken as mm"),
        (1 / 0.0254, "inch", ""),
        (1e5, "auto", "no table-top size"),
        (1000, "cm", "its unit may be mm"),
    ],
)
def test_units(tmp_path, quick, scale, units, says):
    bottle = samples.revolved([(0, 0), (0.03, 0), (0.03, 0.1), (0, 0.1)])
    line, asset = only(tmp_path, "bottle.obj", samples.obj_text(bottle, scale=scale), units=units)
    assert says in line.reason + "; ".join(line.notes)
    if asset is not None:
        assert asset.extents[2] == pytest.approx(0.1, rel=0.01)
    else:
        assert "scale" in line.reason or "--units" in line.reason


def test_a_bowl_with_y_up_is_hollow_in_physics_and_a_plate_is_flat(tmp_path):
    root, out = tmp_path / "given", tmp_path / "made"
    samples.write(root / "blue_bowl.obj", samples.obj_text(samples.bowl(sections=20), y_up=True))
    samples.write(root / "crate_tub.stl", samples.tub().export(file_type="stl"))
    lines = by_file(run(root, out, units="m"))
    bowl = FolderLibrary(out).get(lines["blue_bowl.obj"].asset_id)
    assert "y taken as up" in lines["blue_bowl.obj"].notes
    assert bowl.container is not None and bowl.container.kind == "in" and bowl.category == "containers"
    assert len(bowl.collision) <= 16
    assert bowl.container.radius == pytest.approx(0.05, abs=0.015)
    assert bowl.container.rim_z - bowl.container.floor_z == pytest.approx(0.05, abs=0.008)
    assert lines["blue_bowl.obj"].grasps > 0 and bowl.graspable  # held by its wall
    tub = FolderLibrary(out).get(lines["crate_tub.stl"].asset_id)
    assert tub.container is not None and tub.container.half_extents is not None
    assert np.allclose(tub.container.half_extents, (0.094, 0.064), atol=0.005)
    assert tub.container.rim_z - tub.container.floor_z == pytest.approx(0.064, abs=0.001)
    # a second run does nothing again, a changed file is made again under its id
    again = by_file(run(root, out, units="m"))
    assert {line.status for line in again.values()} == {"unchanged"}
    samples.write(root / "crate_tub.stl", samples.tub(h=0.09).export(file_type="stl"))
    third = by_file(run(root, out, units="m"))
    assert third["blue_bowl.obj"].status == "unchanged" and third["crate_tub.stl"].status == "imported"
    assert third["crate_tub.stl"].asset_id == lines["crate_tub.stl"].asset_id
    assert FolderLibrary(out).get(third["crate_tub.stl"].asset_id).extents[2] == pytest.approx(0.09, abs=1e-4)


def test_metadata_wins_and_a_wrong_row_is_named(tmp_path, quick):
    root, out = tmp_path / "given", tmp_path / "made"
    for name in ("a1.stl", "a2.stl", "a3.stl"):
        samples.write(root / name, samples.block(0.12, 0.1, 0.02).export(file_type="stl"))
    samples.write(
        root / "metadata.csv",
        "file,name,category,colour,material,mass,scale,graspable,container\n"
        "a1.stl,serving board,kitchenware,Dark Red,wood,0.4,1,no,on\na2,,,,,heavy,,,\n",
    )
    lines = by_file(run(root, out))
    board = FolderLibrary(out).get(lines["a1.stl"].asset_id)
    assert (board.name, board.category, board.mass, board.graspable) == ("serving board", "kitchenware", 0.4, False)
    assert board.attributes["colour"] == "red" and board.attributes["material"] == "wood"
    assert board.container is not None and board.container.kind == "on"
    assert board.container.half_extents == pytest.approx((0.06, 0.05), abs=0.004)
    assert "mass 'heavy' is no positive number" in lines["a2.stl"].reason
    assert lines["a3.stl"].status == "imported"
    samples.write(root / "metadata.csv", "file,colr\na1.stl,red\n")
    before = sorted(p for p in out.rglob("*"))
    with pytest.raises(ConfigError, match=r"metadata\.csv: unknown column 'colr'; did you mean 'colour'"):
        run(root, out)
    assert sorted(out.rglob("*")) == before


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"file,name\na1.stl,cup\n\na1.stl,mug\n", r"metadata.csv row 2 and row 4 are both for 'a1.stl'"),
        ("file,name\na1.stl,Sch\u00fcssel\n".encode("latin-1"), "save it as UTF-8"),
        (b"file,name\n,cup\n", "row 2 has no 'file'"),
        (b"file,name\na1.stl,cup,7\n", "row 2 has more cells than columns"),
        (b"name,mass\ncup,1\n", "no 'file'"),
    ],
)
def test_wrong_metadata_stops_before_anything_is_imported(tmp_path, quick, data, says):
    root, out = tmp_path / "given", tmp_path / "made"
    samples.write(root / "a1.stl", samples.block().export(file_type="stl"))
    samples.write(root / "metadata.csv", data)
    with pytest.raises(ConfigError, match=says) as caught:
        run(root, out)
    assert str(caught.value).count("metadata.csv:") == 1 and "\n" not in str(caught.value) and not list(out.iterdir())


def test_values_and_rows_of_metadata_are_checked_one_by_one(tmp_path, quick):
    root, out = tmp_path / "given", tmp_path / "made"
    for k in range(4):
        samples.write(root / f"a{k}.stl", samples.block(0.05 + 0.01 * k).export(file_type="stl"))
    text = (
        "file;name;colour;mass\na0;Kinder\u2019s Schüssel;Dark Gray;0,25\na1;cup <b>;;\na2;;gren;\n;;;\nzz.obj;cup;;\n"
    )
    samples.write(root / "metadata.csv", text)
    report = run(root, out)
    lines = by_file(report)
    bowl = FolderLibrary(out).get(lines["a0.stl"].asset_id)
    assert (bowl.name, bowl.mass, bowl.attributes["colour"]) == ("kinder's schüssel", 0.25, "grey")
    assert bowl.asset_id.isascii()
    assert "metadata.csv row 3: name 'cup <b>' holds '<'" in lines["a1.stl"].reason
    assert "metadata.csv row 4: unknown colour 'gren'; did you mean 'green'" in lines["a2.stl"].reason
    assert lines["a3.stl"].status == "imported"
    assert [(n.file, n.reason.split(",")[0]) for n in report.lines if n.status == "warning"] == [
        ("metadata.csv", "names 'zz.obj' (row 6)")
    ]


def test_folders_without_meshes_and_other_files(tmp_path, quick):
    root = tmp_path / "given"
    root.mkdir()
    (empty,) = run(root, tmp_path / "1").lines
    assert empty.status == "refused" and "OBJ, GLB, glTF, STL, PLY, MJCF" in empty.reason
    for name in ("a.txt", "b.TXT", "c.xcf", "d.png", "e.mtl"):
        samples.write(root / name, "x")
    samples.write(root / "box.stl", samples.block().export(file_type="stl"))
    report = run(root, tmp_path / "2")
    assert [n.reason for n in report.lines if n.status == "note"] == ["3 other files not looked at: .txt, .xcf"]
    assert report.usable == 1


def test_what_is_called_a_bowl_and_is_none_says_why(tmp_path, quick):
    narrow = samples.revolved([(0, 0), (0.03, 0), (0.03, 0.04), (0.024, 0.04), (0.024, 0.006), (0, 0.006)], 16)
    line, asset = only(tmp_path, "tiny_bowl.stl", narrow.export(file_type="stl"), units="m")
    assert asset is not None and asset.container is None
    assert any("no container: opening 4." in n and "under 5.5 cm" in n for n in line.notes), line.notes


def test_what_rolls_gets_a_foot_and_flipped_normals_are_turned(tmp_path, quick):
    line, ball = only(tmp_path, "ball.ply", trimesh.creation.icosphere(3, 0.035).export(file_type="ply"))
    assert ball is not None and ball.stable_poses[0].upright and ball.extents.min() > 0.9 * ball.extents.max()
    egg = trimesh.creation.icosphere(5, 1.0)
    egg.apply_transform(np.diag([0.022, 0.022, 0.03, 1.0]))
    line, lying = only(tmp_path / "3", "egg.ply", egg.export(file_type="ply"))
    assert lying is not None and lying.stable_poses[0].upright and any("roll" in n or "turned" in n for n in line.notes)
    flipped = samples.block()
    flipped.invert()
    line, box = only(tmp_path / "2", "box.stl", flipped.export(file_type="stl"))
    assert box is not None and "inverted normals turned outwards" in line.notes
    mesh = trimesh.Trimesh(box.visual[0].vertices, box.visual[0].faces)
    assert mesh.volume == pytest.approx(0.05 * 0.04 * 0.06, rel=1e-3)


def test_many_triangles_become_few_and_keep_their_colours():
    ball = trimesh.creation.icosphere(6, 0.04)
    red_above = np.where(ball.vertices[:, 2:] > 0, [[220, 20, 20]], [[20, 20, 220]]).astype(np.uint8)
    piece = Piece(np.asarray(ball.vertices), np.asarray(ball.faces), colours=red_above)
    notes: list[str] = []
    (small,) = reduce_pieces([piece], notes)
    assert notes == ["81,920 triangles reduced"] and 1000 < len(small.faces) <= MAX_DRAWN
    assert small.image is not None and small.uv is not None
    h, w, _ = small.image.shape
    at = small.uv[small.faces].mean(1)
    seen = small.image[((1 - at[:, 1]) * h).astype(int), (at[:, 0] * w).astype(int)]
    z = small.vertices[small.faces].mean(1)[:, 2]
    clear = np.abs(z) > 0.004
    assert np.all((seen[clear, 0] > 150) == (z[clear] > 0))
    assert abs(float(np.abs(small.vertices).max()) - 0.04) < 0.001


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("empty.obj", "", "empty"),
        ("cut.stl", samples.block().export(file_type="stl")[:300], "truncated"),
        ("cut.glb", samples.block().export(file_type="glb")[:300], "truncated"),
        ("nan.obj", samples.obj_text(samples.block()).replace("0.060000", "nan"), "NaN"),
        ("flat.obj", "v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n", "flat"),
        ("line.obj", "v 0 0 0\nv 1 0 0\nv 2 0 0\nf 1 2 3\n", "zero area"),
        ("cloud.ply", trimesh.PointCloud(np.eye(3)).export(file_type="ply"), "point cloud"),
        ("many.ply", b"ply\nformat ascii 1.0\nelement vertex 999999999\nelement face 9\nend_header\n", "truncated"),
        ("hinge.xml", samples.mjcf_text(joint='<joint name="lid" type="hinge"/>'), "articulated (joint 'lid')"),
        ("leave.xml", samples.mjcf_text(file="../../secret.obj"), "leaves the folder"),
        ("abs.xml", samples.mjcf_text(file="/etc/passwd"), "absolute path"),
        ("bomb.xml", '<!DOCTYPE m [<!ENTITY a "aaa">]><mujoco>&a;</mujoco>', "entities"),
        ("bomb.glb", samples.glb_with_picture(samples.png_that_claims(60000)), "bomb"),
        ("large.glb", samples.glb_with_picture(samples.png_that_claims(9000)), "too many"),
        ("slip.zip", samples.zipped({"../../evil.obj": "v 0 0 0"}), "leaves the folder"),
        ("bomb.zip", samples.zipped({"zeros.obj": b"\0" * (100 << 20)}), "zip bomb"),
        ("scene.usd", b"PXR-USDC", "export OBJ"),
        ("lfs.glb", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n", "git lfs pull"),
        ("lfs.zip", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n", "git lfs pull"),
        ("page.obj", "\n<!DOCTYPE html>\n<html><body>f 1 2 3</body></html>", "a web page (HTML)"),
        ("wide.obj", samples.obj_text(samples.block()).encode("utf-16"), "UTF-16"),
        ("comma.obj", samples.obj_text(samples.block()).replace(".", ","), "decimal commas"),
    ],
)  # fmt: skip
def test_refusals_say_why(tmp_path, quick, name, data, says):
    line, _ = only(tmp_path, name, data)
    assert line.status == "refused" and says in line.reason, line.text()


def test_textures_missing_broken_huge_and_leaving(tmp_path, quick):
    root, out = tmp_path / "given", tmp_path / "made"
    samples.write(tmp_path / "secret.png", samples.picture())
    for name, texture in (
        ("missing", "none.png"),
        ("broken", "broken.png"),
        ("large", "large.png"),
        ("leave", "../../secret.png"),
    ):
        samples.write(root / name / f"{name}_box.obj", samples.obj_text(samples.block(), "m.mtl"))
        samples.write(root / name / "m.mtl", samples.mtl_text(texture))
    samples.write(root / "broken" / "broken.png", samples.picture()[:60])
    samples.write(root / "large" / "large.png", samples.picture(3000, (48, 140, 60)))
    lines = by_file(run(root, out))
    assert "texture 'none.png' is missing: plain colour instead" in lines["missing/missing_box.obj"].notes
    assert lines["missing/missing_box.obj"].colour == "red"  # the MTL's own colour
    assert any("plain colour instead" in n for n in lines["broken/broken_box.obj"].notes)
    image = FolderLibrary(out).get(lines["large/large_box.obj"].asset_id).visual[0].material.texture
    assert image is not None and image.shape == (512, 512, 3) and lines["large/large_box.obj"].colour == "green"
    assert "leaves the folder" in lines["leave/leave_box.obj"].reason
    # put there later, the missing texture is noticed
    samples.write(root / "missing" / "none.png", samples.picture(32, (36, 84, 178)))
    assert by_file(run(root, out))["missing/missing_box.obj"].colour == "blue"


def test_a_decomposition_that_hangs_or_dies_costs_one_line(tmp_path, quick, monkeypatch):
    ring = trimesh.creation.torus(0.04, 0.012)
    root = tmp_path / "given"
    samples.write(root / "ring.obj", samples.obj_text(ring))
    samples.write(root / "box.obj", samples.obj_text(samples.block()))
    monkeypatch.setattr(decompose.sys, "executable", "/bin/false")
    lines = by_file(run(root, tmp_path / "made"))
    assert "decomposition failed (status 1" in lines["ring.obj"].reason and lines["box.obj"].status == "imported"
    slow = samples.write(tmp_path / "slow.sh", "#!/bin/sh\nsleep 30\n")
    slow.chmod(0o755)
    monkeypatch.setattr(decompose.sys, "executable", str(slow))
    settings = Settings(decompose=DecomposeConfig(time_s=0.05))
    lines = by_file(import_folder(ImportConfig(root, tmp_path / "2", settings, cache=tmp_path / "cache")))
    assert "takes longer than" in lines["ring.obj"].reason and lines["box.obj"].status == "imported"


def test_arguments_that_cannot_be(tmp_path):
    with pytest.raises(ConfigError, match="no such folder"):
        run(tmp_path / "none", tmp_path / "out")
    with pytest.raises(ConfigError, match="did you mean 'inch'"):
        run(tmp_path, tmp_path / "out", units="inches")
    with pytest.raises(ConfigError, match="is the folder that is read"):
        run(tmp_path, tmp_path)
    file = samples.write(tmp_path / "in" / "a.obj", "x")
    with pytest.raises(ConfigError, match=r"a\.obj is a file; give the folder that it is in"):
        run(file, tmp_path / "out")
    with pytest.raises(ConfigError, match=r"--out .*it is a file"):
        run(file.parent, samples.write(tmp_path / "taken", "x"))
    with pytest.raises(ConfigError, match="--out /proc/foo: nothing can be written there"):
        run(file.parent, Path("/proc/foo"))


@pytest.mark.parametrize(
    ("path", "name", "colour", "material", "noun"),
    [
        ("red_coffee_mug.obj", "coffee mug", "red", "", "mug"),
        ("031_spoon/textured.obj", "spoon", "", "", "spoon"),
        ("Utensil_Tray_White/meshes/model.obj", "utensil tray", "white", "", "tray"),
        ("orange.glb", "orange", "", "", "orange"),
        ("fruit/orange_bowl.glb", "bowl", "orange", "", "bowl"),
        ("wooden_spoon_col.stl", "spoon", "", "wood", "spoon"),
        ("a/visual/model.obj", "widget", "", "", "widget"),
        ("WineGlass.ply", "wine glass", "", "", "glass"),
        ("in/赤い缶.obj", "赤い缶", "", "", "赤い缶"),
        ("赤い缶_red.obj", "赤い缶", "red", "", "赤い缶"),
        ("grün_Tasse.obj", "grün tasse", "", "", "tasse"),
        ("10metre_cup.obj", "cup", "", "", "cup"),
        ("065-a_cups/google_16k/textured.obj", "cup", "", "", "cup"),
        ("red_mugs/B00H4SKSPS/meshes/model.obj", "mug", "red", "", "mug"),
        ("bowl/1a6f615e8b1b5ae4dbbc9440457e303e.glb", "bowl", "", "", "bowl"),
        ("in/model.obj", "widget", "", "", "widget"),
        ("coffee_cup_and_saucer.obj", "coffee cup", "", "", "cup"),
        ("pack_of_6_cola_12oz_can.obj", "cola can", "", "", "can"),
    ],
)
def test_names(path, name, colour, material, noun):
    found = parse_name(said_name(path, "widget"))
    assert (found.name, found.colour, found.material, found.noun) == (name, colour, material, noun)


def test_family_names_are_ascii():
    slugs = {n: parse_name(n).slug for n in ("müslischüssel", "Große Tasse", "赤い缶", "кружка")}
    assert list(slugs.values()) == ["muslischussel", "grosse_tasse", "object", "object"]


@pytest.mark.slow
@pytest.mark.skipif(not LIBERO.is_dir(), reason="the sample objects are not beside the checkout")
def test_real_scanned_objects(tmp_path, quick):
    lines = by_file(run(LIBERO, tmp_path))
    home = "assets/stable_hope_objects/"
    assert sum(line.status == "imported" for line in lines.values()) == 14
    for fixture in ("wooden_cabinet", "flat_stove"):
        assert "is articulated" in lines[f"assets/articulated_objects/{fixture}.xml"].reason
    soup = FolderLibrary(tmp_path).get(lines[f"{home}alphabet_soup/alphabet_soup.xml"].asset_id)
    assert soup.extents[2] == pytest.approx(0.084, abs=0.002) and soup.stable_poses[0].upright  # y is up in the file
    assert soup.visual[0].material.texture is not None and len(soup.visual[0].faces) <= MAX_DRAWN
    bowl = lines["assets/stable_scanned_objects/akita_black_bowl/akita_black_bowl.xml"]
    assert bowl.container == "in" and bowl.colour == "black" and "is missing: drawn as" in bowl.notes[0]
    holds = {line.name: line.container for line in lines.values() if line.container}
    assert holds.keys() == {"akita bowl", "basket", "chefmate frypan", "glazed rim ramekin", "plate", "tray"}
    assert holds["plate"] == "on" and holds["basket"] == "in"
