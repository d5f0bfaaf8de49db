// Ready answers: "/" in the reply opens the list, letters narrow it, Enter puts the words in.
"use strict";

(() => {
  const one = (selector, root = document) => root.querySelector(selector);
  const composer = window.deskComposer;
  const place = one("#canned");
  if (!composer || !place) return;
  const { reply, here, csrf } = composer;
  const plain = (words) => words.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  let from = -1;
  let loading = 0;

  const options = () => [...place.querySelectorAll("[role=option]:not([hidden])")];
  const chosen = () => one("[aria-selected=true]", place);
  function asked() {
    const before = reply.value.slice(0, reply.selectionStart);
    const found = /(^|\s)\/([\p{L}\d-]{0,30})$/u.exec(before);
    return found ? { at: found.index + found[1].length, words: found[2] } : null;
  }
  // Letters in this order, with others between: "idd" finds "identidade".
  function fits(words, wanted) {
    if (words.includes(wanted)) return true;
    let at = 0;
    for (const letter of words.split(" ")[0]) if (letter === wanted[at]) at += 1;
    return at === wanted.length;
  }
  function mark(option) {
    for (const other of place.querySelectorAll("[role=option]")) other.setAttribute("aria-selected", String(other === option));
    if (option) { reply.setAttribute("aria-activedescendant", option.id); option.scrollIntoView({ block: "nearest" }); } else reply.removeAttribute("aria-activedescendant");
  }
  function narrow(words) {
    const wanted = plain(words);
    for (const option of place.querySelectorAll("[role=option]")) option.hidden = !fits(plain(option.dataset.find), wanted);
    one("#canned-none").hidden = options().length > 0;
    mark(options()[0] ?? null);
  }
  async function open(words) {
    if (place.hidden) {
      loading += 1;
      const number = loading;
      try {
        const answer = await fetch(`${here}/canned?live=1`, { credentials: "same-origin" });
        if (!answer.ok || number !== loading) return;
        place.innerHTML = await answer.text();
      } catch { return; }
      place.hidden = false;
      reply.setAttribute("aria-controls", "canned-list");
      reply.setAttribute("aria-haspopup", "listbox");
    }
    narrow(asked()?.words ?? words);
  }
  function close() {
    loading += 1;
    from = -1;
    place.hidden = true;
    place.replaceChildren();
    reply.removeAttribute("aria-activedescendant");
    reply.removeAttribute("aria-controls");
  }
  function use(option) {
    const start = from >= 0 ? from : reply.selectionStart;
    reply.setRangeText(option.dataset.words, start, reply.selectionStart, "end");
    fetch(`${here}/canned`, { method: "POST", credentials: "same-origin", body: new URLSearchParams({ csrf, id: option.dataset.id }) }).catch(() => {});
    close();
    // What could not be filled is marked, to be written over.
    const gap = /\{\w+\}/.exec(reply.value);
    reply.focus();
    if (gap) reply.setSelectionRange(gap.index, gap.index + gap[0].length);
    composer.changed();
  }
  reply.addEventListener("input", () => {
    const now = asked();
    if (!now) { if (!place.hidden || from >= 0) close(); return; }
    from = now.at;
    open(now.words);
  });
  reply.addEventListener("keydown", (event) => {
    if (place.hidden || event.ctrlKey || event.metaKey) return;
    const all = options();
    const at = all.indexOf(chosen());
    const deed = {
      ArrowDown: () => mark(all[(at + 1) % all.length]),
      ArrowUp: () => mark(all[(at - 1 + all.length) % all.length]),
      Enter: () => chosen() && use(chosen()),
      Tab: () => chosen() && use(chosen()),
      Escape: close,
    }[event.key];
    if (!deed || (event.key !== "Escape" && !all.length)) return;
    event.preventDefault();
    event.stopPropagation();
    deed();
  });
  place.addEventListener("mousedown", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) { event.preventDefault(); use(option); }
  });
  one("#open-canned").addEventListener("click", (event) => {
    event.preventDefault();
    if (!place.hidden) { close(); reply.focus(); return; }
    reply.focus();
    from = -1;
    open("");
  });
  window.deskKeys?.add("/", "respostas prontas", () => { composer.mode("reply"); one("#open-canned").click(); }, { group: "Conversa", when: "#open-canned" });
  window.deskKeys?.command("Ver e mudar as respostas prontas", () => location.assign("/desk/canned"), { group: "Conversa" });
})();
