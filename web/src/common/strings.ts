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
  size: (products: number) => counted(products, "product"),
  again: "Try again",
  remove: (what: string) => `Remove ${what}`,

  // The start.
  invite: "Find it by a picture",
  lead: "Show a photo, and see what this shop has that is like it.",
  choose: "Choose a picture",
  camera: "Take a photo",
  drop: "or drop one here, or paste it",
  dropNow: "Let go to search",
  describe: "Or describe it, or paste a link to a picture",
  describeShort: "Words or a link",
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
  product: (place: number) => `product ${place}`,
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
  linkWithout: "Without your photo, which stays with you",
  linkWithPhoto: "It shows your photo to whoever has it",
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
  hurried:
    "Many are searching just now, so this is a quick look at the whole photo. Ask again for a closer one.",
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
  weights: "How strongly each speaks for it (log-odds)",
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
  waitsForOthers: "Many are searching just now. It is tried again by itself.",
  waitsForServer: "The server cannot be reached. It is tried again by itself.",
  againIn: (seconds: number) => `In ${seconds} s…`,
  overloaded: "Too many are searching just now. Try again in a while.",
  offline: "The server cannot be reached. The search goes on by itself when it can.",
  notAPicture: "This is no picture that your browser can read. Try a JPEG, PNG or WebP.",
  tooLarge: "This picture is too large. Try a smaller one.",
  broken: "The search does not work just now. Try again in a while.",
  notDropped: "That was no picture. Drop a picture file.",
} as const;

