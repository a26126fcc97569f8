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
  item.append(scoreElement(hit.score), element("p", "quiet", hit.reasons.join(", ")), more);
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

function scoreElement(score) {
  const percent = Math.round(100 * Math.max(0, Math.min(1, score)));
  const bar = element("div", "score");
  bar.setAttribute("role", "img");
  bar.setAttribute("aria-label", `Similarity ${percent} %`);
  bar.title = `Similarity ${percent} %`;
  const filled = element("span", "");
  filled.style.width = `${percent}%`;
  bar.append(filled);
  return bar;
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
