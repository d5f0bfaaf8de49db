// The page's only way to the simulator.

import { toast } from "./element.js";

export const base = document.documentElement.dataset.base;

async function answer(response) {
  const body = await response.json();
  if (!response.ok) {
    toast(body.detail ?? "Não deu certo.");
    throw new Error(body.detail);
  }
  return body;
}

export const get = async (path) => answer(await fetch(base + path));

export const post = async (path, body = {}) =>
  answer(await fetch(base + path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }));

export const upload = async (path, fields) => {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  return answer(await fetch(base + path, { method: "POST", body: form }));
};

export const remove = async (path) => answer(await fetch(base + path, { method: "DELETE" }));

export const mediaAddress = (file) => (file.id ? `${base}/media/${encodeURIComponent(file.id)}` : file.link);
