// Files to send: chosen, dropped on the talk or pasted into the reply; nothing goes without the button.
"use strict";

(() => {
  const one = (selector, root = document) => root.querySelector(selector);
  const composer = window.deskComposer;
  const form = one("#attach");
  if (!composer || !form) return;
  const button = one("#open-attach");
  const input = one("input[type=file]", form);
  const name = one("#attach-name");
  function show(open) {
    form.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    if (open) input.focus();
  }
  function take(files) {
    if (!files.length || one("#reply-fields").disabled) return;
    const data = new DataTransfer();
    data.items.add(files[0]);
    input.files = data.files;
    show(true);
    told();
  }
  function told() {
    const file = input.files[0];
    name.textContent = file ? `${file.name} · ${Math.max(1, Math.round(file.size / 1000))} kB` : "";
    if (file && file.size > 16000000) composer.trouble("O arquivo passa de 16 MB. Envie um menor.");
  }
  form.hidden = true;
  button.addEventListener("click", () => show(form.hidden));
  input.addEventListener("change", told);
  one("#attach-cancel").addEventListener("click", () => { form.reset(); told(); show(false); composer.reply.focus(); });
  const talk = one("main.talk");
  talk.addEventListener("dragover", (event) => { if (event.dataTransfer.types.includes("Files")) event.preventDefault(); });
  talk.addEventListener("drop", (event) => { if (event.dataTransfer.files.length) { event.preventDefault(); take(event.dataTransfer.files); } });
  composer.reply.addEventListener("paste", (event) => { if (event.clipboardData.files.length) { event.preventDefault(); take(event.clipboardData.files); } });
  document.body.addEventListener("desk-file-written", () => { form.reset(); told(); show(false); composer.trouble(""); composer.reply.focus(); });
  window.deskKeys?.command("Anexar um arquivo", "#open-attach", { group: "Conversa" });
})();
