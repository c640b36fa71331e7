// One episode: videos with labels, the time line, plots, objects, the scene graph and how it was made.
"use strict";

GW.views.player = function (view, asked, path) {
  const number = Number(path[0]), el = GW.el;
  const box = el("div", { class: "player" }, el("p", { class: "muted big", text: "loading …" }));
  view.append(box);
  let closed = false, close = () => {};
  const name = GW.files ? `episodes/${number}` : `episode/${number}`;
  GW.get(name).then((page) => { if (!closed) close = GW.showEpisode(box, page, asked); })
    .catch((error) => box.replaceChildren(el("p", { class: "error big", text: error.message }), el("a", { href: GW.address("", asked), text: "back to the episodes" })));
  return { leave() { closed = true; close(); } };
};

GW.showEpisode = function (box, page, asked) {
  const el = GW.el, on = {};
  const kept = GW.remember("layers") || {};
  const has = available(page);
  for (const layer of GW.layers) on[layer.id] = !has[layer.id].why && (layer.id in kept ? kept[layer.id] : layer.on);

  // --- pictures ---
  const views = new Map();
  const tiles = GW.tiles(page, () => film.tracks.forEach(paint));
  const film = GW.film(page, { frame: moved, paint, state: playing });
  const stage = el("div", { class: "stage" }, film.tracks.map((track) => {
    const canvas = el("canvas", { "data-camera": track.camera.name, role: "img", "aria-label": `camera ${track.camera.name}` });
    const legend = el("div", { class: "legend", hidden: true });
    const frame = el("figure", { class: "view", style: `--ratio:${track.camera.width / track.camera.height}` },
      el("div", { class: "screen" }, track.video, canvas, legend), el("figcaption", { text: track.camera.name }));
    canvas.addEventListener("click", () => film.toggle());
    views.set(track, { canvas, legend, depth: null });
    return frame;
  }));
  if (!film.tracks.length) stage.append(el("p", { class: "muted", text: "This dataset holds no pictures; labels and plots are below." }));

  function paint(track) {
    const { canvas, legend } = views.get(track), ctx = canvas.getContext("2d"), dpr = window.devicePixelRatio || 1;
    const wide = Math.round(canvas.clientWidth * dpr), high = Math.round(canvas.clientHeight * dpr);
    if (!wide) return;
    if (canvas.width !== wide || canvas.height !== high) { canvas.width = wide; canvas.height = high; }
    const size = { width: wide, height: high, unit: dpr * Math.max(0.7, Math.min(1.15, canvas.clientWidth / 400)) }, notes = [];
    if (track.failed) { ctx.fillStyle = "#222"; ctx.fillRect(0, 0, wide, high); notes.push(track.failed); }
    else if (track.frame < 0) return;
    else { ctx.imageSmoothingQuality = "high"; ctx.drawImage(track.still, 0, 0, wide, high); }
    const t = track.failed ? film.now : track.frame;
    for (const kind of ["depth", "mask"]) if (on[kind]) {
      const done = tiles.draw(ctx, size, kind, track.camera, t);
      if (done !== true) notes.push(`${kind}: ${done}`);
    }
    GW.drawLabels(ctx, size, page, track.camera, t, on, track === film.tracks[0]);
    if (notes.length) {
      ctx.font = `${12 * dpr}px system-ui, sans-serif`; ctx.textBaseline = "bottom";
      ctx.fillStyle = "rgba(12,16,22,.75)"; ctx.fillRect(0, high - 20 * dpr, wide, 20 * dpr);
      ctx.fillStyle = "#fff"; ctx.fillText(notes.join(" · "), 6 * dpr, high - 4 * dpr, wide - 12 * dpr);
    }
    canvas.dataset.frame = t;
    legend.hidden = !(on.depth && page.layers.depth?.[track.camera.name]?.source);
    if (!legend.hidden) showDepth(track);
  }
  function showDepth(track) { // what the colours mean, asked once
    const v = views.get(track);
    if (v.depth) return;
    v.depth = true;
    const layer = page.layers.depth[track.camera.name];
    const range = layer.range ? Promise.resolve(layer.range) : GW.get(`depth/${page.episode}/${track.camera.name}`);
    range.then((r) => v.legend.replaceChildren(el("span", { text: `${r.near} m` }), el("i", {}), el("span", { text: `${r.far} m` })), () => {});
  }

  // --- controls ---
  const play = el("button", { type: "button", class: "play", "aria-label": "play", title: "play or pause (space)", onclick: () => film.toggle() });
  const count = el("output", { class: "count" });
  const button = (text, title, work) => el("button", { type: "button", class: "plain", text, title, "aria-label": title, onclick: work });
  const speed = el("select", { "aria-label": "speed", title: "speed", onchange: (e) => film.speed(Number(e.target.value)) },
    [0.1, 0.25, 0.5, 1, 2, 4].map((r) => el("option", { value: r, selected: r === 1, text: `${r} ×` })));
  const loop = el("input", { type: "checkbox", onchange: (e) => film.range(film.from, film.to, e.target.checked) });
  const controls = el("div", { class: "controls" }, button("«", "first frame (Home)", () => film.step(-page.length)), button("‹", "frame before (left)", () => film.step(-1)),
    play, button("›", "next frame (right)", () => film.step(1)), button("»", "last frame (End)", () => film.step(page.length)), count,
    el("span", { class: "spring" }), speed, el("label", { class: "tick" }, loop, "loop"));
  const chips = el("div", { class: "chips layers", role: "group", "aria-label": "layers" }, GW.layers.map((layer) => {
    const chip = el("button", { type: "button", class: "chip", "data-layer": layer.id, "aria-pressed": String(on[layer.id]), disabled: Boolean(has[layer.id].why),
      title: has[layer.id].why || `${layer.hint}${has[layer.id].note || ""} (${layer.key})`, onclick: () => flip(layer.id) }, el("span", { text: layer.name }), el("kbd", { text: layer.key }));
    return chip;
  }));
  function flip(id) {
    if (has[id].why) return;
    on[id] = !on[id];
    chips.querySelector(`[data-layer="${id}"]`).setAttribute("aria-pressed", String(on[id]));
    GW.remember("layers", { ...(GW.remember("layers") || {}), [id]: on[id] });
    film.tracks.forEach(paint);
  }

  // --- the time line, coloured by phase ---
  const runs = phaseRuns(page);
  const needle = el("div", { class: "needle" });
  const line = el("div", { class: "timeline", role: "slider", tabindex: "0", "aria-label": "frame", "aria-valuemin": 0, "aria-valuemax": page.length - 1 },
    runs.map((r) => el("div", { class: "run", "data-phase": r.name, title: `${r.name}: ${r.to - r.from + 1} frames; double-click plays only this`, style: `flex:${r.to - r.from + 1};background:${r.colour}` }, el("span", { text: r.name }))), needle);
  const pick = (event) => { const area = line.getBoundingClientRect(); film.seek(Math.floor(((event.clientX - area.left) / area.width) * page.length)); };
  line.addEventListener("pointerdown", (event) => { line.setPointerCapture(event.pointerId); film.pause(); pick(event); });
  line.addEventListener("pointermove", (event) => { if (event.buttons & 1) pick(event); });
  line.addEventListener("dblclick", () => limit(runs.find((r) => r.from <= film.now && film.now <= r.to)));
  function limit(run) { // play this phase only, or everything again
    const whole = !run || (film.from === run.from && film.to === run.to);
    film.range(whole ? 0 : run.from, whole ? page.length - 1 : run.to, whole ? loop.checked && !run : true);
    loop.checked = film.loop;
    line.classList.toggle("limited", !whole);
    for (const node of line.querySelectorAll(".run")) node.classList.toggle("kept", !whole && node.dataset.phase === run.name);
    if (!whole) film.seek(run.from);
  }

  // --- all together ---
  const plots = GW.plots(page, (t) => { film.pause(); film.seek(t); });
  const live = liveDirections(page);
  const status = page.status !== "accepted" && el("span", { class: `badge ${page.status}`, text: [page.status, page.failure.reason].filter(Boolean).join(": ") });
  const back = el("a", { class: "back", href: GW.address("", asked), text: "‹ All", title: "back to the episodes (Esc)" });
  const nearby = el("span", { class: "nearby" });
  const bar = el("div", { class: "title" }, back, el("h1", {}, el("span", { class: "muted", text: `#${page.episode} ` }), page.text), status, nearby);
  box.replaceChildren(bar, el("div", { class: "columns" },
    el("div", { class: "main" }, stage, line, controls, chips, plots.box),
    el("aside", { class: "sides" }, live && live.box, GW.graph(page), objectsBox(page), wordsBox(page), factsBox(page))));

  function moved(t) {
    const phase = page.phase ? ` · ${page.phases[page.phase[t]] ?? page.phase[t]}` : "";
    count.textContent = `${t} / ${page.length - 1} · ${(t / page.fps).toFixed(1)} s${phase}`;
    needle.style.left = `${(100 * (t + 0.5)) / page.length}%`;
    line.setAttribute("aria-valuenow", t);
    box.dataset.frame = t;
    plots.move(t);
    if (live) live.move(t);
  }
  function playing(yes) {
    play.classList.toggle("on", yes);
    play.setAttribute("aria-label", yes ? "pause" : "play");
    box.dataset.playing = yes ? "1" : "0";
  }
  const go = neighbours(page, asked, nearby);
  const keys = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName) && event.target.type !== "checkbox") return;
    const far = event.shiftKey ? 10 : 1, layer = GW.layers.find((l) => l.key === event.key);
    if (event.key === " ") { if (event.target.tagName === "BUTTON" && event.target !== play) return; film.toggle(); }
    else if (event.key === "ArrowLeft") film.step(-far);
    else if (event.key === "ArrowRight") film.step(far);
    else if (event.key === "Home") film.step(-page.length);
    else if (event.key === "End") film.step(page.length);
    else if (event.key === "[" || event.key === "PageUp") go(-1);
    else if (event.key === "]" || event.key === "PageDown") go(1);
    else if (event.key === "Escape") location.hash = GW.address("", asked);
    else if (layer) flip(layer.id);
    else return;
    event.preventDefault();
  };
  document.addEventListener("keydown", keys);
  box.addEventListener("click", (event) => { // a button clicked with the mouse does not keep the space bar for itself
    const button = event.target.closest("button");
    if (button && event.detail) button.blur();
  });
  const observer = new ResizeObserver(() => film.tracks.forEach(paint));
  observer.observe(stage);
  playing(false);
  moved(0);
  if (asked.phase) limit(runs.find((r) => r.name === asked.phase));
  GW.film.current = film; // for the console and the tests
  return () => { document.removeEventListener("keydown", keys); observer.disconnect(); plots.close(); film.close(); };

  function available(page) {
    const any = (test) => Object.values(page.labels).some(test), missing = (what) => ({ why: `this dataset has no ${what}` });
    const roles = (what) => any((v) => Object.values(v.roles).some((r) => r[what]));
    const layer = (kind) => {
      const all = Object.values(page.layers[kind] || {}), found = all.find((l) => l.source) || all[0] || { why: "there are no pictures" };
      return found.source ? { note: found.source === "drawn" ? "; drawn again for this page, because it was not stored" : "" } : { why: found.why };
    };
    return {
      visible: roles("box_visible") ? {} : missing("visible boxes"), full: roles("box_full") ? {} : missing("full boxes"),
      points: any((v) => v.points.grasp_point || v.points.place_point) ? {} : missing("points"), trace: any((v) => v.points.ee_point) ? {} : missing("trace"),
      directions: Object.keys(page.directions.roles).length ? {} : missing("directions"), phase: page.phase ? {} : missing("phases"),
      mask: layer("mask"), depth: layer("depth"),
    };
  }
};

