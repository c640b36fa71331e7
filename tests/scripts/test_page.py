"""The page in a browser: served and as files. Skipped where there is no Chromium or playwright."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.export.dataset import load_dataset
from engine.page.api import Api, static_rows
from engine.page.files import MARK, chosen, write_files
from engine.page.index import Query
from engine.page.server import WEB, PageServer, byte_range
from engine.page.tables import PageDataset
from scripts import inspect as look
from tests.engine.page_toys import CELL, SIDE, foreign_dataset, toy_dataset

ROOT = Path(__file__).parents[2]
BROWSER = next((p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))), None)
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
FLAGS += ["--disable-sync", "--no-first-run"]


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return toy_dataset(tmp_path_factory.mktemp("served") / "toy")


@pytest.fixture(scope="module")
def server(toy: Path) -> Iterator[PageServer]:
    with PageServer(PageDataset(toy)) as served:
        threading.Thread(target=served.serve_forever, daemon=True).start()
        yield served
        served.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api")
    if BROWSER is None:
        pytest.skip("no chromium on this machine")
    with api.sync_playwright() as play:
        with_flags = play.chromium.launch(executable_path=BROWSER, args=FLAGS)
        yield with_flags
        with_flags.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A window in which nothing goes wrong and nothing is asked of other machines."""
    window = browser.new_page(viewport={"width": 1280, "height": 800})
    wrong: list[str] = []
    window.on("pageerror", lambda error: wrong.append(str(error)))
    window.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
    window.on(
        "request", lambda r: None if re.match(r"http://127\.0\.0\.1:|file:|data:", r.url) else wrong.append(r.url)
    )
    yield window
    window.close()
    assert wrong == []


def ask(server: PageServer, path: str, method: str = "GET", **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=20)
    connection.putrequest(method, path, skip_host="Host" in headers)
    for name, value in headers.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    reply = connection.getresponse()
    return reply, reply.read()


# --- the server, without a browser ---------------------------------------------------------------


def test_only_this_machine_and_only_what_there_is(server: PageServer, toy: Path) -> None:
    assert server.server_address[0] == "127.0.0.1"
    reply, body = ask(server, "/")
    policy = reply.getheader("Content-Security-Policy") or ""
    assert reply.status == 200 and b"<!doctype html>" in body and "default-src 'none'" in policy
    for host in ("evil.example", "evil.example:80", f"127.0.0.1.evil.example:{server.server_port}", ""):
        assert ask(server, "/api/summary", Host=host)[0].status == 403, host
    for host in ("localhost:9999", "127.0.0.1", "[::1]:80"):  # a forwarded port has another number
        assert ask(server, "/api/summary", Host=host)[0].status == 200, host
    assert ask(server, "/api/summary", Sec_Fetch_Site="cross-site", Sec_Fetch_Dest="script")[0].status == 403
    for path in (
        *(
            "/../../etc/passwd",
            "/..%2f..%2fetc/passwd",
            "/meta/info.json",
            "/server.py",
            "/web/page.css",
            "//etc/passwd",
        ),
        *(
            "/video/front/99.mp4",
            "/video/../0.mp4",
            "/video/up/0.mp4",
            "/thumb/front/0.png",
            "/layer/rgb/front/0/0.png",
        ),
        *("/api/episode/99", "/api/items?sort=up", "/api/items?limit=x", "/api/items?where=1", "/api/items?offset=-1"),
    ):
        reply, body = ask(server, path)
        assert reply.status == 404 and "error" in json.loads(body), path
    assert ask(server, "/api/summary", "POST")[0].status == 501
    assert json.loads(ask(server, "/api/items?limit=3&offset=2")[1])["rows"][0]["episode"] == 2
    assert json.loads(ask(server, "/api/items?offset=99999")[1])["rows"] == []
    around = json.loads(ask(server, "/api/around?status=failed&around=8")[1])
    assert around == {"position": 0, "total": 4, "before": None, "after": 9}


