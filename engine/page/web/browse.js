// Filters and the grid of thumbnails. Only the rows in sight are in the document, so that 100,000 episodes scroll
// as easily as ten.
"use strict";

GW.filterNames = ["text", "status", "task", "object", "role", "reason", "phase", "split", "sort"];

// The same rules as engine.page.index.Query, for pages without a server.
GW.filter = function (rows, asked) {
  const words = (asked.text || "").toLowerCase().split(/\s+/).filter(Boolean);
  const kept = rows.filter((row) => {
    if (asked.status && row.status !== asked.status) return false;
    if (asked.task && row.task !== asked.task) return false;
    if (asked.reason && row.reason !== asked.reason) return false;
    if (asked.split && !row.split.includes(asked.split)) return false;
    if (asked.phase && !(row.phases || []).includes(asked.phase)) return false;
    if (asked.object) {
      const fits = ([role, asset]) =>
        (asset === asked.object || (GW.family.get(asset) || asset.split("/")[0]) === asked.object) &&
        (!asked.role || asked.role === "any" || role === asked.role);
      if (!row.objects.some(fits)) return false;
    }
    const says = [row.text, row.task, row.target, row.container, row.reason].map((t) => (t || "").toLowerCase());
    return words.every((w) => (/^#\d+$/.test(w) ? row.episode === +w.slice(1) : says.some((t) => t.includes(w))));
  });
  const order = { longest: (a, b) => (b.frames || 0) - (a.frames || 0), shortest: (a, b) => (a.frames || 0) - (b.frames || 0) };
  if (asked.sort === "shuffled") {
    const hash = (row) => Number((BigInt(row.item) * 2654435761n) % 4294967296n);
    kept.sort((a, b) => hash(a) - hash(b));
  } else if (order[asked.sort]) kept.sort(order[asked.sort]);
  return kept;
};

GW.items = async function (asked) { // {total, offset, rows}
  const wanted = Object.fromEntries(GW.filterNames.filter((n) => asked[n]).map((n) => [n, asked[n]]));
  if (!GW.files) return GW.get("items", { ...wanted, offset: asked.offset || 0, limit: asked.limit });
  const all = await GW.get("items");
  GW.family = GW.family || new Map(all.families);
  const found = GW.filter(all.rows, wanted);
  const offset = Number(asked.offset || 0);
  return { total: found.length, offset, rows: found.slice(offset, offset + Number(asked.limit)) };
};

GW.views.browse = function (view, asked) {
  const el = GW.el, page = 60;
  const camera = asked.camera && GW.summary.cameras.includes(asked.camera) ? asked.camera : GW.summary.cameras[0];
  const change = (more) => {
    const next = { ...asked, ...more };
    if (next.role === "any") delete next.role;
    if (next.sort === "number") delete next.sort;
    location.hash = GW.address("", next);
  };
  const form = el("form", { class: "filters", "aria-label": "Filters", onsubmit: (e) => e.preventDefault() });
  const count = el("div", { class: "count", role: "status" });
  const inner = el("div", { class: "cards" });
  const scroll = el("div", { class: "scroll", tabindex: "0" }, inner);
  view.append(el("div", { class: "browse" }, form, el("section", { class: "results" }, count, scroll)));

  // --- filters ---
  const field = (label, ...controls) => el("label", { class: "field" }, el("span", { text: label }), ...controls);
  const search = el("input", { type: "search", name: "text", value: asked.text || "", placeholder: "words, or #12", autocomplete: "off" });
  let typing = 0;
  search.addEventListener("input", () => { clearTimeout(typing); typing = setTimeout(() => change({ text: search.value.trim() }), 250); });
  form.append(field("Search", search));
  const select = (name, choices, all) => {
    const node = el("select", { name, onchange: (e) => change({ [name]: e.target.value }) });
    if (all !== null) node.append(el("option", { value: "", text: all }));
    for (const [value, n] of choices)
      node.append(el("option", { value, selected: value === (asked[name] || ""), text: n === undefined ? value : `${value} (${GW.number(n)})` }));
    return node;
  };
  const filters = GW.get("choices").then((choices) => {
    if (!form.isConnected) return;
    if (choices.statuses.length > 1 || asked.status) form.append(field("Status", select("status", choices.statuses, "all")));
    const list = (name, entries) => el("datalist", { id: `list-${name}` }, entries.map(([v, n]) => el("option", { value: v, label: GW.number(n) })));
    const typed = (name, placeholder) => el("input", {
      name, list: `list-${name}`, value: asked[name] || "", placeholder, autocomplete: "off", type: "search",
      onchange: (e) => change({ [name]: e.target.value.trim() }),
    });
    if (choices.tasks.length > 1)
      form.append(field(`Task (${GW.number(choices.tasks.length)})`, typed("task", "any"), list("task", choices.tasks)));
    if (choices.assets.length) {
      const roles = el("select", { name: "role", "aria-label": "role of the object", onchange: (e) => change({ role: e.target.value }) },
        ["any", "target", "container"].map((r) => el("option", { value: r, selected: r === (asked.role || "any"), text: r === "any" ? "anywhere" : `as ${r}` })));
      form.append(field("Object or family", el("span", { class: "pair" }, typed("object", "any"), roles),
        list("object", [...choices.families, ...choices.assets])));
    }
    if (choices.reasons.length) form.append(field("Reason of failure", select("reason", choices.reasons, "any")));
    if (choices.phases.length) form.append(field("Phase", select("phase", choices.phases.map(([p]) => [p]), "any")));
    if (choices.splits.length > 1) form.append(field("Split", select("split", choices.splits, "all")));
    form.append(field("Order", select("sort", GW.summary.sorts.map((s) => [s]), null)));
    if (GW.summary.cameras.length > 1) form.append(field("Camera", select("camera", GW.summary.cameras.map((c) => [c]), null)));
    if (asked.sort) form.elements.sort.value = asked.sort;
    if (asked.camera && form.elements.camera) form.elements.camera.value = asked.camera;
    if (Object.keys(asked).length) form.append(el("button", { type: "button", class: "plain", text: "Clear filters", onclick: () => { location.hash = "#/"; } }));
  });
  filters.catch((error) => form.append(el("p", { class: "error", text: error.message })));

  // --- the grid ---
  let total = null, shown = new Map(), pages = new Map(), gone = false;
  const card = (row) => {
    const stored = row.episode !== null;
    const head = el("div", { class: "line" }, el("b", { text: stored ? `#${row.episode}` : `attempt ${row.attempt}` }),
      el("span", { class: "muted", text: row.task }), stored && el("span", { class: "muted right", text: `${row.frames} f` }));
    const why = stored && row.reason ? `${row.status}: ${row.reason}` : row.status; // attempts that were not stored say it below
    const badge = row.status !== "accepted" && el("span", { class: `badge ${row.status}`, text: why, title: why });
    const look = row.render ? el("span", { class: "badge", text: `look ${row.render}` }) : null;
    let picture;
    if (stored && camera) {
      const img = el("img", { alt: "", loading: "lazy", decoding: "async", src: GW.thumb(row.episode, camera, asked.phase), draggable: "false" });
      img.addEventListener("error", () => img.replaceWith(el("span", { class: "none", text: "no picture" })));
      picture = el("div", { class: "picture" }, img, badge, look);
      GW.scrub(picture, img, () => GW.strip(row.episode, camera));
    } else {
      picture = el("div", { class: "picture text" }, badge, el("div", {}, el("b", { text: row.reason || "no pictures" }),
        row.object && el("div", { text: row.object }), row.detail && el("div", { class: "muted", text: row.detail })));
    }
    const text = row.text || [row.target, row.container].filter(Boolean).join(" → ");
    const more = { ...asked };
    return el(stored ? "a" : "div", { class: "card", href: stored ? GW.address(`episode/${row.episode}`, more) : null, "data-item": row.item, title: text },
      picture, head, el("div", { class: "words", text }));
  };
  const load = (number) => {
    if (pages.has(number)) return pages.get(number);
    const asking = GW.items({ ...asked, offset: number * page, limit: page }).then((found) => { pages.set(number, found.rows); total = found.total; return found; });
    pages.set(number, asking);
    asking.catch(() => pages.delete(number));
    return asking;
  };
  const measure = () => {
    const gap = 14, width = scroll.clientWidth - 28, columns = Math.max(1, Math.floor((width + gap) / (176 + gap)));
    const wide = (width - gap * (columns - 1)) / columns;
    return { gap, columns, wide, high: Math.round(wide * GW.aspect(camera)) + 76 };
  };
  let asleep = 0;
  const draw = () => {
    if (gone || total === null) return;
    const { gap, columns, wide, high } = measure();
    const rows = Math.ceil(total / columns), step = high + gap;
    inner.style.height = `${Math.max(0, rows * step)}px`;
    const first = Math.max(0, Math.floor(scroll.scrollTop / step) - 1) * columns;
    const last = Math.min(total, (Math.ceil((scroll.scrollTop + scroll.clientHeight) / step) + 1) * columns);
    for (const [k, node] of shown) if (k < first || k >= last) { node.remove(); shown.delete(k); }
    const missing = new Set();
    for (let k = first; k < last; k++) {
      const rowsOf = pages.get(Math.floor(k / page));
      const row = Array.isArray(rowsOf) ? rowsOf[k % page] : null;
      if (!row) { missing.add(Math.floor(k / page)); continue; }
      let node = shown.get(k);
      if (!node) { node = card(row); shown.set(k, node); inner.append(node); }
      node.style.cssText = `width:${wide}px;height:${high}px;transform:translate(${(k % columns) * (wide + gap)}px,${Math.floor(k / columns) * step}px)`;
    }
    if (missing.size) { // not while the scroll bar flies past
      clearTimeout(asleep);
      asleep = setTimeout(() => { for (const number of missing) Promise.resolve(load(number)).then(draw, failed); }, pages.size ? 40 : 0);
    }
  };
  const failed = (error) => { if (!gone) count.replaceChildren(el("span", { class: "error", text: error.message })); };
  load(0).then(() => {
    if (gone) return;
    const one = GW.summary.items === GW.summary.episodes ? ["episode", "episodes"] : ["episode or attempt", "episodes and attempts"];
    GW.fill(count, el("b", { text: GW.number(total) }), ` ${one[total === 1 ? 0 : 1]}`,
      total < GW.summary.items && el("span", { class: "muted", text: ` of ${GW.number(GW.summary.items)}` }),
      GW.files && GW.summary.left_out ? el("span", { class: "muted", text: ` · this copy leaves out ${GW.number(GW.summary.left_out)} episodes` }) : null);
    if (!total) inner.append(el("p", { class: "empty", text: "Nothing matches. Take a filter away." }));
    draw();
    const kept = GW.remember("scroll");
    if (kept && kept.at === location.hash) scroll.scrollTop = kept.top;
  }, failed);
  scroll.addEventListener("scroll", () => requestAnimationFrame(draw), { passive: true });
  const observer = new ResizeObserver(draw);
  observer.observe(scroll);
  const here = location.hash;
  if (asked.text) { search.focus(); search.setSelectionRange(search.value.length, search.value.length); }
  return { leave() { gone = true; observer.disconnect(); clearTimeout(typing); GW.remember("scroll", { at: here, top: scroll.scrollTop }); } };
};

GW.aspect = (camera) => (GW.summary.shapes?.[camera] ? GW.summary.shapes[camera][0] / GW.summary.shapes[camera][1] : 1);

// Moving the pointer over a thumbnail runs through the episode.
GW.scrub = function (box, img, address) {
  let strip = null, wanted = false;
  const n = GW.summary.strip;
  box.addEventListener("pointerenter", (event) => {
    if (event.pointerType === "touch") return;
    wanted = true;
    setTimeout(() => {
      if (!wanted || strip) return;
      const loading = new Image();
      loading.onload = () => { strip = GW.el("div", { class: "strip" }); strip.style.backgroundImage = `url("${loading.src}")`; strip.hidden = !wanted; img.after(strip); };
      loading.src = address();
    }, 120);
    if (strip) strip.hidden = false;
  });
  box.addEventListener("pointermove", (event) => {
    if (!strip) return;
    const at = Math.min(n - 1, Math.max(0, Math.floor((n * event.offsetX) / box.clientWidth)));
    strip.style.backgroundPosition = `${(100 * at) / (n - 1)}% 0`;
  });
  box.addEventListener("pointerleave", () => { wanted = false; if (strip) strip.hidden = true; });
};
