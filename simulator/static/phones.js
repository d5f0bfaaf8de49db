// The page: people on the left, phones in the middle, what can go wrong on the right.

import { base, get, post, remove, upload } from "./api.js";
import { openBank, veil } from "./bank.js";
import { bubble } from "./bubbles.js";
import { chips, rcsBubble } from "./rcs.js";
import { avatar, brDate, day, document_, el, hour, icon, phoneNumber, strip, toast } from "./element.js";

const phones = new Map();
const main = document.getElementById("phones");
const business = document.documentElement.dataset.business;
let clock = { at: Date.now(), read: Date.now() };
let stream = null;

const now = () => new Date(clock.at + Date.now() - clock.read);
const setClock = (iso) => { clock = { at: Date.parse(iso), read: Date.now() }; tick(); };

function tick() {
  document.getElementById("clock").textContent = strip(now());
  for (const view of phones.values()) view.time.textContent = hour(now());
}

/* One phone ------------------------------------------------------------------------------------------------ */

class Phone {
  constructor(phone) {
    this.phone = phone;
    this.rcs = phone.door === "rbm" || phone.network === "rcs";
    this.quiet = this.rcs ? "Empresa verificada" : "Conta comercial";
    this.messages = new Map();
    this.time = el("span", { text: hour(now()) });
    this.subtitle = el("small", { text: this.quiet });
    this.chat = el("div", { class: "chat", role: "log", "aria-live": "polite", "aria-label": `Conversa com ${business}` });
    this.input = el("input", { "data-testid": "phone-input", placeholder: this.rcs ? "Mensagem RCS" : "Mensagem", "aria-label": "Mensagem", autocomplete: "off", maxlength: this.rcs ? "3072" : "4096", oninput: () => this.writes() });
    this.go = el("button", { type: "submit", class: "go", "data-testid": "send", "aria-label": "Enviar" }, icon("send"));
    const compose = el("form", { class: "compose", onsubmit: (event) => { event.preventDefault(); this.send(); } },
      el("button", { type: "button", class: "icon", "data-testid": "attach", "aria-label": "Anexar ou pagar", "aria-haspopup": "menu", onclick: (event) => this.attach(event) }, icon("plus")),
      this.input, this.go);
    this.device = el("section", { class: this.rcs ? "device rcs" : "device", "aria-label": `Telefone de ${phone.name}` },
      el("div", { class: "glass", "aria-hidden": "true" }, this.time, icon("cell")),
      el("div", { class: "bar" }, el("span", { class: "back", "aria-hidden": "true" }, icon("back")), el("span", { class: "avatar", "aria-hidden": "true", text: business[0] }),
        el("div", {}, el("strong", {}, el("span", { text: business }), icon("verified")), this.subtitle),
        el("button", { type: "button", "aria-label": "Opções do telefone", "aria-haspopup": "menu", "data-testid": "phone-menu", onclick: (event) => this.menu(event) }, icon("more"))),
      this.chat, compose);
    this.card = el("div", { class: "card" });
    this.column = el("article", { class: "column", "data-testid": "phone", "data-phone": phone.id, "data-door": phone.door ?? "meta" }, this.card, this.device);
    this.actions = {
      tap: (message, option) => post(`/phones/${phone.id}/tap`, { message: message.id, option }),
      list: (message) => this.list(message),
      pay: (code) => openBank(this.device, code),
      find: (id) => this.messages.get(id),
    };
    this.update(phone);
  }

  update(phone) {
    this.phone = { ...this.phone, ...phone };
    const { name, debtor, number, hidden_number: hidden, presence } = this.phone;
    this.device.classList.toggle("off", presence === "off");
    const fact = (label, value) => el("button", { type: "button", title: "Escrever isto na conversa", onclick: () => { this.input.value = value; this.input.focus(); } }, el("span", { text: label }), value);
    const facts = [];
    if (debtor) {
      facts.push(fact(debtor.document.length === 11 ? "CPF" : "CNPJ", document_(debtor.document)));
      if (debtor.birth_date) facts.push(fact("Nasc.", brDate(debtor.birth_date)));
      if (debtor.debts[0]?.contract) facts.push(fact("Contrato", debtor.debts[0].contract));
    }
    const debts = (debtor?.debts ?? []).map((debt) => `${debt.description || "Dívida"} · ${debt.creditor} · contrato ${debt.contract} · venceu ${brDate(debt.due_date)}`);
    const short = debts.length === 1 ? debts[0].replace(/ · contrato [^·]* ·/, " ·") : `${debts.length} dívidas: ${debtor?.debts.map((debt) => debt.description || debt.creditor).join(", ")}`;
    const app = this.rcs ? "RCS · " : "WhatsApp · ";
    const aside = { open: "", closed: " · tela apagada", off: " · sem internet" }[presence];
    this.card.replaceChildren(
      el("div", { class: "card-head" }, avatar(name), el("div", {}, el("strong", { text: name }), el("small", { text: app + (hidden ? "sem telefone visível" : phoneNumber(number)) + aside })),
        el("button", { type: "button", "aria-label": `Guardar o telefone de ${name}`, "data-testid": "phone-close", onclick: () => remove(`/phones/${this.phone.id}`) }, icon("close"))),
      facts.length ? el("div", { class: "facts", "data-testid": "help-card" }, facts) : "",
      debts.length ? el("p", { class: "debts", title: debts.join("\n"), text: short }) : "");
  }

