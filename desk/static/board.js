// The supervisors' board: says when the connection is lost, and leaves a row alone while somebody is about to press its button.
"use strict";

(() => {
  document.body.addEventListener("htmx:sseOpen", ({ detail }) => {
    document.querySelector("#connection").hidden = true;
    detail.source.addEventListener("ended", () => location.assign("/desk/login"));
  });
  document.body.addEventListener("htmx:sseError", () => { document.querySelector("#connection").hidden = false; });
  let focused = null;
  document.body.addEventListener("htmx:beforeSwap", ({ detail: { target } }) => {
    if (target.id === "board") focused = target.contains(document.activeElement) ? document.activeElement.dataset.testid : null;
  });
  document.body.addEventListener("htmx:afterSwap", ({ detail: { target } }) => {
    if (target.id === "board" && focused) target.querySelector(`[data-testid="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  });
})();
