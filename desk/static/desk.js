// The desk's behaviour in the browser: a calm live view, forms that keep what is typed, and keys. The composer has a file of its own.
"use strict";

(() => {
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  let settledFor = 0;
  document.body.addEventListener("desk-settled", (event) => {
    const place = one("#settled");
    place.textContent = event.detail.value;
    place.hidden = false;
    clearTimeout(settledFor);
    settledFor = setTimeout(() => { place.hidden = true; }, 12000);
  });
  function troubleIn(form, sentence) {
    // The pane may have been redrawn meanwhile: the same form stands there anew.
    const place = one("[data-trouble]", form.isConnected ? form : all("form.answer").find((other) => formKey(other) === formKey(form)) ?? form);
    place.textContent = sentence;
    place.hidden = false;
  }
  document.body.addEventListener("htmx:responseError", ({ detail: { xhr, elt } }) => {
    const form = elt.closest?.("form.answer");
    if (form) troubleIn(form, xhr.status < 500 ? xhr.responseText : "Não deu certo agora. Nada foi enviado; tente de novo.");
  });
  document.body.addEventListener("htmx:sendError", ({ detail: { elt } }) => {
    const form = elt.closest?.("form.answer");
    if (form) troubleIn(form, "Sem conexão. Tente de novo.");
  });

  // ---------------------------------------------------------------- live: swap only what changed, keep the place, say what is new
  const seen = new Map();
  let wasAtEnd = true;
  let opened = new Map();
  // What an agent types in the debtor's pane stays while the pane is redrawn.
  let typed = null;
  const fieldsOf = (form) => all("input:not([type=hidden]), textarea", form);
  function typedIn(target) {
    const focus = document.activeElement?.closest?.("form[data-form]");
    return {
      values: new Map(all("form[data-form]", target).map((form) => [formKey(form), fieldsOf(form).map((field) => (field.type === "radio" ? field.checked : field.value))])),
      focus: focus && { form: formKey(focus), at: fieldsOf(focus).indexOf(document.activeElement), from: document.activeElement.selectionStart },
    };
  }
  const formKey = (form) => `${form.dataset.form}:${one("[name=verdict][type=hidden]", form)?.value ?? ""}`;
  function retype(target, { values, focus }) {
    for (const form of all("form[data-form]", target)) {
      const before = values.get(formKey(form));
      if (before) fieldsOf(form).forEach((field, at) => { if (field.type === "radio") field.checked = before[at]; else field.value = before[at]; });
      if (focus && focus.form === formKey(form) && focus.at >= 0) {
        const field = fieldsOf(form)[focus.at];
        form.closest("details").open = true;
        field.focus({ preventScroll: true });
        if (field.type !== "radio") field.setSelectionRange(focus.from, focus.from);
      }
    }
  }
  const scroller = () => one("#scroll");
  function scrollDown() { const place = scroller(); if (place) place.scrollTop = place.scrollHeight; }

  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const { target, xhr } = event.detail;
    if (xhr.status === 200 && event.detail.requestConfig.verb === "get") {
      if (seen.get(target.id) === xhr.responseText) { event.detail.shouldSwap = false; return; }
      seen.set(target.id, xhr.responseText);
    } else {
      seen.delete(target.id);
    }
    const place = scroller();
    if (target.id === "talk" && place) {
      wasAtEnd = place.scrollHeight - place.scrollTop - place.clientHeight < 60;
      target.dataset.top = place.scrollTop;
      target.dataset.inbound = one("#state").dataset.lastInbound;
    }
    if (target.id === "debtor") typed = xhr.status === 200 && event.detail.requestConfig.verb === "get" ? typedIn(target) : null;
    if (target.id === "debtor") opened = new Map(all("details[data-key]", target).map((item) => [item.dataset.key, item.open]));
    if (target.id === "queue") target.dataset.waiting = one("#waiting-count")?.textContent ?? "0";
  });
  document.body.addEventListener("htmx:afterSwap", (event) => {
    const target = event.detail.target;
    if (target.id === "talk") {
      if (wasAtEnd) scrollDown();
      else scroller().scrollTop = Number(target.dataset.top);
      if (Number(one("#state").dataset.lastInbound) > Number(target.dataset.inbound)) say("Nova mensagem do cliente");
    }
    if (target.id === "debtor") {
      if (typed) retype(target, typed);
      for (const item of all("details[data-key]", target)) if (opened.has(item.dataset.key)) item.open = opened.get(item.dataset.key);
    }
    if (target.id === "queue") {
      const waiting = Number(one("#waiting-count")?.textContent ?? 0);
      if (waiting > Number(target.dataset.waiting)) say("Mais uma pessoa na fila");
      name(waiting);
    }
  });
  // The same words twice are said twice only when the place changes: a blank at their end does that.
  function say(words) { const place = one("#spoken"); if (place) place.textContent = place.textContent === words ? `${words}\u00a0` : words; }
  const title = document.title;
  function name(waiting) { document.title = waiting ? `(${waiting}) ${title}` : title; }

  document.body.addEventListener("htmx:sseOpen", (event) => {
    one("#connection").hidden = true;
    event.detail.source.addEventListener("ended", () => location.assign("/desk/login"));
  });
  document.body.addEventListener("htmx:sseError", () => { one("#connection").hidden = false; });

  // ---------------------------------------------------------------- dialogs, and the keys of what is above (keys.js)
  document.addEventListener("click", (event) => {
    const target = event.target.closest?.("[data-open], [data-close], [data-toggle-person]");
    if (!target) return;
    if (target.dataset.open === "shortcuts") deskKeys.help();
    else if (target.dataset.open === "commands") deskKeys.openBar();
    else if (target.dataset.open) {
      const dialog = one(`#${target.dataset.open}`);
      dialog.showModal();
      window.htmx?.trigger(dialog, "desk-open");
    }
    else if ("togglePerson" in target.dataset) document.body.classList.toggle("show-person");
    else target.closest("dialog").close();
  });
  function step(by) {
    const links = all("#queue a.one");
    if (!links.length) return;
    const at = links.findIndex((link) => link.getAttribute("aria-current") === "page");
    const next = links[at < 0 ? 0 : Math.min(Math.max(at + by, 0), links.length - 1)];
    if (next && next !== links[at]) location.assign(next.href);
  }
  const talk = { group: "Conversa" };
  deskKeys.add("j", "próxima conversa", () => step(1), { group: "Fila" });
  deskKeys.add("k", "conversa anterior", () => step(-1), { group: "Fila" });
  deskKeys.add("a", "assumir o atendimento", "#take", talk);
  deskKeys.add("d", "devolver ao assistente", "[data-open='return']", talk);

  document.body.addEventListener("desk-reply-written", scrollDown);
  document.body.addEventListener("desk-note-written", scrollDown);
  scrollDown();
  name(Number(one("#waiting-count")?.textContent ?? 0));
})();
