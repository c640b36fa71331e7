// Labels drawn over a frame. Coordinates are those of the columns: (0, 0) is the centre of the top-left pixel,
// boxes run along pixel edges, so a point is drawn at (u + 0.5) * scale.
"use strict";

GW.layers = [
  { id: "visible", key: "b", name: "Visible box", on: true, hint: "box of the visible pixels, with the visible share" },
  { id: "full", key: "f", name: "Full box", on: false, hint: "box of the whole object, hidden parts included (dashed)" },
  { id: "points", key: "p", name: "Points", on: true, hint: "grasp and place point: filled when visible, ring when hidden" },
  { id: "trace", key: "t", name: "Trace", on: true, hint: "path of the fingertips: past solid, future faint" },
  { id: "directions", key: "d", name: "Directions", on: true, hint: "where target and container are, seen by the third-person camera" },
  { id: "phase", key: "h", name: "Phase", on: true, hint: "what the robot is doing" },
  { id: "mask", key: "m", name: "Masks", on: false, hint: "instance masks" },
  { id: "depth", key: "z", name: "Depth", on: false, hint: "depth along the optical axis, near is bright" },
];

GW.arrows = { right: "→", left: "←", up: "↑", down: "↓", front: "⊙ front", back: "⊗ back", grasped: "grasped" };

GW.drawLabels = function (ctx, size, page, camera, t, on, first) {
  const view = page.labels[camera.name], s = size.width / camera.width, u = size.unit; // u: one CSS pixel
  const at = (a, k) => [(a[2 * k] + 0.5) * s, (a[2 * k + 1] + 0.5) * s];
  const plates = []; // texts that are there already
  ctx.save();
  ctx.lineJoin = ctx.lineCap = "round";
  if (view && on.trace && view.points.ee_point) trace(view.points.ee_point);
  if (first) {
    let y = 5 * u;
    const line = (text, colour) => { plate(text, [[5 * u, y]], colour, 13); y += 21 * u; };
    if (on.phase && page.phase) line(page.phases[page.phase[t]] ?? `phase ${page.phase[t]}`, "#fff");
    if (on.directions)
      for (const [role, r] of Object.entries(page.directions.roles))
        if (r.direction) line(`${role} ${GW.arrows[page.directions.words[r.direction[t]]] ?? ""}`, GW.role(role));
  }
  if (view) {
    for (const [role, r] of Object.entries(view.roles)) {
      if (on.full && r.box_full) box(r.box_full, GW.role(role), true);
      if (on.visible && r.box_visible && box(r.box_visible, GW.role(role), false)) {
        const share = r.visible_fraction ? ` ${Math.round(100 * r.visible_fraction[t])} %` : "";
        const [x, y] = at(r.box_visible.slice(4 * t, 4 * t + 2), 0), [right, low] = at(r.box_visible.slice(4 * t + 2, 4 * t + 4), 0);
        plate(`${role}${share}`, [[x, y - 18 * u], [x, low + 3 * u], [right + 4 * u, y], [x, y - 36 * u]], GW.role(role), 11);
      }
    }
    if (on.points) {
      point(view.points.grasp_point, GW.role("target"), "grasp");
      point(view.points.place_point, GW.role("container"), "place");
      point(view.points.ee_point, GW.colours.trace, "");
    }
  }
  ctx.restore();

  function trace(p) {
    for (const [from, to, alpha, wide] of [[t, page.length - 1, 0.4, 1.6], [0, t, 1, 2.6]]) {
      ctx.strokeStyle = GW.colours.trace; ctx.globalAlpha = alpha; ctx.lineWidth = wide * u;
      ctx.beginPath();
      let pen = false;
      for (let k = from; k <= to; k++) {
        if (p.uv[2 * k] === -1 && p.uv[2 * k + 1] === -1) { pen = false; continue; }
        const [x, y] = at(p.uv, k);
        if (pen) ctx.lineTo(x, y); else ctx.moveTo(x, y);
        pen = true;
      }
      ctx.stroke();
    }
    ctx.globalAlpha = 1;
  }
  function box(boxes, colour, dashed) {
    const [x0, y0, x1, y1] = boxes.slice(4 * t, 4 * t + 4);
    if (!(x1 > x0 && y1 > y0)) return false;
    ctx.strokeStyle = colour; ctx.lineWidth = (dashed ? 1.5 : 2) * u;
    ctx.setLineDash(dashed ? [5 * u, 4 * u] : []);
    ctx.strokeRect((x0 + 0.5) * s, (y0 + 0.5) * s, (x1 - x0) * s, (y1 - y0) * s);
    ctx.setLineDash([]);
    return true;
  }
  function point(p, colour, text) {
    if (!p || (p.uv[2 * t] === -1 && p.uv[2 * t + 1] === -1)) return;
    const [x, y] = at(p.uv, t), seen = !p.seen || p.seen[t];
    ctx.beginPath(); ctx.arc(x, y, 5 * u, 0, 2 * Math.PI);
    if (seen) { ctx.fillStyle = colour; ctx.fill(); }
    ctx.lineWidth = (seen ? 1.2 : 2.2) * u; ctx.strokeStyle = seen ? "rgba(0,0,0,.75)" : colour; ctx.stroke();
    if (text && x >= 0 && x <= size.width && y >= 0 && y <= size.height)
      plate(text, [[x + 8 * u, y - 7 * u], [x + 8 * u, y + 9 * u], [x + 8 * u, y - 24 * u]], colour, 10.5);
  }
  function plate(text, places, colour, px) { // at the first place where it covers no other text
    ctx.font = `600 ${px * u}px system-ui, sans-serif`;
    ctx.textBaseline = "top";
    const w = ctx.measureText(text).width + 8 * u, h = (px + 5) * u;
    const boxes = places.map(([x, y]) => [Math.max(2 * u, Math.min(x, size.width - w - 2 * u)), Math.max(2 * u, Math.min(y, size.height - h - 2 * u))]);
    const free = ([x, y]) => plates.every((p) => x > p[0] + p[2] || p[0] > x + w || y > p[1] + p[3] || p[1] > y + h);
    const [x, y] = boxes.find(free) || boxes[0];
    plates.push([x, y, w, h]);
    ctx.fillStyle = "rgba(12,16,22,.72)";
    ctx.beginPath(); ctx.roundRect(x, y, w, h, 3 * u); ctx.fill();
    ctx.fillStyle = colour; ctx.fillText(text, x + 4 * u, y + 3 * u);
  }
};

