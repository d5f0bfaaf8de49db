// The list: keys of its views, the agent's own state, and a redraw that takes nothing from whoever types in it.
"use strict";

(() => {
  const one = (selector) => document.querySelector(selector);
  const fila = { group: "Fila" };

  // What is typed or open in the list stays while the list is redrawn.
  let kept = null;
  document.body.addEventListener("htmx:beforeSwap", ({ detail: { target, requestConfig } }) => {
    if (target.id !== "queue") return;
    const focus = document.activeElement;
    const inside = target.contains(focus);
    kept = {
      href: inside && focus.matches("a.one") ? focus.getAttribute("href") : null,
      id: inside && requestConfig.verb === "get" ? focus.id : null,
      typed: requestConfig.verb === "get" ? one("#find")?.value : null,
      at: inside && focus.id === "find" ? focus.selectionStart : null,
      open: requestConfig.verb === "get" && one("[data-key=save-view]")?.open,
      name: one("[data-key=save-view] [name=name]")?.value,
      top: one("nav.list").scrollTop,
    };
  });
  document.body.addEventListener("htmx:afterSwap", ({ detail: { target } }) => {
    if (target.id !== "queue" || !kept) return;
    const field = one("#find");
    if (kept.typed !== null && kept.id === "find") { field.value = kept.typed; }
    const save = one("[data-key=save-view]");
    if (save && kept.open) { save.open = true; save.querySelector("[name=name]").value = kept.name; if (kept.id === "") save.querySelector("[name=name]").focus(); }
    if (kept.href) [...document.querySelectorAll("#queue a.one")].find((link) => link.getAttribute("href") === kept.href)?.focus({ preventScroll: true });
    else if (kept.id) { const back = document.getElementById(kept.id); back?.focus({ preventScroll: true }); if (kept.at !== null) back?.setSelectionRange(kept.at, kept.at); }
    one("nav.list").scrollTop = kept.top;
    kept = null;
  });

  // What was just done is said for a while, and not for ever.
  setTimeout(() => { for (const said of document.querySelectorAll("main.talk > .notice.good")) said.hidden = true; }, 8000);

  // Whoever is given a talk hears of it.
  const mine = () => new Set([...document.querySelectorAll("[data-testid=group-mine] a.one")].map((link) => link.dataset.id));
  let had = mine();
  document.body.addEventListener("htmx:afterSwap", ({ detail: { target } }) => {
    if (target.id !== "queue") return;
    const has = mine();
    const fresh = [...has].filter((id) => !had.has(id));
    if (fresh.length && had.size + fresh.length === has.size) one("#spoken").textContent = "Você recebeu um atendimento";
    had = has;
  });

  function show(view) {
    const select = one("#view-select");
    if (!select || ![...select.options].some((option) => option.value === view)) return;
    select.value = view;
    select.form.requestSubmit();
  }
  for (const [key, view, words] of [["g t", "tudo", "mostrar tudo"], ["g m", "minhas", "mostrar as minhas"], ["g f", "fila", "mostrar a fila"], ["g s", "sem_resposta", "mostrar sem resposta"], ["g p", "promessas", "mostrar promessas de hoje"], ["g c", "contestacoes", "mostrar contestações"], ["g j", "janela", "mostrar janela fechando"], ["g e", "estacionadas", "mostrar estacionadas"]]) deskKeys.add(key, words, () => show(view), fila);
  for (const option of document.querySelectorAll("#view-select optgroup option")) deskKeys.command(`mostrar: ${option.textContent}`, () => show(option.value), fila);
  deskKeys.add("f", "buscar conversas", () => { one("#find").focus(); one("#find").select(); }, fila);
  deskKeys.add("g v", "escolher a visão da lista", "#view-select", fila);
  deskKeys.add("enter", "abrir a primeira da fila", () => { const first = one("[data-testid=group-waiting] a.one"); if (first) location.assign(first.href); }, { ...fila, when: () => !one("main.talk[data-talk]") && (document.activeElement === document.body || !document.activeElement) });

  const seat = () => one("#seat select");
  function sit(state) { seat().value = state; seat().form.requestSubmit(); }
  deskKeys.add("i", "ficar disponível ou em pausa", () => sit(seat().value === "available" ? "paused:outro" : "available"), { group: "Meu estado" });
  deskKeys.command("ficar disponível", () => sit("available"), { group: "Meu estado" });
  deskKeys.command("ficar offline", () => sit("offline"), { group: "Meu estado" });
  for (const option of document.querySelectorAll("#seat optgroup option")) deskKeys.command(option.textContent.toLowerCase(), () => sit(option.value), { group: "Meu estado" });
  deskKeys.add("t", "transferir o atendimento", "[data-open=transfer]", { group: "Conversa" });
  deskKeys.add("e", "estacionar a conversa", "[data-open=park]", { group: "Conversa" });
  deskKeys.add("w", "retomar a conversa estacionada", "#wake", { group: "Conversa" });
  deskKeys.command("equipe e filas", "[data-testid=team-link]", { group: "Supervisão" });
  deskKeys.command("sair", "form[action='/desk/logout']", { group: "Meu estado" });

  document.addEventListener("focusin", (event) => {
    if (event.target.matches?.("[name=at]")) one("#park [value=at]").checked = true;
  });
})();