export const admin = {
  parts: "Parts of the page",
  tabs: { catalogue: "Catalogue", products: "Products", quality: "Quality", load: "Load" },
  keyWanted: "This page needs a key that may run the shop (its scope is admin).",
  otherKey: "Use another key",
  close: "Close",
  again: "Try again",
  more: "Show more",

  drop: "Drop a catalogue here",
  dropHow:
    "A file (CSV, TSV, JSON lines, Parquet, Amazon's metadata), a ZIP of pictures, a ZIP of a table with its pictures, or a folder. Indexing starts at once; searches go on.",
  chooseFile: "Choose a file",
  chooseFolder: "Choose a folder",
  packing: (files: number) => `Packing ${files} files`,
  sending: (name: string) => `Sending ${name}`,
  busy: "One job runs at a time: wait for it, or stop it.",
  nothingDropped: "Expected files, found none in what was dropped.",
  newest: "Latest",
  history: "Before that",
  noJobs: "Nothing was brought in from this page yet.",
  holds: (products: number, pictures: number) =>
    `The shop holds ${count(products)} products with ${count(pictures)} pictures.`,
  kinds: { index: "Indexing", retry: "Fetching again", evaluate: "Measuring" },
  states: {
    running: "running",
    done: "done",
    failed: "failed",
    cancelled: "cancelled",
    interrupted: "interrupted",
  },
  stop: "Stop",
  stopping: "Stopping",
  resume: "Go on",
  forget: "Forget",
  rate: (perS: number) => `${perS.toFixed(perS < 10 ? 1 : 0)} pictures a second`,
  left: (s: number) => `${duration(s)} left`,
  spent: (s: number) => `after ${duration(s)}`,
  counts: {
    stored: "products stored",
    unchanged: "unchanged",
    looked: "pictures looked at",
    reused: "known by their content",
    failed_pictures: "pictures failed",
    failed_lines: "lines failed",
  },
  failuresOf: (name: string) => `What failed in ${name}`,
  failuresOfShop: "Pictures of the shop that failed",
  noFailures: "Nothing failed.",
  retry: "Fetch failed pictures again",
  product: "Product",
  subject: "Where",
  reason: "Why",

  searchProducts: "Words, or the beginning of an id",
  filter: "Filter, such as: brand = Nike and price < 50",
  find: "Find",
  found: (total: number) => counted(total, "product"),
  page: (first: number, last: number, total: number) => `${first} to ${last} of ${count(total)}`,
  previous: "Previous",
  next: "Next",
  edit: "Edit",
  noPicture: "No picture",
  id: "Id",
  title: "Title",
  brand: "Brand",
  categories: "Categories, the widest first, parted by >",
  price: "Price",
  currency: "Currency (ISO 4217)",
  description: "Description",
  address: "Address of its page",
  pictures: "Pictures: an address a line, or sha256: for one that is kept",
  attributes: "Attributes: name = value, one a line",
  save: "Save",
  saved: "Saved; searches find it as it is now.",
  delete: "Delete",
  deleteSure: "Delete for good?",
  deleteYes: "Yes, delete",
  deleteNo: "Keep it",
  deleted: (id: string) => `${id} is deleted; no search finds it.`,
  badAttribute: (line: string) => `Expected name = value, found ${line}.`,
  badPrice: "Expected a price of 0 or more, or nothing.",
  seen: "What the eye sees",
  seenHow:
    "Boxes are what is found in the picture: drawn strongly where it is surely there, thinly where perhaps. A search by it looks at the three surest. Colours and kinds are what it is tagged by.",
  nothingSeen: "Nothing was found in this picture; the whole of it is searched.",
  colours: "Colours",
  kindsSeen: "Kinds",
  regions: "Found in it",
  showPicture: (number: number) => `Picture ${number}`,

  measure: "Measure the search",
  measureHow:
    "Photos are made of products that stand on a plain ground, and the search is asked for them. Two sides are asked the same photos.",
  photos: "Products to photograph",
  first: "Measure",
  second: "Compare with",
  alone: "nothing",
  asItIs: "the search as it is",
  lookAlone: "the search without print and colours",
  wholePhotos: "the search without boxes",
  model: (name: string, used: boolean) => `model ${name}${used ? " (in use)" : ""}, vectors alone`,
  start: "Start",
  mixed: "Expected two models or two ways of searching, found one of each.",
  runs: "Runs",
  showReport: "Show what it found",
  noRuns: "Nothing was measured from this page yet.",
  metric: "Metric",
  metrics: {
    "R@1": "the right product is first",
    "R@5": "it is among the first 5",
    "R@10": "it is among the first 10",
    "P@10": "share of the first 10 that are right",
    "mAP@10": "how far up the right ones are",
  } as Record<string, string>,
  interval: (low: number, high: number) => `${low.toFixed(3)} to ${high.toFixed(3)}`,
  time: "ms",
  asked: (photos: number, products: number) =>
    `${count(photos)} photos, asked among ${count(products)} products.`,
  leftOut: (reason: string, products: number) => `Left out: ${count(products)}, for they have ${reason}.`,
  better: (name: string) => `Better, beyond chance: ${name}.`,
  chance: "The difference is within chance.",
  difference: (value: number, low: number, high: number) =>
    `R@1 ${signed(value)}, 95 % interval ${signed(low)} to ${signed(high)}`,
  worst: "Worst photos",
  noWorst: "Every photo found its product first.",
  askedBy: (title: string) => `Photo of ${title}`,
  wanted: "wanted",
  place: (place: number | null) => (place === null ? "not found" : `place ${place}`),

  loadHow: "Of this server alone, read every two seconds while this page is open.",
  charts: {
    searches: "Searches a second",
    latency: "Time of an answer, ms",
    stages: "Stages of a batch, ms",
    waiting: "Queries in the house",
    batch: "Queries a batch",
    cache: "Answers remembered, %",
    refused: "Refused a second",
    behind: "Changes not yet searched",
    memory: "Memory, MB",
  },
  stage: "Stage",
  mean: "Mean of the last minute, ms",
  refusals: "Refusals since the start",
  noRefusals: "Nothing was refused.",
  rows: (rows: number) => `${count(rows)} rows can be found.`,
  latest: (value: string) => `now ${value}`,
  idle: "Nothing was searched in the last minute.",
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
  similar: "Find similar",
  toShop: "To its page",
  mostAlike: "Most like it",
  goTo: "Fly there",
  close: "Close",
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

/** Write how many there are of something. */
export function counted(many: number, noun: string): string {
  return `${count(many)} ${noun}${many === 1 ? "" : "s"}`;
}

/** Write a number as people read it. */
export function count(value: number): string {
  return value.toLocaleString("en");
}

/** Write seconds as people read them. */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;
}
