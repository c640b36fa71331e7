// The scene graph: objects where they stand on the table, seen from above with the camera below, and the relations
// of one kind or of one object at a time, because all of them at once cannot be read.
"use strict";

GW.relationNames = { left_of: "left of", right_of: "right of", in_front_of: "in front of", behind: "behind", near: "near", between: "between", on: "on", in: "in", under: "under" };

GW.graph = function (page) {
  const el = GW.el, objects = page.objects.filter((o) => o.at);
  if (!objects.length) return null;
  const W = 420, pad = 34, name = new Map(objects.map((o) => [o.name, o]));
  const xs = objects.map((o) => o.at[0]), ys = objects.map((o) => o.at[1]);
  const x0 = Math.min(...xs), x1 = Math.max(...xs), y0 = Math.min(...ys), y1 = Math.max(...ys);
  const s = Math.min((W - 2 * pad - 40) / Math.max(0.2, x1 - x0), 330 / Math.max(0.2, y1 - y0));
  const H = Math.max(150, (y1 - y0) * s + 2 * pad + 8);
  const px = (o) => W / 2 + (o.at[0] - (x0 + x1) / 2) * s, py = (o) => pad + (o.at[1] - y0) * s;
  const kinds = [...new Set(page.relations.map((r) => r[0]))].sort();
  let kind = ["in", "on", "near"].find((k) => kinds.includes(k)) || "", picked = "";

  const edges = el("g", {}), nodes = el("g", {}), said = el("div", { class: "said" });
  const svg = el("svg", { viewBox: `0 0 ${W} ${H}`, class: "graph", role: "img", "aria-label": "scene graph seen from above" },
    el("defs", {}, ["rel", "goal"].map((id) => el("marker", { id: `arrow-${id}`, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto-start-reverse" }, el("path", { d: "M0 0 8 4 0 8Z", class: id })))),
    edges, nodes);
  const taken = objects.map((o) => ({ x0: px(o) - 9, x1: px(o) + 9, y0: py(o) - 9, y1: py(o) + 9 }));
  for (const o of objects) {
    const text = o.noun || o.name, w = text.length * 6.1 + 4, x = px(o), y = py(o);
    const places = [[x, y + 22, "middle"], [x, y - 13, "middle"], [x + 13, y + 4, "start"], [x - 13, y + 4, "end"], [x, y + 34, "middle"], [x, y - 25, "middle"]];
    const area = ([tx, ty, anchor]) => { const left = anchor === "middle" ? tx - w / 2 : anchor === "start" ? tx : tx - w; return { x0: left, x1: left + w, y0: ty - 10, y1: ty + 3 }; };
    const cost = (a) => (a.x0 < 0 || a.x1 > W || a.y0 < 0 || a.y1 > H ? 900 : 0) + taken.reduce((sum, b) => sum + Math.max(0, Math.min(a.x1, b.x1) - Math.max(a.x0, b.x0)) * Math.max(0, Math.min(a.y1, b.y1) - Math.max(a.y0, b.y0)), 0);
    const best = places.map((p, k) => [cost(area(p)) + k, p]).sort((a, b) => a[0] - b[0])[0][1];
    taken.push(area(best));
    const g = el("g", { class: "node", tabindex: "0", "data-name": o.name },
      el("circle", { cx: x, cy: y, r: o.name === "target" || o.name === "container" ? 9 : 7, fill: o.colour }),
      el("text", { x: best[0], y: best[1], "text-anchor": best[2], text }),
      el("title", { text: `${o.name}: ${o.asset || text}` }));
    const pick = () => { picked = picked === o.name ? "" : o.name; draw(); };
    g.addEventListener("click", pick);
    g.addEventListener("keydown", (event) => { if (event.key === "Enter") pick(); });
    g.addEventListener("pointerenter", () => draw(o.name));
    g.addEventListener("pointerleave", () => draw());
    nodes.append(g);
  }
  const chips = el("div", { class: "chips" }, kinds.map((k) => el("button", { type: "button", class: "chip", "data-kind": k, text: GW.relationNames[k] || k, onclick: () => { kind = kind === k ? "" : k; picked = ""; draw(); } })));

  function draw(hover) {
    const focus = hover || picked;
    for (const chip of chips.children) chip.setAttribute("aria-pressed", String(!focus && chip.dataset.kind === kind));
    const shown = page.relations.filter((r) => (focus ? r[1] === focus : r[0] === kind));
    const known = shown.filter((r) => name.has(r[1]) && r.slice(2).every((n) => name.has(n)));
    const lines = focus ? known : reduced(known);
    const linked = new Set(lines.flatMap((r) => r.slice(1)));
    edges.replaceChildren(...page.goal.filter((g) => name.has(g[1]) && name.has(g[2])).map((g) => line(name.get(g[1]), name.get(g[2]), "goal", `goal: ${g[0]}`)),
      ...lines.flatMap((r) => r.slice(2).map((n) => line(name.get(r[1]), name.get(n), "rel", `${r[1]} ${r[0]} ${r.slice(2).join(", ")}`))));
    for (const node of nodes.children) {
      node.classList.toggle("picked", node.dataset.name === focus);
      node.classList.toggle("faint", Boolean(focus) && node.dataset.name !== focus && !linked.has(node.dataset.name));
    }
    const noun = (n) => (name.get(n) ? name.get(n).noun || n : n);
    if (focus) {
      const by = new Map();
      for (const r of lines) by.set(r[0], [...(by.get(r[0]) || []), r.slice(2).map(noun).join(" and ")]);
      said.replaceChildren(el("b", { text: noun(focus) }), ...[...by].map(([k, list]) => el("div", {}, el("span", { class: "muted", text: `${GW.relationNames[k] || k} ` }), list.join(k === "between" ? "; " : ", "))));
    } else {
      const less = known.length > lines.length ? ` ${lines.length} of ${known.length} drawn: the others follow from them.` : "";
      said.replaceChildren(el("span", { class: "muted", text: `${page.relations.length} relations at the start, as the camera sees them. Dashed: the goal.${less} Pick a kind or an object.` }));
    }
  }
  function reduced(list) { // a left of c is not drawn where a is left of b and b of c
    if (!["left_of", "right_of", "in_front_of", "behind"].includes(kind)) return list;
    const has = new Set(list.map((r) => `${r[1]} ${r[2]}`));
    return list.filter((r) => !objects.some((b) => has.has(`${r[1]} ${b.name}`) && has.has(`${b.name} ${r[2]}`)));
  }
  function line(a, b, css, title) {
    const dx = px(b) - px(a), dy = py(b) - py(a), n = Math.hypot(dx, dy) || 1, off = 11;
    return el("line", { class: `edge ${css}`, x1: px(a) + (dx / n) * off, y1: py(a) + (dy / n) * off, x2: px(b) - (dx / n) * off, y2: py(b) - (dy / n) * off, "marker-end": `url(#arrow-${css})` }, el("title", { text: title }));
  }
  draw();
  return el("section", { class: "side graphbox" }, el("h2", { text: "Scene graph" }), chips, svg, said);
};