  make(message, turn) {
    if (!this.rcs) return bubble(message, turn, this.actions);
    const mine = [...this.messages.values()].filter((one) => one.side === "person").at(-1);
    return rcsBubble(message, turn, this.actions, mine?.id === message.id);
  }

  /** On RCS the business sees that somebody writes; told every few seconds at most. */
  writes() {
    if (!this.rcs || Date.now() - (this.told ?? 0) < 4000) return;
    this.told = Date.now();
    post(`/phones/${this.phone.id}/typing`).catch(() => {});
  }

  suggest() {
    if (!this.rcs) return;
    this.chips?.remove();
    this.chips = chips([...this.messages.values()].at(-1), this.actions);
    if (this.chips) this.chat.append(this.chips);
    const mine = [...this.chat.querySelectorAll(".state")];
    for (const state of mine) state.classList.toggle("past", state !== mine.at(-1));
  }

  async send() {
    const text = this.input.value.trim();
    if (!text) return;
    this.input.value = "";
    try { await post(`/phones/${this.phone.id}/text`, { text }); } catch { this.input.value = text; }
    this.input.focus();
  }

  put(message) {
    const known = this.messages.get(message.id);
    this.messages.set(message.id, { ...known, ...message });
    if (message.side === "business" && !known) this.typing(false);
    if (known) { this.redraw(message.id); return; }
    this.draw(message.id);
    this.scroll();
  }

  node(id) { return this.chat.querySelector(`[data-id="${CSS.escape(id)}"]`); }

  redraw(id) {
    const node = this.node(id);
    if (!node) return;
    const fresh = this.make(this.messages.get(id), node.classList.contains("turn"));
    const body = fresh.querySelector(".bubble");
    if (body) body.classList.add("still");
    node.replaceWith(fresh);
  }

  draw(id) {
    const message = this.messages.get(id);
    const list = [...this.messages.values()];
    const before = list[list.indexOf(message) - 1];
    const today = day(message.at, now());
    if (!before || day(before.at, now()) !== today) this.chat.append(el("div", { class: "day", text: today }));
    this.chat.append(this.make(message, !before || before.side !== message.side));
    this.suggest();
    if (this.dots) this.chat.append(this.dots);
  }

  redrawAll() {
    this.chat.replaceChildren(el("div", { class: "note", text: this.rcs ? `Conversa por RCS com ${business}. Demonstração: nenhuma mensagem sai deste computador.` : "Conversa de demonstração com a conta comercial. Nenhuma mensagem sai deste computador." }));
    const list = [...this.messages.values()];
    this.messages.clear();
    for (const message of list) { this.messages.set(message.id, message); this.draw(message.id); }
    this.scroll();
  }

  typing(on) {
    clearTimeout(this.typingTimer);
    this.dots?.remove();
    this.dots = null;
    this.subtitle.textContent = on ? "digitando…" : this.quiet;
    if (!on) return;
    this.dots = el("div", { class: "row bubble-in typing turn", "aria-label": "digitando" }, el("div", { class: "bubble" }, el("i"), el("i"), el("i")));
    this.dots.dataset.side = "typing";
    this.chat.append(this.dots);
    this.scroll();
    this.typingTimer = setTimeout(() => this.typing(false), 25000);
  }

  scroll() { this.chat.scrollTop = this.chat.scrollHeight; }

  list(message) {
    const { action } = message.content;
    const body = el("div", {});
    const close = veil(this.device, action.button, body, "list");
    for (const section of action.sections) {
      if (section.title) body.append(el("h4", { text: section.title }));
      for (const row of section.rows) {
        body.append(el("button", { type: "button", class: "choice", "data-testid": "list-row", "data-option": row.id, onclick: () => { close(); this.actions.tap(message, row.id); } },
          el("span", {}, el("b", { text: row.title }), row.description ? el("small", { text: row.description }) : null)));
      }
    }
    body.querySelector(".choice")?.focus();
  }

