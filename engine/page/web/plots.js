// Lines in time with a cursor that follows the video; a click goes to that frame.
"use strict";

GW.plots = function (page, seek) {
  const el = GW.el, plots = [], pad = { left: 46, right: 8, top: 8, bottom: 18 };
  const box = el("div", { class: "plots" });
  for (const plot of page.plots) {
    const canvas = el("canvas", {}), cursor = el("div", { class: "cursor" });
    const values = plot.lines.map((line, k) => {
      const value = el("b", { text: "" });
      const hide = el("button", { type: "button", class: "key", "aria-pressed": "true" },
        el("i", { style: `background:${colour(line, k)}` }), el("span", { text: line.name }), value);
      hide.addEventListener("click", () => {
        hide.setAttribute("aria-pressed", String(hide.getAttribute("aria-pressed") !== "true"));
        draw();
      });
      return { hide, value };
    });
    const area = el("div", { class: "area" }, canvas, cursor);
    const figure = el("figure", { class: "plot" },
      el("figcaption", {}, el("b", { text: plot.title }), plot.unit && el("span", { class: "muted", text: ` ${plot.unit}` }), plot.band && el("span", { class: "band muted", text: plot.band.name })),
      area, el("div", { class: "keys" }, values.map((v) => v.hide)));
    box.append(figure);
    const scale = { x: (t) => 0 };
    const pick = (event) => {
      const wide = area.clientWidth - pad.left - pad.right;
      seek(Math.round(((event.clientX - area.getBoundingClientRect().left - pad.left) / wide) * (page.length - 1)));
    };
    area.addEventListener("pointerdown", (event) => { area.setPointerCapture(event.pointerId); pick(event); });
    area.addEventListener("pointermove", (event) => { if (event.buttons & 1) pick(event); });

    function draw() {
      const w = area.clientWidth, h = area.clientHeight, dpr = window.devicePixelRatio || 1;
      if (!w) return;
      canvas.width = Math.round(w * dpr); canvas.height = Math.round(h * dpr);
      const ctx = canvas.getContext("2d");
      ctx.scale(dpr, dpr);
      const lines = plot.lines.filter((_, k) => values[k].hide.getAttribute("aria-pressed") === "true");
      const all = lines.flatMap((line) => line.values).filter((v) => v !== null);
      let low = Math.min(...all), high = Math.max(...all);
      if (!all.length) { low = 0; high = 1; }
      if (high - low < 1e-6) { low -= 0.5; high += 0.5; }
      const step = nice((high - low) / 3);
      low = Math.floor(low / step + 1e-9) * step; high = Math.ceil(high / step - 1e-9) * step;
      scale.x = (t) => pad.left + ((w - pad.left - pad.right) * t) / Math.max(1, page.length - 1);
      const y = (v) => h - pad.bottom - ((h - pad.top - pad.bottom) * (v - low)) / (high - low);
      ctx.font = "11px system-ui, sans-serif";
      ctx.lineWidth = 1; ctx.strokeStyle = GW.css("--rule"); ctx.fillStyle = GW.css("--muted");
      ctx.textAlign = "right"; ctx.textBaseline = "middle";
      for (let v = low; v <= high + step / 2; v += step) {
        ctx.beginPath(); ctx.moveTo(pad.left, Math.round(y(v)) + 0.5); ctx.lineTo(w - pad.right, Math.round(y(v)) + 0.5); ctx.stroke();
        ctx.fillText(String(+v.toFixed(6)), pad.left - 6, y(v));
      }
      ctx.textAlign = "center"; ctx.textBaseline = "top";
      const seconds = (page.length - 1) / page.fps, tick = nice(seconds / 6);
      for (let s = 0; s <= seconds + 1e-9; s += tick) ctx.fillText(`${+s.toFixed(2)} s`, Math.max(pad.left, Math.min(w - 18, scale.x(s * page.fps))), h - pad.bottom + 4);
      if (plot.band) {
        ctx.fillStyle = GW.css("--band");
        let from = -1; // one rectangle per run: rectangles side by side would show seams
        [...plot.band.values, 0].forEach((v, t) => {
          if (v && from < 0) from = t;
          if (!v && from >= 0) { ctx.fillRect(scale.x(from), pad.top, Math.min(scale.x(t), w - pad.right) - scale.x(from), h - pad.top - pad.bottom); from = -1; }
        });
      }
      ctx.lineWidth = 1.6; ctx.lineJoin = "round";
      plot.lines.forEach((line, k) => {
        if (!lines.includes(line)) return;
        ctx.strokeStyle = colour(line, k);
        ctx.beginPath();
        let pen = false;
        line.values.forEach((v, t) => { if (v === null) { pen = false; return; } if (pen) ctx.lineTo(scale.x(t), y(v)); else ctx.moveTo(scale.x(t), y(v)); pen = true; });
        ctx.stroke();
      });
    }
    const move = (t) => {
      cursor.style.transform = `translateX(${scale.x(t)}px)`;
      plot.lines.forEach((line, k) => { const v = line.values[t]; values[k].value.textContent = v === null || v === undefined ? "–" : v.toFixed(3); });
    };
    plots.push({ draw, move });
  }
  let now = 0;
  const redraw = () => { for (const p of plots) { p.draw(); p.move(now); } };
  const observer = new ResizeObserver(redraw);
  observer.observe(box);
  window.addEventListener("groundwork-theme", redraw);
  return {
    box,
    move(t) { now = t; for (const p of plots) p.move(t); },
    close() { observer.disconnect(); window.removeEventListener("groundwork-theme", redraw); },
  };

  function colour(line, k) { return GW.colours[line.name] && typeof GW.colours[line.name] === "string" ? GW.colours[line.name] : GW.colours.lines[k % GW.colours.lines.length]; }
  function nice(span) {
    const power = 10 ** Math.floor(Math.log10(span || 1)), part = (span || 1) / power;
    return (part > 5 ? 10 : part > 2 ? 5 : part > 1 ? 2 : 1) * power;
  }
};
