/** The page: one question at a time, from a picture to what is like it. */

import { Problem, fetchPicture, listSamples, pictureAddress, readSize, searchLike, searchPicture } from "./api.js";
import { makeFrame } from "./frame.js";
import { showHits, showSkeletons } from "./hits.js";
import { shrink } from "./shrink.js";

const LIMIT = 24;
const MOST_TRIES = 6;
const WHOLE = [0, 0, 1, 1];
/** How sure a region is that is offered. */
const LEAST_SCORE = 0.3;

const at = (id) => document.getElementById(id);
const frame = makeFrame({ frame: at("frame"), picture: at("picture"), box: at("box"), outlines: at("outlines") }, askBox);

/** The picture that is asked with, small enough to send; null while a product is. */
let picture = null;
/** What to ask again when the server can be reached again. */
let retry = null;
let running = new AbortController();
/** What was asked last, to ask again in other colours. */
let last = null;

function colour() {
  return at("any-colour").checked ? "any" : "same";
}

async function askPicture(chosen) {
  let small;
  try {
    small = await shrink(chosen);
  } catch {
    tell("This is no picture that your browser can read. Try a JPEG, PNG or WebP.", { isBad: true });
    return;
  }
  picture = small;
  showAsked(URL.createObjectURL(small), "Your picture", true);
  await search((signal) => searchPicture(small, null, colour(), LIMIT, signal), null);
}

async function askBox(box) {
  if (!picture) return;
  const asked = box ?? WHOLE;
  frame.mark(asked, true);
  await search((signal) => searchPicture(picture, asked, colour(), LIMIT, signal), asked);
}

async function askLike({ product, picture: seen }) {
  picture = null;
  showAsked(pictureAddress(seen, 640), product.title || product.id, false);
  scrollTo({ top: 0 });
  await search((signal) => searchLike(product.id, colour(), LIMIT, signal), WHOLE);
}

/** Search, and try again by itself as long as the server says when to; a newer question ends an older. */
async function search(ask, drawn) {
  running.abort();
  running = new AbortController();
  const { signal } = running;
  retry = last = () => search(ask, drawn);
  showSkeletons(at("hits"));
  tell("Searching…");
  try {
    const answer = await patiently(ask, signal);
    retry = null;
    if (!drawn) {
      frame.mark(answer.box);
      offerRegions(answer.regions);
    }
    showHits(at("hits"), answer.hits, askLike);
    tell(summary(answer));
  } catch (error) {
    if (signal.aborted) return;
    showHits(at("hits"), [], askLike);
    tellProblem(error);
  }
}

async function patiently(ask, signal) {
  for (let tries = 1; ; tries++) {
    try {
      return await ask(signal);
    } catch (error) {
      if (!(error instanceof Problem) || !error.retryAfterS || tries === MOST_TRIES) throw error;
      tell("Many are searching just now. Trying again by itself…");
      await new Promise((resolve) => setTimeout(resolve, 1000 * error.retryAfterS));
      signal.throwIfAborted();
    }
  }
}

function tellProblem(error) {
  if (!(error instanceof Problem)) throw error;
  const texts = {
    offline: "The server cannot be reached. The search goes on when it can.",
    "not-a-picture": "This is no picture that can be read. Try a JPEG, PNG or WebP.",
    "too-large": "This picture is too large.",
    overloaded: "Too many are searching just now. Try again in a while.",
  };
  const text = texts[error.code] ?? (error.status >= 500 ? "The search does not work just now." : error.message);
  tell(text, { isBad: true, canRetry: error.status === 0 || error.status === 429 || error.status >= 500 });
}

function tell(text, { isBad = false, canRetry = false } = {}) {
  at("status").textContent = text;
  at("status").classList.toggle("bad", isBad);
  at("again").hidden = !canRetry;
}

function showAsked(url, description, isDrawable) {
  const before = at("picture").src;
  if (before.startsWith("blob:")) URL.revokeObjectURL(before);
  at("main").classList.remove("start");
  at("asked").hidden = false;
  at("drop").classList.add("small");
  at("whole").hidden = !isDrawable;
  offerRegions([]);
  at("hint").textContent = isDrawable ? "Choose a product, or draw a box, to search only that; arrow keys and Enter do it too." : `Like: ${description}`;
  frame.show(url, description, isDrawable);
}

/** Show what may be searched for by itself: outlined in the picture, and as buttons. */
function offerRegions(regions) {
  const sure = regions.filter(({ score }) => score >= LEAST_SCORE);
  frame.offer(sure.map(({ box }) => box));
  at("regions").hidden = !sure.length;
  at("regions").replaceChildren(...sure.map(regionElement));
}

function regionElement({ kind, box }) {
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: kind });
  button.addEventListener("click", () => askBox(box));
  const item = document.createElement("li");
  item.append(button);
  return item;
}

function summary({ hits, found }) {
  if (!hits.length) return "Nothing like it was found. Try another picture.";
  if (!found) return "Nothing quite like it was found. This comes nearest; a box around the product may help.";
  return `${counted(hits.length, "product")}, the likeliest first`;
}

function counted(count, noun) {
  return `${count.toLocaleString()} ${noun}${count === 1 ? "" : "s"}`;
}

async function showSize() {
  try {
    const { products } = await readSize();
    at("size").textContent = counted(products, "product");
    if (!products) tell("The catalogue is empty: bring in products first, then search.");
  } catch (error) {
    if (error.code === "offline") tellProblem(error);
    else tell(`The search is not ready yet: ${error.message}`, { isBad: true });
  }
}

async function showSamples() {
  const samples = await listSamples();
  at("samples").hidden = samples.length === 0;
  at("sample-list").replaceChildren(...samples.map(sampleElement));
}

function sampleElement({ name, url }) {
  const shown = Object.assign(document.createElement("img"), { src: url, alt: name, loading: "lazy" });
  const button = Object.assign(document.createElement("button"), { type: "button" });
  button.append(shown);
  button.addEventListener("click", async () => askPicture(await fetchPicture(url)));
  const item = document.createElement("li");
  item.append(button);
  return item;
}

function pictureOf(transfer) {
  return [...(transfer?.files ?? [])].find((file) => file.type.startsWith("image/"));
}

at("file").addEventListener("change", ({ target }) => {
  if (target.files[0]) askPicture(target.files[0]);
  target.value = ""; // so that the same picture can be chosen again
});
at("any-colour").addEventListener("change", () => last?.());
at("whole").addEventListener("click", () => askBox(null));
at("again").addEventListener("click", () => (retry ?? showSize)());
addEventListener("online", () => retry?.());
addEventListener("paste", (event) => {
  const pasted = pictureOf(event.clipboardData);
  if (pasted) askPicture(pasted);
});
addEventListener("dragover", (event) => {
  event.preventDefault();
  document.body.classList.add("dragging");
});
addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) document.body.classList.remove("dragging");
});
addEventListener("drop", (event) => {
  event.preventDefault();
  document.body.classList.remove("dragging");
  const dropped = pictureOf(event.dataTransfer);
  if (dropped) askPicture(dropped);
  else tell("That was no picture. Drop a picture file.", { isBad: true });
});

showSize();
showSamples().catch(() => {}); // without samples the page is whole