def test_videos_come_whole_and_in_ranges(server: PageServer, toy: Path) -> None:
    whole = load_dataset(toy).video_file(3, "front").read_bytes()
    reply, body = ask(server, "/video/front/3.mp4")
    assert reply.status == 200 and body == whole and reply.getheader("Accept-Ranges") == "bytes"
    for text, part in (("bytes=5-99", whole[5:100]), ("bytes=200-", whole[200:]), ("bytes=-7", whole[-7:])):
        reply, body = ask(server, "/video/front/3.mp4", Range=text)
        assert reply.status == 206 and body == part and reply.getheader("Content-Range", "").endswith(f"/{len(whole)}")
    assert ask(server, "/video/front/3.mp4", Range=f"bytes={len(whole)}-")[0].status == 416
    reply, body = ask(server, "/video/front/3.mp4", "HEAD")
    assert reply.status == 200 and not body and reply.getheader("Content-Length") == str(len(whole))
    reply, body = ask(server, "/video/front/3.mp4", Range="bytes=0-1,4-5")  # several parts may be ignored
    assert reply.status == 200 and body == whole
    assert byte_range("bytes=0-0", 1) == (0, 0) and byte_range("bytes=3-1", 9) is None


def test_the_page_asks_nothing_of_other_machines_and_parses_no_text_as_html() -> None:
    for path in WEB.iterdir():
        text = path.read_text().replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://|//cdn|@import|innerHTML|outerHTML|insertAdjacentHTML|eval\(", text), path.name


