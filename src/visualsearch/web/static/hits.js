/** Shows what was found; every text of the catalogue is set as text, never as markup. */

import { pictureAddress } from "./api.js";

const SKELETONS = 8;

/** Show empty places while the search is under way. */
export function showSkeletons(list) {
  list.setAttribute("aria-busy", "true");
  list.replaceChildren(...Array.from({ length: SKELETONS }, () => element("li", "hit skeleton")));
}

/** Show hits; `onMore` is told the hit whose like is wanted. */
export function showHits(list, hits, onMore) {
  list.removeAttribute("aria-busy");
  list.replaceChildren(...hits.map((hit) => hitElement(hit, onMore)));
}

function hitElement(hit, onMore) {
  const { product } = hit;
  const title = product.title || product.id;
  const picture = element("img", "shown");
  Object.assign(picture, { src: pictureAddress(hit.picture, 320), alt: "", loading: "lazy" });
  const more = element("button", "more", "More like this");
  Object.assign(more, { type: "button", ariaLabel: `More like ${title}` });
  more.addEventListener("click", () => onMore(hit));
  const item = element("li", "hit");
  item.append(picture);
  if (hit.tier === "exact") item.append(exactElement(hit));
  item.append(titleElement(product, title));
  const facts = [product.brand, price(product)].filter(Boolean).join(" · ");
  if (facts) item.append(element("p", "facts", facts));
  item.append(whyElement(hit), more);
  return item;
}

/** Say that it is the very product, with a drawing of where its print is the asked one's, if there is one. */
function exactElement({ shared_print: shared }) {
  const badge = element(shared?.picture_url ? "a" : "p", "exact", "The very one");
  if (shared?.picture_url) {
    Object.assign(badge, { href: shared.picture_url, target: "_blank", rel: "noopener" });
    badge.title = "See where the print is the same";
  }
  return badge;
}

function titleElement(product, title) {
  const heading = element("h3", "title");
  if (/^https?:\/\//.test(product.url)) {
    const link = element("a", "", title);
    Object.assign(link, { href: product.url, target: "_blank", rel: "noopener noreferrer" });
    heading.append(link);
  } else heading.textContent = title;
  return heading;
}

/** Tell, to whoever asks, why it is here: the reasons, and how far look, print and colour speak for it. */
function whyElement({ reasons, signals }) {
  const why = element("details", "quiet");
  const told = Object.entries(signals).filter(([, added]) => Math.abs(added) >= 0.05);
  const list = element("ul", "");
  list.append(
    ...reasons.map((reason) => element("li", "", reason)),
    ...told.map(([name, added]) => element("li", "", `${name} ${added > 0 ? "+" : "−"}${Math.abs(added).toFixed(1)}`)),
  );
  why.append(element("summary", "", "Why this?"), list);
  return why;
}

function price({ price: amount, currency }) {
  if (amount === null) return "";
  try {
    return new Intl.NumberFormat(undefined, currency ? { style: "currency", currency } : {}).format(amount);
  } catch {
    return `${amount} ${currency}`;
  }
}

function element(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}
