// Starts the page and shows the view that the address names.
"use strict";

(function () {
  const el = GW.el, top = document.getElementById("top"), view = document.getElementById("view");
  let current = null;

  function header() {
    const s = GW.summary, { path } = GW.place();
    const tab = (name, href, here) => el("a", { href, class: "tab", "aria-current": here ? "page" : null, text: name });
    const facts = [
      `${GW.number(s.episodes)} episodes`, `${GW.number(s.frames)} frames`, `${s.hours} h at ${s.fps} Hz`,
      `${GW.number(s.instructions)} instruction${s.instructions === 1 ? "" : "s"}`, s.robot,
    ].filter(Boolean);
    top.replaceChildren(
      el("a", { class: "brand", href: "#/", title: s.name }, el("img", { src: "icon.svg", alt: "", width: 22, height: 22 }), el("span", { text: s.name })),
      el("nav", {}, tab("Episodes", "#/", path[0] !== "ledger"), tab(s.ledger ? "Ledger" : "Lengths", "#/ledger", path[0] === "ledger")),
      el("div", { class: "facts muted", text: facts.join(" · ") }),
      el("button", { class: "plain theme", type: "button", title: "light or dark", "aria-label": "light or dark", text: "◐", onclick: () => GW.theme(GW.dark() ? "light" : "dark") }),
    );
  }

  function show() {
    if (current && current.leave) current.leave();
    const { path, asked } = GW.place();
    view.replaceChildren();
    header();
    const name = path[0] === "episode" ? "player" : path[0] === "ledger" ? "ledger" : "browse";
    document.body.dataset.view = name;
    document.title = `${name === "player" ? `#${path[1]} · ` : ""}${GW.summary.name}`;
    current = GW.views[name](view, asked, path.slice(1));
  }

  GW.theme();
  GW.get("summary").then((summary) => {
    GW.summary = summary;
    window.addEventListener("hashchange", show);
    show();
    document.body.dataset.ready = "1";
  }).catch((error) => view.replaceChildren(el("p", { class: "error big", text: error.message })));
})();
