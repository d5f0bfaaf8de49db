// The debtor's pane: forms that open above it, closed by Esc, a link or their own success.
"use strict";

(() => {
  const place = document.querySelector("#deed");
  if (!place) return;
  let opener = null;

  function close() {
    if (!place.firstElementChild) return;
    place.replaceChildren();
    (opener?.isConnected ? opener : document.querySelector(`[data-deed="${opener?.dataset.deed}"]`))?.focus();
  }
  document.body.addEventListener("htmx:beforeRequest", ({ detail: { elt } }) => {
    if (elt.dataset?.deed) opener = elt;
  });
  place.addEventListener("htmx:afterSwap", ({ detail: { target } }) => {
    if (target !== place) return;
    const field = place.querySelector("[autofocus], input:not([type=hidden], [type=checkbox], [type=radio]), select, textarea");
    (field ?? place.querySelector("h2"))?.focus();
    place.scrollIntoView({ block: "nearest" });
    document.body.classList.add("show-person");
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-deed-close]")) return;
    event.preventDefault();
    close();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && place.contains(event.target)) { event.stopPropagation(); close(); }
  }, true);
  document.body.addEventListener("desk-deed-done", close);
  // A form that cannot be opened says why where its answers are said.
  document.body.addEventListener("htmx:responseError", ({ detail: { xhr, elt } }) => {
    if (!elt.dataset?.deed) return;
    const told = document.querySelector("#settled");
    told.textContent = xhr.status < 500 ? xhr.responseText : "Não deu certo agora. Tente de novo.";
    told.hidden = false;
  });
})();
