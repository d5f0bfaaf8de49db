// Small tools to build the page without ever writing text as HTML.

const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes (`on…` are listeners, `text` is its text) and children. */
export function el(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "text") node.textContent = value;
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** A drawing of the page's sprite. */
export function icon(name, className = "") {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.setAttribute("aria-hidden", "true");
  if (className) svg.setAttribute("class", className);
  svg.append(use);
  return svg;
}

const ZONE = { timeZone: "America/Sao_Paulo" };
const HOUR = new Intl.DateTimeFormat("pt-BR", { ...ZONE, hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("pt-BR", { ...ZONE, day: "numeric", month: "long", year: "numeric" });
const MOMENT = new Intl.DateTimeFormat("pt-BR", { ...ZONE, day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit" });
const STRIP = new Intl.DateTimeFormat("pt-BR", { ...ZONE, weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });

export const hour = (iso) => HOUR.format(new Date(iso));
export const moment = (when) => MOMENT.format(new Date(when)).replace(",", " às");
export const strip = (when) => STRIP.format(when);

/** "Hoje", "Ontem" or the date, as seen at `now`. */
export function day(iso, now) {
  const words = DAY.format(new Date(iso));
  if (words === DAY.format(now)) return "Hoje";
  if (words === DAY.format(new Date(now.getTime() - 86400000))) return "Ontem";
  return words;
}

/** Centavos, or text such as "123.45", as money; digits only, no floating point. */
export function money(value) {
  const text = typeof value === "number" ? `${Math.trunc(value / 100)}.${String(value % 100).padStart(2, "0")}` : value;
  const [whole, cents] = text.split(".");
  return `R$ ${whole.replace(/\B(?=(\d{3})+$)/g, ".")},${(cents ?? "00").padEnd(2, "0")}`;
}

/** A CPF or CNPJ with its punctuation. */
export function document_(text) {
  if (text.length === 11) return text.replace(/^(...)(...)(...)(..)$/, "$1.$2.$3-$4");
  if (text.length === 14) return text.replace(/^(..)(...)(...)(....)(..)$/, "$1.$2.$3/$4-$5");
  return text;
}

/** A Brazilian number as people write it. */
export function phoneNumber(digits) {
  const found = /^55(\d\d)(\d{4,5})(\d{4})$/.exec(digits);
  return found ? `+55 ${found[1]} ${found[2]}-${found[3]}` : digits;
}

export const brDate = (iso) => (/^\d{4}-\d\d-\d\d$/.test(iso) ? iso.split("-").reverse().join("/") : iso);

export function initials(name) {
  const words = name.split(/\s+/).filter(Boolean);
  return ((words[0]?.[0] ?? "?") + (words.length > 1 ? words.at(-1)[0] : "")).toUpperCase();
}

export function avatar(name) {
  const tone = [...name].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % 6;
  return el("span", { class: `avatar tone-${tone}`, "aria-hidden": "true", text: initials(name) });
}

/** Text as WhatsApp shows it: *bold*, _italic_, ~struck~, ```typed``` and links. */
export function rich(text) {
  const pieces = [];
  const pattern = /```([\s\S]+?)```|(?<![\p{L}\p{N}])\*(\S(?:[^*\n]*\S)?)\*(?![\p{L}\p{N}])|(?<![\p{L}\p{N}])_(\S(?:[^_\n]*\S)?)_(?![\p{L}\p{N}])|(?<![\p{L}\p{N}])~(\S(?:[^~\n]*\S)?)~(?![\p{L}\p{N}])|(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)])/gu;
  let last = 0;
  for (const found of text.matchAll(pattern)) {
    pieces.push(text.slice(last, found.index));
    if (found[1]) pieces.push(el("code", { text: found[1] }));
    else if (found[2]) pieces.push(el("strong", {}, rich(found[2])));
    else if (found[3]) pieces.push(el("em", {}, rich(found[3])));
    else if (found[4]) pieces.push(el("s", {}, rich(found[4])));
    else pieces.push(el("a", { href: found[5], target: "_blank", rel: "noopener noreferrer", text: found[5] }));
    last = found.index + found[0].length;
  }
  pieces.push(text.slice(last));
  return pieces.filter((piece) => piece !== "");
}

let hiding;
export function toast(text) {
  const node = document.getElementById("toast");
  node.textContent = text;
  node.classList.add("show");
  clearTimeout(hiding);
  hiding = setTimeout(() => node.classList.remove("show"), 2600);
}

/** Copies text, also where the clipboard needs a secure page. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = el("textarea", { "aria-hidden": "true" });
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}
