// The picker of approved templates: fetched when the window closes, narrowed by letters, shown as it will be read.
"use strict";

(() => {
  const one = (selector, root = document) => root.querySelector(selector);
  const composer = window.deskComposer;
  const place = one("#approved");
  if (!composer || !place) return;
  async function fetchPicker() {
    const answer = await fetch(`${composer.here}/approved?live=1&n=${encodeURIComponent(one("#nonce").value)}`, { credentials: "same-origin" }).catch(() => null);
    if (!answer?.ok) return;
    place.innerHTML = await answer.text();
    place.hidden = false;
    window.htmx?.process(place);
  }
  document.body.addEventListener("desk-silent", ({ detail: why }) => {
    if (why !== "window") { place.hidden = true; place.replaceChildren(); return; }
    if (!place.children.length) fetchPicker();
  });
  const plain = (words) => words.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  place.addEventListener("input", (event) => {
    if (event.target.id === "find-template") {
      const words = plain(event.target.value);
      for (const item of place.querySelectorAll(".approved-one")) item.hidden = !plain(item.dataset.find).includes(words);
    }
    if (event.target.matches("select")) {
      const shown = one(`[data-shows="${event.target.name}"]`, place);
      if (shown) shown.textContent = event.target.value || "[data]";
      one("[type=radio]", event.target.closest(".approved-one")).checked = true;
    }
  });
  document.body.addEventListener("desk-template-written", () => { composer.trouble(""); place.replaceChildren(); fetchPicker(); });
})();
