// The composer: drafts that the store keeps as they are typed, the window's clock, the guard's words, ready answers, preview, files.
"use strict";

(() => {
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const composer = one("#composer");
  if (!composer) return;
  const { here, csrf } = composer.dataset;
  const agent = document.body.dataset.agent;
  const reply = one("#reply textarea");
  const nonce = () => one("#nonce")?.value ?? "";

  // ---------------------------------------------------------------- drafts: in the store; in this browser only until they are there
  const localKey = (field) => `trato:draft:${agent}:${here}:${field.dataset.draft}`;
  const local = {
    keep: (field) => { try { localStorage.setItem(localKey(field), field.value); } catch { /* the store has it in a moment */ } },
    drop: (field) => { try { localStorage.removeItem(localKey(field)); } catch { /* as above */ } },
    read: (field) => { try { return localStorage.getItem(localKey(field)); } catch { return null; } },
  };
  const saved = one("#saved");
  const fields = all("textarea[data-draft]");
  const timers = new Map();
  const saves = new Map();

  function form(field) {
    const body = new URLSearchParams({ csrf, kind: field.dataset.draft, text: field.value });
    if (field.dataset.draft === "reply") body.set("nonce", nonce());
    return body;
  }
  async function save(field) {
    clearTimeout(timers.get(field));
    timers.delete(field);
    const value = field.value;
    const number = (saves.get(field) ?? 0) + 1;
    saves.set(field, number);
    try {
      const answer = await fetch(`${here}/draft?live=1`, { method: "POST", body: form(field), credentials: "same-origin" });
      if (answer.status === 401) { saved.textContent = "Sua sessão terminou. O texto fica neste navegador."; return; }
      if (!answer.ok) throw new Error(String(answer.status));
      const held = await answer.text();
      if (saves.get(field) !== number || field.value !== value) return;
      // Words of a form that was sent meanwhile are not kept there: they stay here until the next change.
      if (answer.headers.get("X-Kept") === "yes") local.drop(field);
      saved.textContent = value && answer.headers.get("X-Kept") === "yes" ? "Rascunho salvo" : "";
      if (field === reply) hint(held);
    } catch {
      if (saves.get(field) !== number) return;
      saved.textContent = "Sem conexão. O texto fica neste navegador.";
      timers.set(field, setTimeout(() => save(field), 4000));
    }
  }
  function later(field, wait = 700) {
    local.keep(field);
    saved.textContent = "";
    clearTimeout(timers.get(field));
    timers.set(field, setTimeout(() => save(field), wait));
  }
  for (const field of fields) {
    const unsaved = local.read(field);
    if (unsaved !== null && unsaved !== field.value) { field.value = unsaved; later(field, 0); }
    field.addEventListener("input", () => { grow(field); later(field); });
    field.form?.addEventListener("htmx:beforeRequest", () => { field.dataset.sent = field.value; });
  }
  addEventListener("pagehide", () => {
    for (const field of timers.keys()) navigator.sendBeacon(`${here}/draft?live=1`, form(field));
  });
  one("#return form")?.addEventListener("submit", () => {
    const field = one("#return [data-draft]");
    if (field) local.drop(field);
  });
  function grow(field) {
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight + 2, window.innerHeight * 0.35)}px`;
  }
  const written = (name) => () => {
    const field = one(`#${name} [data-draft]`);
    // What was typed while the answer was on its way stays, and is the next message's draft.
    if (field.value === field.dataset.sent) {
      field.value = "";
      clearTimeout(timers.get(field));
      timers.delete(field);
      saves.set(field, (saves.get(field) ?? 0) + 1);
      local.drop(field);
      grow(field);
    } else later(field);
    saved.textContent = "";
    trouble("");
    closePreview();
    field.focus();
  };
  document.body.addEventListener("desk-reply-written", written("reply"));
  document.body.addEventListener("desk-note-written", written("note"));

  // ---------------------------------------------------------------- what keeps the words here, and what may stand in their place
  const place = one("#composer-trouble");
  function trouble(sentence) {
    place.textContent = sentence;
    place.hidden = !sentence;
    place.setAttribute("role", "alert");
  }
  function held(words) {
    // Written by our own page with every word of people escaped; scripts in it would not run either (strict CSP).
    place.innerHTML = words;
    place.hidden = !words.trim();
  }
  function hint(words) {
    if (one("#composer").dataset.mode !== "reply") return;
    // While typing it is said softly; only a send that was stopped is an alarm.
    place.setAttribute("role", "status");
    held(words);
  }
  composer.addEventListener("click", (event) => {
    const swap = event.target.closest("[data-instead]");
    if (!swap) return;
    const at = reply.value.indexOf(swap.dataset.found);
    if (at < 0) return;
    reply.setRangeText(swap.dataset.instead, at, at + swap.dataset.found.length, "end");
    reply.focus();
    grow(reply);
    later(reply, 0);
  });
  document.body.addEventListener("htmx:responseError", ({ detail: { xhr, elt } }) => {
    if (!elt.closest?.("#composer, #talk form")) return;
    if (xhr.status === 422 && xhr.getResponseHeader("content-type")?.startsWith("text/html")) { place.setAttribute("role", "alert"); held(xhr.responseText); return; }
    trouble(xhr.status < 500 ? xhr.responseText : "Não deu certo agora. O texto está guardado; tente de novo.");
  });
  document.body.addEventListener("htmx:sendError", ({ detail: { elt } }) => {
    if (elt.closest?.("#composer, #talk form")) trouble("Sem conexão. O texto está guardado; tente de novo.");
  });

  // ---------------------------------------------------------------- open or closed by the state of the talk, and the 24-hour window
  let windowClosesAt = null;
  let windowUntil = "";
  let silentBefore = null;
  function follow() {
    const state = one("#state");
    if (!state) return;
    const { mayWrite, silent, why: words, windowLeft } = state.dataset;
    const may = mayWrite === "yes";
    one("#reply-fields").disabled = !may;
    const why = one("#why");
    why.textContent = may ? "" : words;
    why.hidden = may;
    composer.dataset.silent = silent;
    windowClosesAt = performance.now() + Number(windowLeft) * 1000;
    windowUntil = state.dataset.windowUntil;
    if (silent !== silentBefore) {
      silentBefore = silent;
      document.body.dispatchEvent(new CustomEvent("desk-silent", { detail: silent }));
    }
    tick();
  }
  function tick() {
    const clock = one("#window");
    if (windowClosesAt === null) return;
    const minutes = Math.floor((windowClosesAt - performance.now()) / 60000);
    const closed = windowClosesAt <= performance.now();
    if (minutes > 1000000) {
      clock.textContent = "Sem prazo para responder";
      clock.title = "Este canal não tem janela de 24 h";
      clock.dataset.level = "open";
      return;
    }
    const left = minutes >= 60 ? `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min` : `${Math.max(minutes, 0)} min`;
    const words = closed ? "Janela de 24 h fechada" : `Janela fecha em ${left}`;
    if (clock.textContent !== words) clock.textContent = words;
    clock.title = windowUntil ? `${closed ? "Fechou" : "Fecha"} em ${windowUntil}` : "O cliente ainda não escreveu";
    clock.dataset.level = closed ? "closed" : minutes < 60 ? "soon" : "open";
    if (closed && one("#state")?.dataset.mayWrite === "yes") window.htmx?.trigger("#talk", "sse:refresh");
  }
  setInterval(tick, 15000);
  document.body.addEventListener("htmx:afterSwap", (event) => { if (event.detail.target.id === "talk") follow(); });

  // ---------------------------------------------------------------- two modes that cannot be taken for one another
  function mode(name, focus = true) {
    composer.dataset.mode = name;
    for (const tab of all(".modes [data-mode]")) {
      tab.setAttribute("aria-selected", String(tab.dataset.mode === name));
      tab.tabIndex = tab.dataset.mode === name ? 0 : -1;
    }
    if (name === "note") { trouble(""); closePreview(); }
    const field = one(`#${name} textarea`);
    grow(field);
    if (focus) field.focus();
  }
  for (const tab of all(".modes [data-mode]")) {
    tab.addEventListener("click", () => mode(tab.dataset.mode));
    tab.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
      const other = tab.dataset.mode === "note" ? "reply" : "note";
      mode(other, false);
      one(`.modes [data-mode=${other}]`).focus();
    });
  }
  // A note has keys of its own: what the fingers know as "send" does nothing in it.
  one("#note").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.shiftKey && !event.repeat) one("#note").requestSubmit();
  });
  one("#reply").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    event.stopPropagation();
    if (!event.shiftKey && !event.repeat) one("#reply").requestSubmit(one("[data-testid=send-reply]"));
  });

  // ---------------------------------------------------------------- preview on the person's channel
  const preview = one("#preview");
  function closePreview() { preview.hidden = true; preview.replaceChildren(); }
  document.body.addEventListener("htmx:afterSwap", (event) => { if (event.detail.target.id === "preview") preview.hidden = false; });
  composer.addEventListener("keydown", (event) => { if (event.key === "Escape" && !preview.hidden) closePreview(); });

  // What is read last stays in sight while the composer grows, or a picture above is loaded.
  const talk = one("#talk");
  let atEnd = true;
  const ends = (place) => place.scrollHeight - place.scrollTop - place.clientHeight < 60;
  talk.addEventListener("scroll", (event) => { if (event.target.id === "scroll" && !growing) atEnd = ends(event.target); }, true);
  let growing = false;
  function toEnd() {
    const place = one("#scroll");
    if (!place || !atEnd) return;
    growing = true;
    place.scrollTop = place.scrollHeight;
    requestAnimationFrame(() => { growing = false; });
  }
  new ResizeObserver(toEnd).observe(composer);
  talk.addEventListener("load", toEnd, true);

  const words = { group: "Conversa" };
  window.deskKeys?.add("r", "responder ao cliente", () => mode("reply"), words);
  window.deskKeys?.add("n", "escrever nota interna", () => mode("note"), words);
  window.deskKeys?.add("v", "ver como a mensagem chega", "#open-preview", words);
  window.deskComposer = { mode, reply, grow, changed: () => { grow(reply); later(reply, 0); }, trouble, here, csrf };

  follow();
  const note = one("#note textarea");
  mode(note.value && !reply.value ? "note" : "reply", false);
})();
