// The ledger as charts: who passed which stage, why attempts were refused, which families fail, how long episodes are.
"use strict";

GW.views.ledger = function (view) {
  const el = GW.el, box = el("div", { class: "ledger" }, el("p", { class: "muted big", text: "counting …" }));
  view.append(box);
  GW.get("ledger").then((l) => {
    if (!box.isConnected) return;
    const parts = [], wide = [];
    if (l.attempts) {
      parts.push(section("Attempts that passed each stage", "Share of those that entered it; whiskers: 95 % interval (Wilson).", rates(l.stages.filter((r) => r.entered))));
      parts.push(section("Why attempts were refused", l.reasons.length ? "Click one to see the attempts." : "", reasons(l.reasons)));
      parts.push(section("By family of the target", "Accepted of attempted, worst first.", more(l.families, (r) => ({ object: r.name, role: "target" }))));
      parts.push(section("By family of the container", "Accepted of attempted, worst first.", more(l.containers, (r) => ({ object: r.name, role: "container" }))));
    }
    parts.push(section("Frames per episode", "", histogram(l.lengths, "frames")));
    if (l.tilts) parts.push(section("Tilt of accepted grasps", "Degrees from straight down.", histogram(l.tilts, "°")));
    if (l.seconds && l.seconds.length) parts.push(section("CPU seconds by stage", "Summed over all attempts.", seconds(l.seconds)));
    if (l.short && l.short.length) wide.push(section("Tasks that fell short", `Fewer than ${l.wanted} accepted.`, short(l.short), true));
    if (l.refused && l.refused.length) wide.push(section("Failed attempts", l.refused_count > l.refused.length ? `The first ${l.refused.length} of ${GW.number(l.refused_count)}.` : "", refused(l.refused), true));
    GW.fill(box, l.attempts && tiles(l), el("div", { class: "charts" }, parts), wide);
  }).catch((error) => box.replaceChildren(el("p", { class: "error big", text: error.message })));

  const percent = (v) => `${(100 * v).toFixed(v > 0.9995 || v === 0 ? 0 : 1)} %`;
  function section(title, note, body, wide) {
    return el("section", { class: wide ? "chart wide" : "chart" }, el("h2", { text: title }), note && el("p", { class: "muted", text: note }), body);
  }
  function tiles(l) {
    const rows = [...l.totals, ...(l.steep.entered ? [l.steep] : [])];
    return el("div", { class: "tiles" }, rows.map((r) => el("div", { class: "tile" }, el("span", { class: "muted", text: r.name }), el("b", { text: r.share === null ? "–" : percent(r.share) }),
      el("span", { class: "muted", text: `${GW.number(r.passed)} of ${GW.number(r.entered)} · ${percent(r.wilson95[0])} – ${percent(r.wilson95[1])}` }))));
  }
  function rates(list, link) {
    return el("div", { class: "bars" }, list.map((r) => {
      const share = r.passed / r.entered, [low, high] = r.wilson95;
      const body = [el("span", { class: "name", text: r.name }),
        el("span", { class: "track" }, el("i", { class: share === 1 ? "fill" : "fill some", style: `width:${100 * share}%` }), el("i", { class: "whisker", style: `left:${100 * low}%;width:${100 * (high - low)}%` })),
        el("span", { class: "figure", text: `${percent(share)}  ${GW.number(r.passed)}/${GW.number(r.entered)}` })];
      return el(link ? "a" : "div", { class: "bar", title: r.note || `${r.name}: ${r.passed} of ${r.entered}`, href: link ? GW.address("", link(r)) : null }, body);
    }));
  }
  function more(list, link) { // long lists unfold
    const first = 12, holder = el("div", {}, rates(list.slice(0, first), link));
    if (list.length > first) holder.append(el("button", { type: "button", class: "plain", text: `all ${list.length}`, onclick: () => holder.replaceChildren(rates(list, link)) }));
    return holder;
  }
  function counts(list, colour) {
    const most = Math.max(1, ...list.map((x) => x.n));
    return el("div", { class: "bars" }, list.map((x) => el(x.href ? "a" : "div", { class: "bar", href: x.href || null, title: x.name }, el("span", { class: "name", text: x.name }),
      el("span", { class: "track" }, el("i", { class: `fill ${colour}`, style: `width:${(100 * x.n) / most}%` })), el("span", { class: "figure", text: x.said }))));
  }
  function reasons(list) {
    if (!list.length) return el("p", { class: "muted", text: "None was refused." });
    return counts(list.map(([stage, reason, n]) => ({ name: `${stage}: ${reason}`, n, said: GW.number(n), href: GW.address("", { reason: `${stage}: ${reason}` }) })), "bad");
  }
  function seconds(list) {
    const all = list.reduce((sum, [, s]) => sum + s, 0);
    return counts(list.filter(([, s]) => s > 0.001 * all).map(([name, s]) => ({ name: name.replaceAll("_", " "), n: s, said: `${s < 100 ? s.toFixed(1) : GW.number(Math.round(s))} s · ${percent(s / all)}` })), "cool");
  }
  function histogram(h, unit) {
    const W = 420, H = 150, pad = 24, most = Math.max(1, ...h.counts), low = h.edges[0], high = h.edges[h.edges.length - 1], x = (v) => 6 + ((W - 12) * (v - low)) / (high - low);
    const step = Math.max(1, Math.ceil((high - low) / 6)), ticks = Math.floor((high - low) / step);
    return el("svg", { viewBox: `0 0 ${W} ${H}`, class: "histogram", role: "img", "aria-label": "histogram" },
      h.counts.map((n, k) => el("rect", { x: x(h.edges[k]) + 0.5, width: Math.max(1, x(h.edges[k + 1]) - x(h.edges[k]) - 1), y: (H - pad) * (1 - n / most) + 4 * (n / most), height: (H - pad - 4) * (n / most), rx: 1.5 }, el("title", { text: `${GW.round(h.edges[k])} to ${GW.round(h.edges[k + 1])} ${unit}: ${n}` }))),
      el("line", { x1: 6, x2: W - 6, y1: H - pad, y2: H - pad }),
      Array.from({ length: ticks + 1 }, (_, k) => el("text", { x: x(low + k * step), y: H - 8, "text-anchor": k ? (k === ticks ? "end" : "middle") : "start", text: `${+(low + k * step).toFixed(0)}${k === ticks ? ` ${unit}` : ""}` })));
  }
  function short(list) {
    return el("table", { class: "rows" }, el("tr", {}, ["task", "target", "accepted", "most frequent refusal"].map((t) => el("th", { text: t }))),
      list.map(([task, target, n, why]) => el("tr", {}, el("td", {}, el("a", { href: GW.address("", { task }), text: task })), el("td", { text: target }), el("td", { text: n }), el("td", { text: why }))));
  }
  function refused(list) {
    return el("table", { class: "rows" }, el("tr", {}, ["task", "attempt", "target", "reason", "object", "detail"].map((t) => el("th", { text: t }))),
      list.map((r) => el("tr", {}, el("td", {}, el("a", { href: GW.address("", { task: r.task }), text: r.task })),
        el("td", {}, r.episode === null ? String(r.attempt) : el("a", { href: GW.address(`episode/${r.episode}`), text: `episode ${r.episode}` })),
        el("td", { text: [r.target, r.container].filter(Boolean).join(" → ") }), el("td", { text: r.reason }), el("td", { text: r.object }), el("td", { class: "muted", text: r.detail }))));
  }
  return {};
};