// Tiles of masks and depth: blocks of frames side by side, loaded when they are needed.
GW.tiles = function (page, arrived) {
  const kept = new Map();
  const tile = (kind, camera, t) => {
    const layer = page.layers[kind]?.[camera.name];
    if (!layer || !layer.source) return { why: layer ? layer.why : "there is no such layer" };
    const block = Math.floor(t / GW.summary.block), key = `${kind}/${camera.name}/${block}`;
    if (!kept.has(key)) {
      const image = new Image(), entry = { image, ready: false, why: "" };
      kept.set(key, entry);
      image.onload = () => { entry.ready = true; arrived(); };
      image.onerror = async () => {
        entry.why = "could not be loaded";
        if (!GW.files) entry.why = await fetch(image.src).then((r) => r.json()).then((j) => j.error).catch(() => entry.why);
        arrived();
      };
      image.src = layer.url.replace("{block}", block);
    }
    return kept.get(key);
  };
  return {
    draw(ctx, size, kind, camera, t) { // true when drawn; otherwise a text for the corner
      const entry = tile(kind, camera, t), block = GW.summary.block;
      const next = (Math.floor(t / block) + 1) * block;
      if (next < page.length) tile(kind, camera, next);
      if (!entry.ready) return entry.why || "loading …";
      ctx.save();
      ctx.globalAlpha = kind === "mask" ? 0.6 : 1;
      ctx.imageSmoothingEnabled = false;
      ctx.drawImage(entry.image, (t % block) * camera.width, 0, camera.width, camera.height, 0, 0, size.width, size.height);
      ctx.restore();
      return true;
    },
  };
};
