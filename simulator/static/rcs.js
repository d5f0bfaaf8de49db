// A telephone on RCS, drawn as Google's messages app draws it: bubbles, cards side by side, suggestions below the last message.

import { mediaAddress } from "./api.js";
import { copy, el, hour, icon, moment, toast } from "./element.js";

const PLAIN_LINK = /(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)])/g;

/** Text as RCS shows it: no marks, links live. */
function plain(text) {
  return text.split(PLAIN_LINK).map((piece, place) => (place % 2 ? el("a", { href: piece, target: "_blank", rel: "noopener noreferrer", text: piece }) : piece)).filter((piece) => piece !== "");
}

const ICONS = { openUrlAction: "link", dialAction: "call", createCalendarEventAction: "calendar", viewLocationAction: "pin", shareLocationAction: "pin" };

/** What a tap on a suggestion does: an answer goes to the business; an action is done here, and the business is told. */
function act(message, suggestion, actions) {
  const { action } = suggestion;
  const told = suggestion.reply ?? action;
  if (action?.openUrlAction) window.open(action.openUrlAction.url, "_blank", "noopener,noreferrer");
  if (action?.dialAction) toast(`Ligando para ${action.dialAction.phoneNumber}…`);
  if (action?.createCalendarEventAction) toast(`“${action.createCalendarEventAction.title}” na agenda: ${moment(action.createCalendarEventAction.startTime)}`);
  return actions.tap(message, told.postbackData);
}

function suggestionButton(message, suggestion, actions, className) {
  const told = suggestion.reply ?? suggestion.action;
  const drawing = suggestion.action ? ICONS[Object.keys(ICONS).find((name) => name in suggestion.action)] : null;
  return el("button", { type: "button", class: className, "data-testid": className === "chip" ? "chip" : "card-button", "data-option": told.postbackData, onclick: () => act(message, suggestion, actions) },
    drawing ? icon(drawing) : null, told.text);
}

/** The suggestions of the newest message; none once the person has answered. */
export function chips(message, actions) {
  if (message?.side !== "business" || !message.content?.suggestions?.length) return null;
  return el("div", { class: "chips", role: "group", "aria-label": "Sugestões", "data-testid": "chips" },
    message.content.suggestions.map((suggestion) => suggestionButton(message, suggestion, actions, "chip")));
}

function picture(file, alt = "Foto") {
  return el("a", { class: "shot", href: mediaAddress(file), target: "_blank", rel: "noopener" }, el("img", { src: mediaAddress(file), alt: file.altText ?? alt, loading: "lazy" }));
}

function paper(file) {
  const kind = (file.filename ?? "").split(".").at(-1).toUpperCase() || "ARQUIVO";
  return el("a", { class: "doc", href: mediaAddress(file), target: "_blank", rel: "noopener", "data-testid": "document-open" },
    el("span", { class: kind === "PDF" ? "sheet-mark pdf" : "sheet-mark", "aria-hidden": "true", text: kind.slice(0, 4) }),
    el("span", {}, el("b", { text: file.filename ?? "Documento" }), el("small", { text: "Toque para abrir" })));
}

function card(content, message, actions) {
  return el("article", { class: "rcard", "data-testid": "rcs-card" },
    content.media ? picture(content.media.contentInfo, "Imagem do cartão") : null,
    el("div", { class: "rcard-words" }, content.title ? el("h5", { text: content.title }) : null, content.description ? el("p", {}, plain(content.description)) : null),
    content.suggestions?.length ? el("div", { class: "rcard-buttons" }, content.suggestions.map((one) => suggestionButton(message, one, actions, "tonal"))) : null);
}

function fromBusiness(message, actions) {
  const { text, richCard, contentInfo } = message.content;
  if (richCard?.carouselCard) {
    return el("div", { class: "carousel", tabindex: "0", role: "group", "aria-label": "Cartões lado a lado", "data-testid": "carousel" }, richCard.carouselCard.cardContents.map((one) => card(one, message, actions)));
  }
  if (richCard?.standaloneCard) return card(richCard.standaloneCard.cardContent, message, actions);
  if (contentInfo) {
    const shown = (contentInfo.mime_type ?? "").startsWith("image/") ? picture(contentInfo) : paper(contentInfo);
    return el("div", { class: "bubble holds" }, shown);
  }
  const code = message.pay && text?.trim() === message.pay ? " code" : "";
  return el("div", { class: `bubble${code}` }, el("p", {}, plain(text ?? "")));
}

function fromPerson(message) {
  const content = message.content ?? {};
  switch (message.type) {
    case "text": return el("div", { class: "bubble" }, el("p", {}, plain(content.body ?? "")));
    case "suggestion": return el("div", { class: "bubble" }, el("p", { text: content.text }));
    case "image": return el("div", { class: "bubble holds" }, picture(content));
    case "sticker": return el("img", { class: "sticker", src: mediaAddress(content), alt: "Figurinha" });
    case "location": return el("div", { class: "bubble" }, el("p", { text: "📍 Localização" }));
    case "audio": {
      const player = new Audio(mediaAddress(content));
      return el("div", { class: "bubble voice" }, el("button", { type: "button", "aria-label": "Ouvir mensagem de voz", onclick: () => player.play().catch(() => toast("Este navegador não toca este áudio.")) }, icon("play")), el("i"));
    }
    default: return el("div", { class: "bubble holds" }, paper(content));
  }
}

function payRow(message, actions) {
  if (message.side !== "business" || !message.pay) return null;
  return el("div", { class: "pay-row" },
    el("button", { type: "button", class: "chip", "data-testid": "pix-copy", onclick: async () => { await copy(message.pay); toast("Código copiado."); } }, icon("copy"), "Copiar código"),
    el("button", { type: "button", class: "chip strong", "data-testid": "pay", onclick: () => actions.pay(message.pay) }, icon("bank"), message.paid ? "Pagar de novo" : "Pagar"));
}

const STATUS = { sending: "Enviando…", sent: "Enviada", delivered: "Entregue", read: "Lida", failed: "Não entregue" };

/** The whole row of a message; `turn` when the other side spoke before it, `last` when it is the person's newest. */
export function rcsBubble(message, turn, actions, last = false) {
  if (message.type === "system") return el("div", { class: "note", "data-id": message.id });
  const side = message.side === "business" ? "bubble-in" : "bubble-out";
  const state = `${hour(message.at)} · ${STATUS[message.status] ?? ""}`;
  return el("div", { class: `row ${side}${turn ? " turn" : ""}`, "data-testid": side, "data-id": message.id, "data-type": message.type, title: hour(message.at) },
    message.side === "business" ? fromBusiness(message, actions) : fromPerson(message),
    payRow(message, actions),
    message.side === "person" ? el("small", { class: last ? "state" : "state past", "data-status": message.status, text: state }) : null);
}