def test_commands(toy: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    out = tmp_path / "page"
    assert look.main([str(toy), "--static", str(out), "--limit", "3"]) == 0
    assert capsys.readouterr().out.strip() == str(out / "index.html") and (out / MARK).exists()
    before = {p.name for p in (out / "thumbs/front").iterdir()}
    assert before == {f"{k}.jpg" for k in chosen(12, 3)}
    assert look.main([str(toy), "--static", str(out), "--limit", "12"]) == 0, "an earlier page is replaced"
    assert len(list((out / "thumbs/front").iterdir())) == 12
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/thesis.txt").write_text("years of work")
    for wrong, said in (
        (["--static", str(tmp_path / "mine")], "holds something else"),
        (["--static", str(toy / "page")], "inside the dataset"),
        (["--static", str(out), "--limit", "0"], "--limit 0"),
        (["--limit", "3"], "--limit goes with --static"),
        (["--serve", "--port", "99999"], "--port 99999"),
        (["--serve", "--static", str(out)], "commands of their own"),
    ):
        assert look.main([str(toy), *wrong]) == 2 and said in capsys.readouterr().err, wrong
    assert (tmp_path / "mine/thesis.txt").exists()


def test_serving_ends_with_ctrl_c(toy: Path) -> None:
    command = [sys.executable, str(ROOT / "scripts/inspect.py"), str(toy), "--serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        said = run.stdout.readline() + run.stdout.readline()
        assert re.search(r"Open http://127\.0\.0\.1:\d+/ in a browser", said), said
        run.send_signal(2)
        assert run.wait(timeout=20) == 0


# --- in the browser ------------------------------------------------------------------------------


def opened(page: Any, url: str) -> Any:
    page.goto(url)
    page.wait_for_selector("body[data-ready]")
    return page


NUMBER = f"""(canvas) => {{ // the frame's number in the pixels of a player's canvas
  const ctx = canvas.getContext("2d"), s = canvas.width / {SIDE};
  let n = 0;
  for (let k = 0; k < 6; k++) {{
    const p = ctx.getImageData(Math.round((k * {CELL} + {CELL} / 2) * s), Math.round({CELL} / 2 * s), 1, 1).data;
    if (p[0] > 128) n |= 1 << k;
  }}
  return n;
}}"""


def shown(page: Any, camera: str) -> tuple[int, int]:
    """(number in the picture, number that the labels were drawn for) of a camera, taken at one instant."""
    script = f"(canvas) => [({NUMBER})(canvas), Number(canvas.dataset.frame)]"
    return tuple(page.locator(f"canvas[data-camera={camera}]").evaluate(script))


def at_frame(page: Any, frame: int, camera: str = "front") -> None:
    page.wait_for_function(
        "([c, f]) => Number(document.querySelector(`canvas[data-camera=${c}]`)?.dataset.frame) === f",
        arg=[camera, frame],
        timeout=20000,
    )


def listed(page: Any, count: int) -> None:
    """Wait until the list says that it holds so many."""
    page.wait_for_function("(n) => document.querySelector('.results .count b')?.textContent === n", arg=str(count))


def bare(page: Any) -> None:
    """Switch off what is written over the picture's upper edge."""
    for layer in ("directions", "phase"):
        chip = page.locator(f"[data-layer={layer}]")
        if chip.get_attribute("aria-pressed") == "true":
            chip.click()


def test_labels_sit_on_the_frame_that_is_shown(server: PageServer, page: Any) -> None:
    opened(page, f"{server.url}#/episode/1")
    at_frame(page, 0)
    bare(page)
    length = load_dataset(server.api.dataset.root).length(1)
    for key, frame in (
        ("ArrowRight", 1),
        ("ArrowRight", 2),
        ("Shift+ArrowRight", 12),
        ("ArrowLeft", 11),
        ("End", length - 1),
    ):
        page.keyboard.press(key)
        for camera in ("front", "wrist"):
            at_frame(page, frame, camera)
            assert shown(page, camera) == (frame, frame), (key, camera)
    for frame in (7, 0, 19, 18, 5, 6):
        page.evaluate(f"GW.film.current.seek({frame})")
        at_frame(page, frame)
        assert shown(page, "front") == (frame, frame)
    # The box of frame 19 is drawn around its own place: orange at its left edge, not where frame 25 has it.
    page.evaluate("GW.film.current.seek(19)")
    at_frame(page, 19)
    edge = """(canvas, [x, side]) => { const s = canvas.width / side;
      const p = canvas.getContext("2d").getImageData(Math.round((x + 1) * s) - 1, Math.round(50 * s), 3, 1).data;
      return [0, 4, 8].some((i) => p[i] > 200 && p[i + 2] < 90); }"""
    canvas = page.locator("canvas[data-camera=front]")
    assert canvas.evaluate(edge, [19, SIDE]) and not canvas.evaluate(edge, [25, SIDE])
    page.keyboard.press("b")
    assert not canvas.evaluate(edge, [19, SIDE]), "the key takes the box away"


def test_while_playing_every_drawn_frame_has_its_own_labels(server: PageServer, page: Any) -> None:
    opened(page, f"{server.url}#/episode/2")
    at_frame(page, 0)
    bare(page)
    page.evaluate(
        f"""() => {{ window.seen = []; const draw = GW.drawLabels, number = {NUMBER};
        GW.drawLabels = (ctx, size, episode, camera, t, on, first) => {{
          window.seen.push([camera.name, number(ctx.canvas), t]);
          draw(ctx, size, episode, camera, t, on, first); }}; }}"""
    )
    page.keyboard.press(" ")
    page.wait_for_function("() => document.querySelector('.player')?.dataset.playing === '1'")
    page.wait_for_function("() => document.querySelector('.player')?.dataset.playing === '0'", timeout=15000)
    length = load_dataset(server.api.dataset.root).length(2)
    at_frame(page, length - 1)
    at_frame(page, length - 1, "wrist")
    seen = page.evaluate("window.seen")
    assert all(number == t for _, number, t in seen), [s for s in seen if s[1] != s[2]]
    front = {t for camera, _, t in seen if camera == "front"}
    assert len(front) > length // 3, "it played, and not only its end"
    # Again from the start, and a click on the picture stops it.
    page.evaluate("() => { window.seen = []; }")
    page.keyboard.press(" ")
    page.wait_for_function("() => window.seen.some((s) => s[2] > 2 && s[2] < 9)")
    page.locator("canvas[data-camera=front]").click()
    page.wait_for_function("() => document.querySelector('.player')?.dataset.playing === '0'")
    now = int(page.locator(".player").get_attribute("data-frame"))
    at_frame(page, now)
    at_frame(page, now, "wrist")
    assert shown(page, "front") == shown(page, "wrist") == (now, now)


def test_an_episode_in_the_middle_of_a_shared_file(browser: Any, page: Any, tmp_path: Path) -> None:
    """Somebody else's dataset: two episodes in one mp4; the second must show its own frames and stop at its end."""
    with PageServer(PageDataset(foreign_dataset(tmp_path / "theirs"))) as served:
        threading.Thread(target=served.serve_forever, daemon=True).start()
        opened(page, f"{served.url}#/episode/1")
        at_frame(page, 0, "cam")
        assert shown(page, "cam") == (20, 0)
        page.keyboard.press("End")
        at_frame(page, 19, "cam")
        assert shown(page, "cam") == (39, 19)
        opened(page, f"{served.url}#/episode/0")
        at_frame(page, 0, "cam")
        page.keyboard.press(" ")
        page.wait_for_function("() => document.querySelector('.player')?.dataset.playing === '1'")
        page.wait_for_function("() => document.querySelector('.player')?.dataset.playing === '0'", timeout=15000)
        at_frame(page, 19, "cam")
        assert shown(page, "cam") == (19, 19), "it stops before the other episode begins"
        assert page.locator("[data-layer=mask]").is_disabled()
        served.shutdown()


def test_filtering_clicking_and_going_on(server: PageServer, page: Any) -> None:
    opened(page, server.url)
    listed(page, 16)
    page.wait_for_selector(".card img")
    assert "<b>bowl</b>" in page.locator(".card .words").first.inner_text(), "an instruction is text, not HTML"
    page.select_option("select[name=status]", "refused")
    listed(page, 4)
    assert page.locator(".card .badge.refused").count() == 4
    page.select_option("select[name=reason]", "plan: no path")
    listed(page, 1)
    page.get_by_text("Clear filters").click()
    listed(page, 16)
    page.fill("input[name=object]", "plug")
    page.keyboard.press("Enter")
    wanted = server.api.index.find(Query(object="plug")).tolist()
    listed(page, len(wanted))
    assert [int(c.get_attribute("data-item") or -1) for c in page.locator(".card").all()] == wanted
    first, second = [k for k in wanted if k < 12][:2]
    page.locator(f".card[data-item='{first}']").click()
    page.wait_for_selector(".player h1")
    assert f"#{first}" in page.locator("h1").inner_text()
    page.wait_for_selector(".nearby a")
    page.keyboard.press("]")
    page.wait_for_function(f"() => document.querySelector('h1')?.textContent.includes('#{second} ')")
    page.keyboard.press("Escape")
    page.wait_for_selector(".cards")
    page.go_back()
    page.wait_for_selector(".player h1")
    # A click into a plot goes to that moment; the scene graph answers to its chips.
    area = page.locator(".plot .area").first
    box = area.bounding_box()
    area.click(position={"x": box["width"] - 9, "y": 40})
    length = load_dataset(server.api.dataset.root).length(second)
    at_frame(page, length - 1)
    page.locator(".chip[data-kind=left_of]").click()
    assert page.locator(".edge.rel").count() == 2, "three hold, one follows from the others"
    assert page.locator(".edge.goal").count() == 1
    page.locator(".node[data-name=target]").hover()
    assert "near bowl" in page.locator(".said").inner_text()
    opened(page, f"{server.url}#/ledger")
    page.locator("a.bar", has_text="grasp: no grasp is free").click()
    listed(page, 2)


def test_layers_and_phases(server: PageServer, page: Any) -> None:
    opened(page, f"{server.url}#/episode/0?phase=transport")
    frames = load_dataset(server.api.dataset.root).episode(0, ["phase"])["phase"]
    at_frame(page, int(np.flatnonzero(frames == 3)[0]))
    assert page.locator(".run.kept").inner_text() == "transport"
    page.keyboard.press(" ")
    page.wait_for_timeout(1200)
    now = int(page.locator(".player").get_attribute("data-frame"))
    assert frames[now] == 3, "it plays this phase only, again and again"
    page.keyboard.press(" ")
    bare(page)
    page.evaluate("GW.film.current.seek(1)")  # all pixels are the container's then
    at_frame(page, 1)
    pixel = """(canvas) => [...canvas.getContext("2d").getImageData(canvas.width - 9, canvas.height / 2, 1, 1).data]"""
    canvas = page.locator("canvas[data-camera=front]")
    grey = canvas.evaluate(pixel)
    page.keyboard.press("m")
    changed = f"(was) => ({pixel})(document.querySelector('canvas[data-camera=front]')).join() !== was"
    page.wait_for_function(changed, arg=",".join(map(str, grey)))
    red, _, blue, _ = canvas.evaluate(pixel)
    assert blue > red + 60 and abs(grey[0] - grey[2]) < 20
    assert page.locator("[data-layer=depth]").is_disabled(), "not stored, and a toy cannot be drawn again"


@pytest.mark.parametrize("width", [1280, 800])
def test_nothing_runs_over_the_edge_or_into_something_else(server: PageServer, page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    for place in ("", "#/?status=failed", "#/episode/2", "#/ledger"):
        opened(page, f"{server.url}{place}")
        page.reload()
        page.wait_for_selector(".card, .player .plot canvas, .chart svg")
        page.wait_for_timeout(250)
        over = """() => [...document.querySelectorAll("body *")].filter((e) => {
          const r = e.getBoundingClientRect(); return r.width && (r.right > innerWidth + 1 || r.left < -1); }).length"""
        assert page.evaluate(over) == 0, place
        clash = """() => { const of = (q) => [...document.querySelectorAll(q)].map((e) => e.getBoundingClientRect());
          const boxes = [...of(".card"), ...of(".side, .main > *, .chart, .tile, .filters, .results > .count")];
          const apart = (a, b) => a.right <= b.left + 1 || a.bottom <= b.top + 1;
          return boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) => a.width && b.width &&
            !apart(a, b) && !apart(b, a))).length; }"""
        assert page.evaluate(clash) == 0, place


def test_the_files_show_the_same_without_a_server(toy: Path, page: Any, tmp_path: Path) -> None:
    index = write_files(PageDataset(toy), tmp_path / "page")
    assert index.exists()
    opened(page, index.as_uri())
    listed(page, 16)
    page.wait_for_selector(".card img")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.card img')].every((i) => i.complete && i.naturalWidth)"
    )
    page.locator(".card[data-item='1']").click()
    at_frame(page, 0)
    page.keyboard.press("ArrowRight")
    at_frame(page, 1, "wrist")
    assert page.locator("h1").inner_text().startswith("#1 ")
    page.locator(".tab", has_text="Ledger").click()
    page.wait_for_selector(".chart svg")
    # Filters in the browser find what filters on the server find.
    api = Api(PageDataset(toy))
    rows, families = (
        static_rows(api, list(range(16))),
        list(zip(api.index.objects.names, api.index.objects.family, strict=True)),
    )
    queries = [{"text": "red PUT", "status": s, "object": o, "role": r, "sort": k, "phase": p}
               for s in ("", "failed", "refused") for o in ("", "mug", "pan/1", "bowl") for r in ("any", "target")
               for k in ("number", "longest", "shuffled") for p in ("", "lift")]  # fmt: skip
    queries += [{"text": t} for t in ("#3", "#15", "dropped", "t2 bowl", "path")] + [
        {"task": "t1"},
        {"split": "failed"},
    ]
    script = """([rows, families, queries]) => { GW.family = new Map(families);
      return queries.map((q) => GW.filter(rows, q).map((r) => r.item)); }"""
    found = page.evaluate(script, [rows, families, queries])
    assert found == [api.index.find(Query(**q)).tolist() for q in queries]
    assert len({json.dumps(f) for f in found}) > 15


def test_a_long_list_scrolls_without_growing(server: PageServer, page: Any) -> None:
    """The grid holds only what is in sight: with 100,000 rows invented in the browser, the end is reached at once."""
    opened(page, server.url)
    page.evaluate(
        """() => { const row = (k) => ({ item: k, episode: k, status: "accepted", task: "t", text: "x", frames: 1 });
        const rows = (from) => Array.from({ length: 60 }, (_, k) => row(from + k));
        GW.items = async (q) => ({ total: 100000, offset: q.offset, rows: rows(q.offset) });
        GW.thumb = () => "icon.svg"; location.hash = "#/?text=x"; }"""
    )
    page.wait_for_function("() => document.querySelector('.count b')?.textContent === '100,000'")
    start = time.monotonic()
    page.evaluate("() => { const s = document.querySelector('.scroll'); s.scrollTop = s.scrollHeight; }")
    page.wait_for_selector(".card[data-item='99999']", timeout=5000)
    assert time.monotonic() - start < 5 and page.locator(".card").count() < 120
