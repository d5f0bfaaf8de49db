// One message, drawn as on a phone. `actions` says what taps do: tap(message, option), list(message), pay(code), find(id).

import { mediaAddress } from "./api.js";
import { copy, el, hour, icon, moment, money, rich, toast } from "./element.js";

const NAMES = { image: "Foto", document: "Documento", audio: "Mensagem de voz", video: "Vídeo", sticker: "Figurinha", location: "Localização" };

/** What a message says in a few words, for quotes. */
export function summary(message) {
  const content = message.content ?? {};
  if (message.type === "template") return message.text;
  if (message.type === "text") return content.body;
  if (message.type === "interactive") return content.body?.text ?? content.button_reply?.title ?? content.list_reply?.title ?? "Resposta";
  if (message.type === "button") return content.text;
  return content.caption ?? NAMES[message.type] ?? "Mensagem";
}

function ticks(message) {
  if (message.status === "failed") return el("span", { class: "failed", title: "Não entregue", text: "!" });
  if (message.side !== "person") return null;
  if (message.status === "sending") return icon("clock", "waiting");
  if (message.status === "read") return icon("checks", "seen");
  return icon(message.status === "delivered" ? "checks" : "check");
}

const STATUS = { sending: "enviando", sent: "enviada", delivered: "entregue", read: "lida", failed: "não entregue" };

function when(message) {
  const words = message.side === "person" ? `, ${STATUS[message.status] ?? ""}` : "";
  return el("span", { class: "when", "aria-label": hour(message.at) + words, "data-status": message.status }, hour(message.at), ticks(message));
}

function words(text, className = null) {
  return text ? el("p", { class: className }, rich(text)) : null;
}

function fileLine(file) {
  const kind = (file.filename ?? "").split(".").at(-1).toUpperCase() || "ARQUIVO";
  return el("a", { class: kind === "PDF" ? "file paper" : "file", href: mediaAddress(file), target: "_blank", rel: "noopener", "data-testid": "document-open" },
    icon("file"), el("span", {}, el("b", { text: file.filename ?? "Documento" }), el("small", { text: `${kind} · toque para abrir` })));
}

function photo(file, alt = "Foto") {
  return el("a", { class: "photo", href: mediaAddress(file), target: "_blank", rel: "noopener" }, el("img", { src: mediaAddress(file), alt, loading: "lazy" }));
}

function header(head) {
  if (!head) return null;
  if (head.type === "text") return words(head.text, "head");
  if (head.type === "document") return fileLine(head.document);
  if (head.type === "image") return photo(head.image);
  return null;
}

function voice(file) {
  const player = new Audio(mediaAddress(file));
  return el("div", { class: "voice" },
    el("button", { type: "button", "aria-label": "Ouvir mensagem de voz", onclick: () => player.play().catch(() => toast("Este navegador não toca este áudio.")) }, icon("play")), el("i"));
}

function payButtons(code, actions, paid) {
  return el("div", { class: "options" },
    el("button", { type: "button", "data-testid": "pix-copy", onclick: async () => { await copy(code); toast("Código copiado."); } }, icon("copy"), /^\d+$/.test(code) ? "Copiar linha digitável" : "Copiar código Pix"),
    el("button", { type: "button", class: paid ? "pay again" : "pay", "data-testid": "pay", onclick: () => actions.pay(code) }, icon("bank"), paid ? "Pagar de novo" : "Pagar"));
}

const CARD = { captured: ["Pago", true], failed: ["Pagamento não concluído", false] };

function card(parameters, message, body, footer) {
  const order = parameters.order;
  const pix = parameters.payment_settings.find((setting) => setting.type === "pix_dynamic_code")?.pix_dynamic_code;
  const slip = parameters.payment_settings.find((setting) => setting.type === "boleto")?.boleto;
  const way = pix && slip ? "Pagamento com Pix ou boleto" : pix ? "Pagamento com Pix" : slip ? "Pagamento com boleto" : "Pagamento";
  const lines = [];
  const line = (name, value, className = null) => lines.push(el("dt", { class: className, text: name }), el("dd", { class: className, text: value }));
  if (order) {
    for (const item of order.items) line(item.quantity > 1 ? `${item.quantity} × ${item.name}` : item.name, money((item.sale_amount ?? item.amount).value * item.quantity));
    if (order.tax?.value) line(order.tax.description ?? "Taxas", money(order.tax.value));
    if (order.shipping?.value) line(order.shipping.description ?? "Frete", money(order.shipping.value));
    if (order.discount?.value) line(order.discount.description ?? "Desconto", `− ${money(order.discount.value)}`);
    line("Total", money(parameters.total_amount.value), "sum");
  }
  if (pix) line("Para", pix.merchant_name);
  if (order?.expiration) line("Válido até", moment(Number(order.expiration.timestamp) * 1000));
  const state = message.payment ?? {};
  const [label, paid] = CARD[state.payment] ?? (state.order === "canceled" ? ["Cancelado", false] : ["Aguardando pagamento", false]);
  return el("div", { class: "pix", "data-testid": "pix-card", "data-payment": state.payment ?? "pending" },
    el("div", { class: "pix-top" }, icon("pix"), el("div", {}, el("small", { text: way }), el("b", { text: money(parameters.total_amount.value) }))),
    el("dl", {}, lines), words(body), words(footer, "foot"),
    pix && slip ? el("button", { type: "button", class: "slip-copy", "data-testid": "slip-copy", onclick: async () => { await copy(slip.digitable_line); toast("Linha copiada."); } }, icon("copy"), "Copiar linha do boleto") : null,
    el("span", { class: paid ? "pill paid" : "pill", "data-testid": "card-status" }, paid ? icon("check") : null, label));
}

