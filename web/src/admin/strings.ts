/** Every text of the shopkeeper's page, in English. */

export const words = {
  parts: "Parts of the page",
  tabs: { catalogue: "Catalogue", products: "Products", quality: "Quality", load: "Load" },
  keyWanted: "This page needs a key that may run the shop (its scope is admin).",
  otherKey: "Use another key",
  close: "Close",
  cancel: "Cancel",
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
  now: "Now",
  history: "Before",
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
  failures: "Failures",
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
  found: (total: number) => (total === 1 ? "1 product" : `${count(total)} products`),
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
    "Boxes are what is found in the picture, the three surest drawn strongly: a search by this picture looks at those. Colours and kinds are what it is tagged by.",
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
