// Files of the talk, looked at closely: photos that zoom and turn, the pages of a PDF as pictures, recordings at their speed.
"use strict";

(() => {
  const one = (selector, root = document) => root.querySelector(selector);
  const dialog = one("#viewer");
  if (!dialog) return;
  const picture = one("#viewer-picture");
  const count = one("#viewer-count");
  let scale = 1;
  let turn = 0;
  let pages = null;
  let page = 1;

  function draw() {
    picture.style.transform = `rotate(${turn}deg) scale(${scale})`;
    dialog.dataset.scale = String(scale);
    dialog.dataset.turn = String(turn);
  }
  function zoom(by) { scale = Math.min(5, Math.max(0.5, Math.round((scale + by) * 4) / 4)); draw(); }
  function rotate(by) { turn = (turn + by + 360) % 360; draw(); }
  function reset() { scale = 1; turn = 0; draw(); }
  async function show(number) {
    const answer = await fetch(pages + number, { credentials: "same-origin" });
    if (!answer.ok) { count.textContent = await answer.text(); return; }
    page = number;
    const all = Number(answer.headers.get("X-Pages"));
    // Asked for again, it comes from what the browser keeps: pictures from elsewhere, blobs too, the policy of the page lets none in.
    await answer.blob();
    picture.src = pages + number;
    picture.alt = `Página ${page} de ${all}`;
    count.textContent = `Página ${page} de ${all}`;
    one("[data-page='-1']").disabled = page <= 1;
    one("[data-page='1']").disabled = page >= all;
    reset();
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-view]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    pages = link.dataset.pages ?? null;
    dialog.dataset.pdf = pages ? "yes" : "no";
    count.textContent = "";
    reset();
    if (pages) { picture.removeAttribute("src"); show(1); } else { picture.src = link.href; picture.alt = one("img", link)?.alt ?? ""; }
    dialog.showModal();
  });
  dialog.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.zoom) zoom(Number(button.dataset.zoom));
    if (button.dataset.turn) rotate(Number(button.dataset.turn));
    if (button.dataset.page) show(page + Number(button.dataset.page));
    if (button.id === "viewer-reset") reset();
  });
  dialog.addEventListener("keydown", (event) => {
    const deed = {
      "+": () => zoom(0.25), "=": () => zoom(0.25), "-": () => zoom(-0.25), "0": reset,
      r: () => rotate(90), R: () => rotate(-90),
      ArrowRight: () => pages && !one("[data-page='1']").disabled && show(page + 1),
      ArrowLeft: () => pages && !one("[data-page='-1']").disabled && show(page - 1),
    }[event.key];
    if (deed) { event.preventDefault(); deed(); }
  });
  dialog.addEventListener("close", () => picture.removeAttribute("src"));

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-speed]");
    if (!button) return;
    const sound = one("audio", button.closest(".sound"));
    sound.playbackRate = Number(button.dataset.speed);
    for (const other of button.parentElement.children) other.setAttribute("aria-pressed", String(other === button));
  });
})();
