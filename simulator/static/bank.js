// The payer's bank, as a sheet on the phone: shows whom and how much, then pays.

import { post } from "./api.js";
import { brDate, document_, el, icon, moment, money } from "./element.js";

function veil(device, title, body, className) {
  const shade = el("div", { class: "veil" });
  const close = () => shade.remove();
  const sheet = el("div", { class: `sheet ${className}`, role: "dialog", "aria-modal": "true", "aria-label": title },
    el("div", { class: "sheet-head" }, el("h3", {}, className === "bank" ? icon("bank") : null, title),
      el("button", { type: "button", "aria-label": "Fechar", "data-testid": "sheet-close", onclick: close }, icon("close"))),
    body);
  shade.append(sheet);
  shade.addEventListener("click", (event) => { if (event.target === shade) close(); });
  shade.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
  device.append(shade);
  sheet.querySelector("button.go, .choice, input, textarea")?.focus();
  return close;
}

export { veil };

/** Opens the bank for a code; without one it asks for it. */
export async function openBank(device, code) {
  const body = el("div", { class: "bank-body" });
  const close = veil(device, "Banco de demonstração", body, "bank");
  if (!code) {
    const area = el("textarea", { rows: "4", "aria-label": "Código Pix ou linha digitável", placeholder: "Cole aqui o código Pix ou a linha do boleto", "data-testid": "bank-code" });
    body.append(area, el("p"), el("button", { type: "button", class: "go", text: "Continuar", onclick: () => { close(); openBank(device, area.value.trim()); } }));
    area.focus();
    return;
  }
  const found = await post("/pay/preview", { code });
  if (found.status !== "payable") {
    body.append(result(false, "Não dá para pagar", found.message, ""));
    return;
  }
  const other = el("input", { inputmode: "decimal", placeholder: "Por exemplo 50,00", "aria-label": "Outro valor", "data-testid": "pay-amount" });
  const facts = [["Para", found.payee], ["CNPJ ou CPF", document_(found.document)], ["Cidade", found.city]];
  if (found.due_date) facts.push(["Vencimento", brDate(found.due_date)]);
  if (found.expires_at) facts.push(["Válido até", found.means === "boleto" ? brDate(found.expires_at) : moment(found.expires_at)]);
  if (found.added) facts.push(["Encargos do atraso, já somados", money(found.added)]);
  const confirm = el("button", { type: "button", class: "go", "data-testid": "pay-confirm", text: "Confirmar pagamento" });
  confirm.addEventListener("click", async () => {
    const typed = other.value.trim().replace(/\.(?=\d{3}(\D|$))/g, "").replace(",", ".");
    confirm.disabled = true;
    const paid = await post("/pay", typed ? { code, amount: typed } : { code });
    body.replaceChildren(paid.status === "paid"
      ? result(true, found.means === "boleto" ? `Boleto de ${money(paid.amount)} pago` : `Pix de ${money(paid.amount)} enviado`, `Para ${found.payee}`, paid.end_to_end_id)
      : result(false, "Pagamento recusado", paid.message, ""));
    body.append(el("button", { type: "button", class: "go", text: "Voltar à conversa", "data-testid": "pay-done", onclick: close }));
  });
  body.append(el("div", { text: "Você vai pagar" }), el("div", { class: "sum", "data-testid": "pay-sum", text: found.amount ? money(found.amount) : "valor livre" }),
    el("dl", {}, facts.filter(([, value]) => value).map(([name, value]) => [el("dt", { text: name }), el("dd", { text: value })]).flat()),
    found.paid_before ? el("p", { class: "warn", text: "Esta cobrança já foi paga. Confirmar agora faz um segundo pagamento." }) : "",
    el("details", { open: found.amount ? null : true }, el("summary", { text: "Pagar outro valor" }), other), confirm);
  confirm.focus();
}

function result(good, title, text, code) {
  return el("div", { class: "done", role: "status", "data-testid": "pay-result", "data-result": good ? "paid" : "refused" },
    el("div", { class: good ? "mark" : "mark bad" }, icon(good ? "check" : "close")), el("h3", { text: title }), el("p", { text }), el("p", {}, el("code", { text: code })));
}