function phaseRuns(page) {
  const runs = [];
  (page.phase || new Array(page.length).fill(-1)).forEach((k, t) => {
    const last = runs[runs.length - 1];
    if (last && last.k === k) last.to = t;
    else runs.push({ k, from: t, to: t, name: k < 0 ? "" : (page.phases[k] ?? `phase ${k}`), colour: k < 0 ? "var(--chip)" : GW.colours.phases[k % GW.colours.phases.length] });
  });
  return runs;
}

function neighbours(page, asked, box) { // the episodes before and after this one among those listed
  let before = null, after = null;
  const wanted = { ...Object.fromEntries(GW.filterNames.filter((n) => asked[n]).map((n) => [n, asked[n]])), around: page.episode };
  const found = GW.files ? GW.items({ ...asked, offset: 0, limit: 1e9 }).then(({ rows }) => {
    const stored = rows.filter((r) => r.episode !== null), at = stored.findIndex((r) => r.episode === page.episode);
    return { before: at < 0 ? null : stored[at - 1]?.episode, after: at < 0 ? null : stored[at + 1]?.episode, position: at, total: stored.length };
  }) : GW.get("around", wanted);
  found.then((f) => {
    before = f.before; after = f.after;
    const link = (text, n, title) => n === null || n === undefined ? GW.el("span", { class: "plain off", text }) : GW.el("a", { class: "plain", href: GW.address(`episode/${n}`, asked), text, title });
    GW.fill(box, link("‹", before, "episode before ([)"), f.position >= 0 ? GW.el("span", { class: "muted", text: `${GW.number(f.position + 1)} of ${GW.number(f.total)}` }) : "", link("›", after, "next episode (])"));
  }).catch(() => {});
  return (step) => { const n = step < 0 ? before : after; if (n !== null && n !== undefined) location.hash = GW.address(`episode/${n}`, asked); };
}

