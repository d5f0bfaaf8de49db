// Who else is here: this browser says that it looks, or that its agent writes; and a reply knows what was read when it was begun.
"use strict";

(() => {
  const one = (selector) => document.querySelector(selector);
  const place = one("#company");
  if (!place) return;
  const { here, csrf } = place.dataset;
  const BEAT = 12000;
  const TYPING = 4000;
  let toldAt = -Infinity;

  function tell(more = {}) {
    if (document.hidden && !more.left) return;
    fetch(here, { method: "POST", body: new URLSearchParams({ csrf, ...more }), credentials: "same-origin", keepalive: true }).catch(() => {});
  }
  tell();
  setInterval(tell, BEAT);
  addEventListener("pagehide", () => tell({ left: "1" }));
  document.addEventListener("visibilitychange", () => tell());

  // ---------------------------------------------------------------- what was read when the reply was begun
  const seen = one("#seen");
  const field = one("#reply textarea[name=text]");
  const last = () => one("#state")?.dataset.lastInbound ?? "0";
  const begun = () => Boolean(field?.value.trim());
  if (seen && !begun()) seen.value = last();
  field?.addEventListener("input", () => {
    const now = performance.now();
    if (now - toldAt > TYPING) { toldAt = now; tell({ typing: "1" }); }
    if (!begun()) seen.value = last();
  });
  document.body.addEventListener("htmx:afterSwap", ({ detail: { target } }) => {
    if (target.id === "talk" && seen && !begun()) seen.value = last();
  });
  document.body.addEventListener("desk-reply-written", () => { if (seen) seen.value = last(); });
  document.body.addEventListener("htmx:responseError", ({ detail: { xhr, elt } }) => {
    // Stopped because something newer came: it is shown, and the next try goes.
    if (elt.id !== "reply" || xhr.status !== 409) return;
    window.htmx.ajax("GET", `${one("#talk").getAttribute("hx-get")}`, { target: "#talk", swap: "innerHTML" }).then(() => { seen.value = last(); });
  });
})();
