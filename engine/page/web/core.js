// What every view uses: elements, addresses, data from the server or from files, the colour scheme.
"use strict";

const GW = {
  files: document.documentElement.hasAttribute("data-files"), // written by --static: no server to ask
  summary: null,
  views: {},
};

// --- elements: text is always set as text, never parsed as HTML ---

GW.el = function (tag, attributes, ...children) {
  const svg = GW.el.svgTags.has(tag);
  const node = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "text") node.textContent = value;
    else if (name === "class") node.setAttribute("class", value);
    else if (name === "style") node.style.cssText = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...GW.el.real(children));
  return node;
};
GW.el.real = (children) => children.flat().filter((c) => c !== null && c !== undefined && c !== false && c !== "");
GW.fill = (node, ...children) => node.replaceChildren(...GW.el.real(children));
GW.el.svgTags = new Set(["svg", "g", "line", "path", "rect", "circle", "text", "tspan", "title", "defs", "marker", "polyline"]);

GW.number = (n) => Number(n).toLocaleString("en-US");

GW.round = function (value) {
  if (typeof value !== "number") return String(value ?? "");
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 100 ? value.toFixed(1) : String(+value.toPrecision(4));
};

// --- data ---

GW._kept = new Map();
GW._waiting = new Map();

GW.put = function (name, value) { // called by data files
  const waiting = GW._waiting.get(name);
  GW._kept.set(name, value);
  if (waiting) waiting(value);
};

GW.get = function (name, asked) {
  if (GW.files) return GW._fromFile(name);
  const query = new URLSearchParams(Object.entries(asked || {}).filter(([, v]) => v !== "" && v !== null && v !== undefined));
  const text = query.toString();
  return fetch(`api/${name}${text ? `?${text}` : ""}`).then(async (reply) => {
    const body = await reply.json().catch(() => ({ error: `${reply.status} ${reply.statusText}` }));
    if (!reply.ok) throw new Error(body.error);
    return body;
  }, () => { throw new Error("no answer: the command that serves this page has ended"); });
};

GW._fromFile = function (name) { // a script instead of fetch, which browsers refuse for file://
  if (GW._kept.has(name)) return Promise.resolve(GW._kept.get(name));
  return new Promise((done, failed) => {
    GW._waiting.set(name, done);
    const script = GW.el("script", { src: `data/${name}.js` });
    script.onerror = () => failed(new Error(`data/${name}.js is not there: it is not part of this copy`));
    script.onload = () => script.remove();
    document.head.append(script);
  });
};

GW.thumb = function (episode, camera, phase) {
  if (GW.files) return `thumbs/${camera}/${episode}.jpg`;
  const query = new URLSearchParams({ v: GW.summary.version });
  if (phase) query.set("phase", phase);
  return `thumb/${camera}/${episode}.jpg?${query}`;
};

GW.strip = (episode, camera) =>
  GW.files ? `strips/${camera}/${episode}.jpg` : `strip/${camera}/${episode}.jpg?v=${GW.summary.version}`;

// --- addresses: #/, #/episode/12, #/ledger, each with the filters behind "?" ---

GW.place = function () {
  const [path, query] = (location.hash.replace(/^#/, "") || "/").split("?");
  return { path: path.split("/").filter(Boolean), asked: Object.fromEntries(new URLSearchParams(query || "")) };
};

GW.address = function (path, asked) {
  const query = new URLSearchParams(Object.entries(asked || {}).filter(([, v]) => v)).toString();
  return `#/${path}${query ? `?${query}` : ""}`;
};

// --- colours ---

GW.colours = {
  target: "#ff8c00",
  container: "#3c96ff",
  trace: "#46e65a",
  other: ["#c05cd6", "#2fb8a6", "#e0577a", "#9a8c2b"],
  phases: ["#5b8def", "#f0a53c", "#57b894", "#9b7fe0", "#e07a5f", "#d95f9a", "#8a99a8"],
  lines: ["#3b82c4", "#e07b39", "#3a9e6b", "#c4508a", "#8467c7", "#b59a24", "#4aa8b8", "#a3624a", "#6c7f93", "#d14b4b", "#5f8f2f", "#2f5fa8"],
  roles: {},
};

GW.role = function (name) {
  if (GW.colours[name] && typeof GW.colours[name] === "string") return GW.colours[name];
  const known = GW.colours.roles;
  if (!known[name]) known[name] = GW.colours.other[Object.keys(known).length % GW.colours.other.length];
  return known[name];
};

GW.css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

GW.theme = function (next) { // "light", "dark", or what the system says
  const root = document.documentElement;
  try {
    if (next) localStorage.setItem("groundwork-theme", next);
    const kept = localStorage.getItem("groundwork-theme");
    if (kept) root.dataset.theme = kept;
  } catch { if (next) root.dataset.theme = next; } // storage may be switched off
  window.dispatchEvent(new Event("groundwork-theme"));
};

GW.dark = () => {
  const set = document.documentElement.dataset.theme;
  return set ? set === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
};

GW.remember = function (name, value) {
  try {
    if (value !== undefined) localStorage.setItem(`groundwork-${name}`, JSON.stringify(value));
    return JSON.parse(localStorage.getItem(`groundwork-${name}`));
  } catch { return null; }
};