function liveDirections(page) { // where things are, word by word
  const el = GW.el, rows = [];
  for (const [role, r] of Object.entries(page.directions.roles)) {
    const word = el("b", {}), far = el("span", { class: "muted" });
    const object = page.objects.find((o) => o.name === role);
    rows.push({ node: el("tr", {}, el("td", {}, el("i", { class: "dot", style: `background:${GW.role(role)}` }), object?.noun || role), el("td", {}, word), el("td", { class: "right" }, far)), word, far, r });
  }
  if (!rows.length) return null;
  return {
    box: el("section", { class: "side" }, el("h2", { text: "Direction from the robot" }), el("table", { class: "live" }, rows.map((r) => r.node))),
    move(t) {
      for (const { word, far, r } of rows) {
        const w = r.direction ? page.directions.words[r.direction[t]] : "";
        word.textContent = (GW.arrows[w] || w).includes(w) ? GW.arrows[w] || w : `${GW.arrows[w]} ${w}`;
        far.textContent = r.offset ? `${(100 * Math.hypot(...r.offset.slice(3 * t, 3 * t + 3))).toFixed(1)} cm` : "";
      }
    },
  };
}

function objectsBox(page) {
  const el = GW.el;
  if (!page.objects.length) return null;
  return el("section", { class: "side" }, el("h2", { text: `Objects (${page.objects.length})` }), el("ul", { class: "objects" }, page.objects.map((o) => {
    const words = o.attributes ? ["colour", "material", "shape", "size"].map((k) => o.attributes[k]).filter(Boolean).join(", ") : "";
    const role = ["target", "container"].includes(o.name) ? el("span", { class: "badge", style: `background:${o.colour};color:#111`, text: o.name }) : null;
    return el("li", {}, el("i", { class: "dot", style: `background:${o.colour}` }), el("a", { href: GW.address("", { object: o.asset }), title: `episodes with ${o.asset}`, text: o.noun || o.asset }), role, el("span", { class: "muted", text: words }));
  })));
}

function wordsBox(page) {
  const el = GW.el;
  if (page.instructions.length < 2) return null;
  return el("section", { class: "side" }, el("h2", { text: "Instructions" }), el("ul", { class: "words" }, page.instructions.map((i) => el("li", {}, el("span", { text: i.text }), i.kind && el("span", { class: "muted", text: ` ${i.kind}` })))));
}

function factsBox(page) {
  const el = GW.el;
  return page.facts.map(([title, rows]) => el("details", { class: "side", open: title === "Grasp and plan" || page.status !== "accepted" }, el("summary", { text: title }),
    el("table", {}, rows.map(([name, value]) => {
      const unit = /_(mm|m|deg|rad|m_s|rad_s)$/.exec(name), text = name.replace(/_(mm|m|deg|rad|m_s|rad_s)$/, "").replaceAll("_", " ");
      const word = unit ? { m_s: "m/s", rad_s: "rad/s", deg: "°" }[unit[1]] || unit[1] : "";
      return el("tr", {}, el("td", { class: "muted", text }), el("td", { class: "right", text: `${GW.round(value)} ${word}` }));
    }))));
}
