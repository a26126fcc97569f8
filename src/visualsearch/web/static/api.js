/** The only module that talks to the server. */

const KEY = "visualsearch-key";

/** What the server, or the way to it, answered instead of what was asked. */
export class Problem extends Error {
  constructor(status, code, detail, retryAfterS) {
    super(detail);
    this.status = status;
    this.code = code;
    /** Seconds after which to try again, or 0 if that will not help. */
    this.retryAfterS = retryAfterS;
  }
}

/** Search by an uploaded picture; `box` is [left, top, right, bottom] in fractions, or null; `colour` same or any. */
export function searchPicture(picture, box, colour, limit, signal) {
  const form = new FormData();
  form.append("picture", picture, "picture");
  form.append("colour", colour);
  form.append("limit", limit);
  if (box) form.append("box", box.map((side) => side.toFixed(4)).join(","));
  return ask("/v1/search", { method: "POST", body: form, signal });
}

/** Search for the like of a product. */
export function searchLike(product, colour, limit, signal) {
  const body = JSON.stringify({ product, colour, limit });
  return ask("/v1/search", { method: "POST", body, signal, headers: { "Content-Type": "application/json" } });
}

/** List the pictures to try the search with. */
export async function listSamples() {
  return (await ask("/v1/samples")).samples;
}

/** Tell how much the catalogue holds; a Problem with code "unavailable" if it is not ready. */
export function readSize() {
  return ask("/readyz");
}

/** Bring a picture of this server. */
export async function fetchPicture(url) {
  return (await reach(url)).blob();
}

/** The address of a kept picture, reduced to a width. */
export function pictureAddress(picture, width) {
  return `/v1/pictures/${picture}?width=${width}`;
}

async function ask(url, options) {
  return (await reach(url, options)).json();
}

async function reach(url, options) {
  let response = await send(url, options);
  if (response.status === 401 && askForKey()) response = await send(url, options);
  if (response.ok) return response;
  const said = await response.json().catch(() => ({}));
  const retryAfterS = Number(response.headers.get("Retry-After")) || 0;
  throw new Problem(response.status, said.code ?? "unknown", said.detail ?? response.statusText, retryAfterS);
}

async function send(url, options = {}) {
  const key = sessionStorage.getItem(KEY);
  const headers = { ...options.headers, ...(key && { Authorization: `Bearer ${key}` }) };
  try {
    return await fetch(url, { ...options, headers });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(0, "offline", "The server cannot be reached.", 0);
  }
}

/** Ask for the key that the server wants, and tell whether there is one; it is kept until the tab is closed. */
function askForKey() {
  const key = prompt("This server asks for a key, as its operator gave it to you:")?.trim();
  if (key) sessionStorage.setItem(KEY, key);
  else sessionStorage.removeItem(KEY);
  return Boolean(key);
}
