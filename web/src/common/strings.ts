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
  lead: "Show a photo, and see what this shop has that is like it.",
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
  perhaps: "Hard to tell; perhaps",
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
  why: "Why?",
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
  canvas: "The catalogue as a cloud of points: what looks alike lies together.",
  keys: "Arrow keys turn, plus and minus move nearer and away, Home shows all, Enter picks the product in the middle, L draws a lasso.",
  help: "Drag to turn, scroll to move nearer, click a point to see its product.",
  loading: "Bringing the map…",
  layingOut: "The map is being laid out. This takes from seconds to a few minutes, once.",
  updating: "The catalogue has changed; the map follows.",
  empty: "The catalogue is empty: bring in products first, then look at their map.",
  noGraphics: "This browser does not draw in 3-D (WebGL 2). Search works without it.",
  failed: (why: string) => `The map cannot be shown: ${why}`,
  laidOutByPca:
    "Laid out by PCA, which keeps only what differs most. Install visualsearch[map] to keep what is alike together.",
  points: "point",
  products: "product",
  colourBy: "Colour by",
  colourings: { category: "Category", price: "Price", colour: "Own colour" },
  categories: "Categories",
  otherCategories: "other",
  allCategories: "Show all",
  noPrices: "No prices are known.",
  unknownPrice: "Grey: no price is known.",
  settings: "Look",
  pointSize: "Point size",
  spread: "Spread",
  neighbours: "Neighbours joined",
  threshold: "Least alike to be joined",
  thumbnails: "Pictures when near",
  tools: "Tools",
  lasso: "Lasso",
  lassoHelp: "Draw around points to select them. Escape ends it.",
  home: "Whole map",
  selectView: "Select what is in view",
  photo: "Find a photo's place",
  photoHelp: "Or drop a photo anywhere on the map.",
  tryPhoto: (name: string) => `Try the photo ${name}`,
  placing: "Searching…",
  foundPlace: (count: string) => `${count} found; the lines lead to them, the stronger the more alike.`,
  foundNothing: "Nothing in the catalogue looks like this photo.",
  notOnMap: "What was found is not on the map yet.",
  notAPicture: "This is no picture that your browser can read. Try a JPEG, PNG or WebP.",
  removePhoto: "Take the photo away",
  hits: "What the photo finds",
  picked: "Picked product",
  pickedNow: (title: string) => `Picked: ${title}`,
  untitled: "Untitled product",
  similar: "Find similar",
  toShop: "To its page",
  mostAlike: "Most like it",
  goTo: "Fly there",
  close: "Close",
  selection: "Selection",
  selected: (count: string) => `${count} selected`,
  more: "Show more",
  clear: "Clear",
  tagName: "Tag",
  tag: "Tag them",
  tagHelp:
    "Stored as the attribute “tag” of each product, and found by the filter tag = … until the catalogue is brought in anew.",
  tagging: (done: number, all: number) => `Tagging ${done} of ${all}…`,
  tagged: (count: string, tag: string) => `${count} tagged “${tag}”.`,
  notTagged: (why: string) => `Not all were tagged: ${why}`,
  export: "Save as CSV",
} as const;

export function counted(count: number, noun: string): string {
  return `${count.toLocaleString()} ${noun}${count === 1 ? "" : "s"}`;
}