  popup(className, entries) {
    this.device.querySelector(".menu")?.remove();
    const menu = el("div", { class: `menu ${className}`, role: "menu" });
    const close = () => { menu.remove(); document.removeEventListener("click", close); document.removeEventListener("keydown", escape); };
    const escape = (event) => { if (event.key === "Escape") close(); };
    for (const entry of entries) {
      if (!entry) { menu.append(el("hr")); continue; }
      menu.append(el("button", { type: "button", role: entry.checked === undefined ? "menuitem" : "menuitemradio", "aria-checked": entry.checked === undefined ? null : String(entry.checked), "data-testid": entry.test, onclick: entry.run }, entry.icon ? icon(entry.icon) : null, entry.text));
    }
    this.device.append(menu);
    setTimeout(() => { document.addEventListener("click", close); document.addEventListener("keydown", escape); });
  }

  attach() {
    const path = `/phones/${this.phone.id}`;
    const sample = (kind) => () => upload(`${path}/media`, { kind });
    const pick = () => {
      const chooser = el("input", { type: "file" });
      chooser.addEventListener("change", () => {
        const [file] = chooser.files;
        if (!file) return;
        const [kind] = file.type.split("/");
        upload(`${path}/media`, { kind: ["image", "audio", "video"].includes(kind) ? kind : "document", file });
      });
      chooser.click();
    };
    this.popup("up", [
      { icon: "bank", text: "Pagar um código no banco", test: "attach-bank", run: () => openBank(this.device, "") }, null,
      { icon: "image", text: "Foto de um comprovante", test: "attach-image", run: sample("image") },
      { icon: "file", text: "Comprovante em PDF", test: "attach-document", run: sample("document") },
      { icon: "mic", text: "Mensagem de voz", test: "attach-audio", run: sample("audio") },
      { icon: "smile", text: "Figurinha", test: "attach-sticker", run: sample("sticker") },
      { icon: "pin", text: "Localização", test: "attach-location", run: () => post(`${path}/location`) },
      { icon: "plus", text: "Arquivo deste computador", test: "attach-file", run: pick },
    ]);
  }

  menu() {
    const path = `/phones/${this.phone.id}`;
    const presence = (value, text) => ({ text, checked: this.phone.presence === value, test: `presence-${value}`, run: () => post(`${path}/presence`, { presence: value }) });
    const event = (name, text) => ({ text, test: name, run: () => post(`${path}/identity`, { event: name }) });
    this.popup("", [
      presence("open", "Conversa aberta"), presence("closed", "Tela apagada"), presence("off", "Sem internet"), null,
      ...(this.rcs ? [event("unsubscribe", "Cancelar inscrição"), event("subscribe", "Voltar a se inscrever")] : [
      event("user_changed_number", "Trocar de número"), event("customer_identity_changed", "Reinstalar o WhatsApp")]), null,
      { text: "Guardar este telefone", run: () => remove(path) },
    ]);
  }
}

/* The page ------------------------------------------------------------------------------------------------- */

function show(phone, messages = []) {
  const view = new Phone(phone);
  phones.set(phone.id, view);
  for (const message of messages) view.messages.set(message.id, message);
  main.append(view.column);
  view.redrawAll();
  arrange();
  return view;
}

function arrange() {
  document.getElementById("empty").hidden = phones.size > 0;
  for (const button of document.querySelectorAll("#debtors button")) {
    const open = [...phones.values()].some((view) => view.phone.document === button.dataset.document);
    button.setAttribute("aria-pressed", String(open));
  }
}

async function open(asked) {
  if (phones.size >= 3) {
    const [oldest] = phones.values();
    await remove(`/phones/${oldest.phone.id}`);
    hide(oldest.phone.id);
  }
  const phone = await post("/phones", { ...asked, door: document.querySelector("input[name=door]:checked").value });
  await bring(phone);
  phones.get(phone.id)?.input.focus();
}

const arriving = new Map();

/** Shows a phone with its chat, or refreshes its card; two calls at once do it once. */
async function bring(phone) {
  if (!phones.has(phone.id)) {
    if (!arriving.has(phone.id)) {
      arriving.set(phone.id, (async () => {
        const [full, { items }] = await Promise.all([get(`/phones/${phone.id}`), get(`/phones/${phone.id}/messages`)]);
        show(full, items);
      })().finally(() => arriving.delete(phone.id)));
    }
    await arriving.get(phone.id);
  } else {
    const view = phones.get(phone.id);
    view.update(view.phone.document === phone.document ? phone : await get(`/phones/${phone.id}`));
    arrange();
  }
}

