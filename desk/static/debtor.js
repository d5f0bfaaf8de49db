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
  document.body.addEventListener("htmx:afterRequest", ({ detail: { elt, successful } }) => {
    if (successful && elt.matches?.("form[data-clear]")) elt.reset();
  });
  // A supervisor's word is heard by whoever has the talk.
  let whispers = document.querySelectorAll("#talk .whisper").length;
  document.body.addEventListener("htmx:afterSwap", ({ detail: { target } }) => {
    if (target.id !== "talk") return;
    const now = target.querySelectorAll(".whisper").length;
    if (now > whispers) document.querySelector("#spoken").textContent = "Cochicho da supervisão";
    whispers = now;
  });
  // A form that cannot be opened says why where its answers are said.
  document.body.addEventListener("htmx:responseError", ({ detail: { xhr, elt } }) => {
    if (!elt.dataset?.deed) return;
    const told = document.querySelector("#settled");
    told.textContent = xhr.status < 500 ? xhr.responseText : "Não deu certo agora. Tente de novo.";
    told.hidden = false;
  });
})();

// The end of a talk: its choices are fetched when the dialog opens, searched by typing, and can be taken back for ten seconds.
(() => {
  const dialog = document.querySelector("dialog#return");
  const talk = document.querySelector("main.talk")?.dataset.talk;
  const summary = dialog?.querySelector("textarea[name=note]");
  const proposed = () => dialog?.querySelector("#proposed-summary")?.value ?? "";
  function setSummary(words) {
    summary.value = words;
    summary.dispatchEvent(new Event("input", { bubbles: true }));
  }
  if (dialog) {
    new MutationObserver(() => {
      if (!dialog.open) return;
      window.htmx.ajax("GET", `/desk/c/${talk}/return?live=1`, { target: "#ending-choice", swap: "innerHTML" }).then(() => {
        if (!summary.value) setSummary(proposed());
        dialog.querySelector("[data-find-disposition]")?.focus();
      });
    }).observe(dialog, { attributes: true, attributeFilter: ["open"] });
    document.querySelector("#propose-summary")?.addEventListener("click", () => setSummary(proposed()));
    const plain = (words) => words.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
    dialog.addEventListener("input", ({ target }) => {
      if (!target.matches("[data-find-disposition]")) return;
      const wanted = plain(target.value).split(/\s+/).filter(Boolean);
      let first = null;
      for (const group of dialog.querySelectorAll("details.group")) {
        let any = false;
        for (const label of group.querySelectorAll("label.outcome")) {
          const fits = wanted.every((word) => plain(label.dataset.words).includes(word));
          label.hidden = !fits;
          any ||= fits;
          if (fits && wanted.length && !first) first = label;
        }
        group.hidden = !any;
        if (wanted.length && first && group.contains(first)) group.open = true;
      }
      const radio = first?.querySelector("input");
      if (radio && !radio.checked) { radio.checked = true; radio.dispatchEvent(new Event("change", { bubbles: true })); }
    });
    // Enter in the search takes what was found, and does not end the talk unread.
    dialog.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !event.target.matches("[data-find-disposition]") || event.ctrlKey) return;
      event.preventDefault();
      (dialog.querySelector("[name=disposition]:checked") ?? summary).focus();
    });
  }
  setInterval(() => {
    for (const place of document.querySelectorAll("#endings .left")) {
      place.until ??= performance.now() + Number(place.dataset.left) * 1000;
      const left = Math.ceil((place.until - performance.now()) / 1000);
      place.textContent = left > 0 ? `em ${left} s` : "agora";
    }
  }, 500);
  window.deskKeys?.add("z", "desfazer a devolução ao assistente", "#undo-return");
  for (const [key, name, words] of [["p", "pix", "gerar Pix"], ["b", "boleto", "gerar boleto"], ["o", "offer", "montar oferta"]]) {
    window.deskKeys?.add(key, words, `[data-deed=${name}]`, { group: "Cliente" });
  }
  for (const [name, words] of [["extension", "Prorrogar vencimento"], ["promise", "Anotar promessa"], ["dispute", "Abrir contestação"], ["accept", "Fechar acordo"], ["prove", "Confirmar identidade"]]) {
    window.deskKeys?.command(words, `[data-deed=${name}]`, { group: "Cliente" });
  }
})();

// Suggested replies: written into the composer after what is there, never sent.
(() => {
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-suggest]");
    const field = button && document.querySelector("#reply textarea");
    if (!field || field.disabled) return;
    document.querySelector("[data-mode=reply][role=tab]")?.click();
    field.value = field.value.trim() ? `${field.value.trimEnd()}\n${button.dataset.suggest}` : button.dataset.suggest;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
  });
})();
