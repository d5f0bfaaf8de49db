// The one list of keys and commands. Other files register theirs:
//   deskKeys.add("r", "responder ao cliente", "#reply textarea")        a selector: it is focused, clicked or submitted
//   deskKeys.add("g d", "ir às dívidas", () => …, { group: "Cliente" })  a function; two keys one after the other
//   deskKeys.command("Emitir Pix", "#issue-pix")                         only in the command bar
// `when` (a selector or function) tells whether it can be done just now; a selector as deed tells that by itself.
"use strict";

window.deskKeys = (() => {
  const one = (selector, root = document) => root.querySelector(selector);
  const entries = [];
  const byKey = new Map();
  const PATIENCE = 1200;
  let begun = "";
  let begunAt = 0;

  const usable = (element) => Boolean(element) && !element.disabled && !element.closest("fieldset[disabled], [hidden]") && element.getClientRects().length > 0;
  const found = (selector) => [...document.querySelectorAll(selector)].find(usable);
  function possible(entry) {
    if (typeof entry.when === "function") return Boolean(entry.when());
    if (typeof entry.when === "string" && !found(entry.when)) return false;
    return typeof entry.deed === "function" || Boolean(found(entry.deed));
  }
  function run(entry) {
    if (!possible(entry)) return false;
    if (typeof entry.deed === "function") { entry.deed(); return true; }
    const element = found(entry.deed);
    if (element.matches("form")) element.requestSubmit();
    else if (element.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=submit])")) element.focus();
    else element.click();
    return true;
  }
  function add(key, words, deed, { group = "Atendimento", when = null } = {}) {
    const name = key ? key.toLowerCase() : null;
    if (name && byKey.has(name)) { console.error(`A tecla ${key} já tem dono.`); return; }
    const entry = { key: name, words, deed, group, when };
    entries.push(entry);
    if (name) byKey.set(name, entry);
  }
  const command = (words, deed, more = {}) => add(null, words, deed, more);

  // ---------------------------------------------------------------- pressed
  function press(event) {
    const name = event.key.toLowerCase();
    const now = performance.now();
    const whole = begun && now - begunAt < PATIENCE ? `${begun} ${name}` : name;
    begun = "";
    const entry = byKey.get(whole) ?? byKey.get(name);
    if (entry && (whole === entry.key || !startsSome(name))) {
      // What cannot be done just now leaves the key to the browser: Enter on a link, a button, a summary.
      if (run(entry)) event.preventDefault();
    } else if (startsSome(name)) {
      event.preventDefault();
      begun = name;
      begunAt = now;
    }
  }
  const startsSome = (name) => entries.some((entry) => entry.key?.startsWith(`${name} `));

  // A field in a closed dialog keeps the keys until the next frame is drawn: the next key is not meant for it.
  function shut(dialog) {
    dialog.close();
    if (dialog.contains(document.activeElement)) document.activeElement.blur();
  }
  document.addEventListener("keydown", (event) => {
    const field = event.target.closest?.("textarea, input, select, [contenteditable]");
    const command = event.ctrlKey || event.metaKey;
    if (command && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (!event.repeat) openBar();
      return;
    }
    if (event.key === "Enter" && command && field?.form) {
      event.preventDefault();
      if (!event.repeat) field.form.requestSubmit();
      return;
    }
    if (event.defaultPrevented || event.isComposing) return;
    if (event.key === "Escape") {
      begun = "";
      document.body.classList.remove("show-person");
      // Not left to the browser, which now and then keeps a dialog that it did not see opened by a click.
      const open = [...document.querySelectorAll("dialog[open]")].pop();
      if (open) { event.preventDefault(); shut(open); } else field?.blur();
      return;
    }
    if (field || command || event.altKey || event.repeat || one("dialog[open]")) return;
    press(event);
  });

  // ---------------------------------------------------------------- `?`: what keys there are
  const shown = (key) => key.split(" ").map((part) => `<kbd>${{ "?": "?", "/": "/", arrowdown: "↓", arrowup: "↑" }[part] ?? part.toUpperCase()}</kbd>`).join(" ");
  function help() {
    const place = one("#shortcuts-list");
    place.replaceChildren();
    for (const group of new Set(entries.filter((entry) => entry.key).map((entry) => entry.group))) {
      const title = document.createElement("h3");
      title.textContent = group;
      const list = document.createElement("dl");
      list.className = "keys";
      for (const entry of entries.filter((other) => other.key && other.group === group)) {
        const key = document.createElement("dt");
        key.innerHTML = shown(entry.key);
        const words = document.createElement("dd");
        words.textContent = entry.words;
        list.append(key, words);
      }
      place.append(title, list);
    }
    one("#shortcuts").showModal();
  }

  // ---------------------------------------------------------------- Ctrl+K: everything by its name, and any talk
  const plain = (words) => words.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  let choices = [];
  let at = 0;
  let asked = 0;
  let asking = 0;

  function openBar(words = "") {
    const bar = one("#commands");
    if (!bar || bar.open) return;
    for (const other of document.querySelectorAll("dialog[open]")) other.close();
    bar.showModal();
    const field = one("#command");
    field.value = words;
    field.select();
    look();
  }
  function look() {
    const words = plain(one("#command").value.trim());
    const parts = words.split(/\s+/).filter(Boolean);
    const fits = entries.filter((entry) => possible(entry) && parts.every((part) => plain(`${entry.group} ${entry.words}`).includes(part)));
    choices = fits.map((entry) => ({ words: entry.words, key: entry.key, group: entry.group, go: () => run(entry) }));
    draw();
    clearTimeout(asking);
    asked += 1;
    if (words.length >= 2) asking = setTimeout(() => search(one("#command").value.trim(), asked), 120);
  }
  async function search(words, number) {
    try {
      const answer = await fetch(`/desk/search.json?q=${encodeURIComponent(words)}&live=1`, { credentials: "same-origin" });
      if (!answer.ok || number !== asked) return;
      const talks = await answer.json();
      choices = choices.filter((choice) => !choice.talk).concat(talks.map((talk) => ({ words: talk.name, small: talk.why, group: "Conversas", talk: true, go: () => location.assign(talk.href) })));
      draw();
    } catch { /* without a connection the commands are still there */ }
  }
  function draw() {
    const list = one("#command-list");
    list.replaceChildren();
    at = Math.min(at, Math.max(choices.length - 1, 0));
    choices.forEach((choice, number) => {
      const item = document.createElement("li");
      item.id = `command-${number}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", String(number === at));
      item.dataset.testid = choice.talk ? "command-talk" : "command";
      const words = document.createElement("span");
      const text = document.createElement("bdi");
      text.textContent = choice.words;
      words.append(text);
      const side = document.createElement("small");
      if (choice.key) side.innerHTML = shown(choice.key);
      else side.textContent = choice.small ?? choice.group;
      item.append(words, side);
      item.addEventListener("click", () => choose(number));
      list.append(item);
    });
    one("#command").setAttribute("aria-activedescendant", choices.length ? `command-${at}` : "");
    one("#command-none").hidden = choices.length > 0;
  }
  function move(by) {
    if (!choices.length) return;
    at = (at + by + choices.length) % choices.length;
    draw();
    one(`#command-${at}`).scrollIntoView({ block: "nearest" });
  }
  function choose(number) {
    const choice = choices[number];
    if (!choice) return;
    shut(one("#commands"));
    choice.go();
  }
  document.addEventListener("input", (event) => { if (event.target.id === "command") { at = 0; look(); } });
  document.addEventListener("keydown", (event) => {
    if (event.target.id !== "command") return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); move(event.key === "ArrowDown" ? 1 : -1); }
    if (event.key === "Enter") { event.preventDefault(); choose(at); }
  });

  add("?", "mostrar os atalhos do teclado", help, { group: "Ajuda" });
  return { add, command, run, openBar, help, entries };
})();