function hide(id) {
  phones.get(id)?.column.remove();
  phones.delete(id);
  arrange();
}

async function hear(event) {
  const view = phones.get(event.phone?.id ?? event.phone ?? event.message?.phone);
  switch (event.kind) {
    case "phone":
      if (!event.phone.shown) hide(event.phone.id);
      else await bring(event.phone);
      break;
    case "message": phones.get(event.message.phone)?.put(event.message); break;
    case "status": if (view?.messages.has(event.id)) view.put({ ...view.messages.get(event.id), status: event.status }); break;
    case "card": if (view?.messages.has(event.id)) view.put({ ...view.messages.get(event.id), payment: event.payment ?? undefined, paid: event.paid ?? view.messages.get(event.id).paid }); break;
    case "typing": view?.typing(true); break;
    case "clock": setClock(event.now); toast(`Agora é ${strip(now())}`); for (const each of phones.values()) each.redrawAll(); break;
    case "faults": drawFaults(event.items); break;
  }
}

function drawFaults(items) {
  const on = items.filter((item) => item.on).length;
  const count = document.getElementById("faults-count");
  count.hidden = !on;
  count.textContent = on;
  document.getElementById("faults-list").replaceChildren(...items.map((item) => {
    const button = (text, calls, pressed) => el("button", { type: "button", "aria-pressed": String(pressed), onclick: () => post("/faults", { name: item.name, calls }) }, text);
    return el("li", { class: item.on ? "on" : null, "data-testid": "fault", "data-fault": item.name }, item.label + (item.on && item.calls ? ` (falta ${item.calls})` : ""),
      el("div", {}, button("1×", 1, item.on && item.calls === 1), button("3×", 3, item.on && item.calls === 3), button("sempre", null, item.on && item.calls === null), item.on ? button("desligar", 0, false) : null));
  }));
}

async function search() {
  const { items } = await get(`/debtors?q=${encodeURIComponent(document.getElementById("search").value)}`);
  const list = document.getElementById("debtors");
  list.replaceChildren(...items.map((debtor) => {
    const debt = debtor.debts[0];
    const more = debtor.debts.length > 1 ? ` · ${debtor.debts.length} dívidas` : "";
    return el("li", {}, el("button", { type: "button", "data-testid": "debtor-item", "data-document": debtor.document, onclick: () => open({ debtor: debtor.document }) },
      avatar(debtor.name), el("span", { class: "who" }, el("strong", { text: debtor.name }), el("small", { text: `${document_(debtor.document)}${more}` }), el("small", { text: `${debt.creditor} · ${debt.description}` }))));
  }));
  if (!items.length) list.append(el("li", { class: "none", text: "Ninguém com esse nome ou número." }));
  arrange();
}

function listen(after) {
  stream?.close();
  stream = new EventSource(`${base}/events?after=${after}`);
  let queue = Promise.resolve();
  stream.addEventListener("message", (event) => { queue = queue.then(() => hear(JSON.parse(event.data))).catch(() => {}); });
  stream.addEventListener("reset", load);
}

async function load() {
  const state = await get("/state");
  setClock(state.now);
  for (const id of [...phones.keys()]) hide(id);
  for (const { messages, ...phone } of state.phones.slice(-3)) show(phone, messages);
  drawFaults(state.faults);
  for (const button of document.querySelectorAll("[data-advance]")) button.disabled = !state.can_move_clock;
  listen(state.last_event);
}

function toggle(button, panel) {
  const node = document.getElementById(panel);
  node.hidden = !node.hidden;
  button.setAttribute("aria-expanded", String(!node.hidden));
}

document.getElementById("people-toggle").addEventListener("click", (event) => toggle(event.currentTarget, "people"));
document.getElementById("faults-toggle").addEventListener("click", (event) => toggle(event.currentTarget, "faults"));
document.getElementById("faults-clear").addEventListener("click", () => post("/faults", { clear: true }));
for (const button of document.querySelectorAll("[data-advance]")) {
  button.addEventListener("click", () => post("/clock", { advance_seconds: Number(button.dataset.advance) }));
}
let typed;
document.getElementById("search").addEventListener("input", () => { clearTimeout(typed); typed = setTimeout(search, 150); });
document.getElementById("other").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = new FormData(event.currentTarget);
  await open({ number: form.get("number"), name: form.get("name"), ninth_digit: !form.get("short"), hidden_number: Boolean(form.get("hidden")), old: Boolean(form.get("old")) });
});
setInterval(tick, 5000);
await load();
await search();
