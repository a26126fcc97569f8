/** Every text that the pages show, in English; one object for each page. */

export const common = {
  pages: "Pages",
  search: "Search",
  map: "Map",
  admin: "Shopkeeper",
  api: "API",
  keyPrompt: "This server asks for a key, as its operator gave it to you:",
  offline: "The server cannot be reached.",
} as const;

export const shopper = {
  title: "Visual search",
  size: (products: number) => `${counted(products, "product")}`,
  again: "Try again",
  remove: (what: string) => `Remove ${what}`,

  // The start.
  invite: "Find it by a picture",
  lead: "Show a photo of anything. See what this shop has that is like it.",
  choose: "Choose a picture",
  camera: "Take a photo",
  drop: "or drop one here, or paste it",
  dropNow: "Let go to search",
  describe: "Or describe it, or paste the address of a picture",
  describeShort: "Describe it, or paste an address",
  go: "Search",
  samples: "Or try one of these",
  moreSamples: "More",
  sample: (place: number) => `Example ${place}`,
  pictureMissing:
    "This link goes with a photo, and photos stay with whoever took them. Show it again: the words and filters are set.",

  // The asked picture.
  asked: "What is searched for",
  yourPicture: "Your picture",
  box: "The searched part of the picture. Arrow keys move it, with Shift they resize it, Escape takes the whole picture.",
  boxHint: "Choose a product, or draw around it.",
  regions: "What is in the picture",
  all: "Everything",
  whole: "Whole picture",
  masks: "Show outlines",
  another: "New search",
  likeOf: (title: string) => `Like: ${title}`,
  wordsOnly: "By words alone",

  // Tags and kinds.
  tags: "Seen in it",
  keepTag: (name: string) => `Prefer ${name}`,
  dropTag: (name: string) => `Leave out ${name}`,
  dropped: (name: string) => `Without ${name}`,
  anyColour: "Any colour",
  addColour: "Another colour",
  kind: "It looks like",
  wrongKind: "Something else?",
  chooseKind: "Choose what it is",

  // Words and filters.
  words: "Narrow it by words",
  filters: "Filters",
  fields: { category: "Category", brand: "Brand", colour: "Colour", price: "Price" } as Record<
    string,
    string
  >,
  from: "From",
  to: "To",
  anyPrice: "Any price",
  clear: "Clear all",
  moreLike: (title: string) => `More like ${title}`,
  lessLike: (title: string) => `Less like ${title}`,
  link: "Copy link",
  linked: "Copied",
  linkWithout: "Copied, without your photo",
  linkByHand: "Copy this address:",

  // What was found.
  found: "What was found",
  searching: "Searching…",
  reading: "Looking at your picture…",
  summary: (count: number, isMore: boolean) =>
    `${counted(count, "product")}${isMore ? " or more" : ""}, the likeliest first`,
  nothing: "Nothing fits. Take a filter away, or try other words.",
  notFound: "Nothing quite like it was found; this comes nearest. A box around the product may help.",
  lessAlike: "Less alike",
  hurried: "Many are searching just now, so this is a quick look. Ask again for a closer one.",
  showMore: "Show more",
  tiers: { exact: "The very one", close: "Very close", similar: "Similar", weak: "" } as Record<
    string,
    string
  >,
  variants: (count: number) => `+${count} alike`,
  why: "Why this?",
  like: "More like this",
  compare: "Compare",

  // Side by side.
  yours: "Yours",
  theirs: "From the shop",
  samePrint: "Where the print is the same",
  reasons: "Why this?",
  signals: { look: "Look", print: "Print", colour: "Colour", words: "Words", kind: "Kind" } as Record<
    string,
    string
  >,
  variantsTitle: "Looks nearly the same",
  toShop: "To its page",
  close: "Close",

  // What went wrong, and what to do.
  empty: "The catalogue is empty: bring in products first, then search.",
  notReady: (why: string) => `The search is not ready yet: ${why}`,
  busy: (seconds: number) => `Many are searching just now. Trying again by itself in ${seconds} s…`,
  overloaded: "Too many are searching just now. Try again in a while.",
  offline: "The server cannot be reached. The search goes on by itself when it can.",
  notAPicture: "This is no picture that your browser can read. Try a JPEG, PNG or WebP.",
  tooLarge: "This picture is too large. Try a smaller one.",
  broken: "The search does not work just now. Try again in a while.",
  notDropped: "That was no picture. Drop a picture file.",
} as const;

export const admin = {
  title: "Shopkeeper",
} as const;

export const map = {
  title: "Map",
} as const;

export function counted(count: number, noun: string): string {
  return `${count.toLocaleString()} ${noun}${count === 1 ? "" : "s"}`;
}