function location(content) {
  return [el("span", { class: "map", role: "img", "aria-label": "Mapa" }, icon("pin")), words([content.name, content.address].filter(Boolean).join("\n") || "Localização")];
}

function inside(message) {
  const content = message.content ?? {};
  switch (message.type) {
    case "text": return [words(content.body)];
    case "image": return [photo(content, content.caption ?? "Foto"), words(content.caption)];
    case "document": return [fileLine(content), words(content.caption)];
    case "audio": return [voice(content)];
    case "video": return [fileLine({ ...content, filename: "video.mp4" }), words(content.caption)];
    case "sticker": return [el("img", { class: "sticker", src: mediaAddress(content), alt: "Figurinha" })];
    case "location": return location(content);
    case "button": return [words(content.text)];
    case "reaction": return [words(content.emoji || "reação retirada")];
    case "template": return [header(message.header), message.order ? card(message.order, message, message.text, null) : words(message.text)];
    case "interactive":
      if (content.button_reply) return [words(content.button_reply.title)];
      if (content.list_reply) return [words(content.list_reply.title, "head"), words(content.list_reply.description, "foot")];
      if (content.type === "order_details") return [card(content.action.parameters, message, content.body.text, content.footer?.text)];
      return [header(content.header), words(content.body?.text), words(content.footer?.text, "foot")];
    default: return [el("p", { class: "foot", text: `[${message.type}]` })];
  }
}

function below(message, actions) {
  if (message.side !== "business") return null;
  const content = message.content ?? {};
  const paid = message.paid || message.payment?.payment === "captured";
  if (message.type === "template" && message.quick_replies?.length) {
    return el("div", { class: "options" }, message.quick_replies.map((reply) =>
      el("button", { type: "button", "data-testid": "reply-button", onclick: () => actions.tap(message, reply.payload) }, icon("reply"), reply.text)));
  }
  if (message.type === "interactive" && content.type === "button") {
    return el("div", { class: "options", role: "group", "aria-label": "Respostas rápidas" }, content.action.buttons.map(({ reply }) =>
      el("button", { type: "button", "data-testid": "reply-button", "data-option": reply.id, onclick: () => actions.tap(message, reply.id) }, icon("reply"), reply.title)));
  }
  if (message.type === "interactive" && content.type === "list") {
    return el("div", { class: "options" }, el("button", { type: "button", "data-testid": "list-open", "aria-haspopup": "dialog", onclick: () => actions.list(message) }, icon("list"), content.action.button));
  }
  if (message.type === "interactive" && content.type === "cta_url") {
    const { display_text: label, url } = content.action.parameters;
    return el("div", { class: "options" }, el("a", { href: url, target: "_blank", rel: "noopener noreferrer", "data-testid": "link-button" }, icon("link"), label));
  }
  return message.pay && message.payment?.order !== "canceled" ? payButtons(message.pay, actions, paid) : null;
}

/** The whole row of a message; `turn` when the other side spoke before it (then it has a tail). */
export function bubble(message, turn, actions) {
  const side = message.side === "business" ? "bubble-in" : "bubble-out";
  const system = message.type === "system";
  if (system) return el("div", { class: "note", "data-id": message.id, text: "Mudança de número ou de aparelho avisada à empresa." });
  const options = below(message, actions);
  const wide = message.type === "template" || message.pay || (options && message.type === "interactive");
  const quoted = message.reply_to ? actions.find(message.reply_to) : null;
  const bare = message.type === "sticker" ? " bare" : "";
  const code = message.pay && message.type === "text" && message.content.body.trim() === message.pay ? " code" : "";
  return el("div", { class: `row ${side}${turn ? " turn" : ""}${wide ? " wide" : ""}`, "data-testid": side, "data-id": message.id, "data-type": message.content?.type ?? message.type },
    el("div", { class: `bubble${bare}${code}` },
      quoted ? el("div", { class: "quote" }, el("b", { text: quoted.side === "business" ? document.documentElement.dataset.business : "Você" }), summary(quoted).slice(0, 90)) : null,
      inside(message), when(message)),
    options);
}
