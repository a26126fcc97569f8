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
} as const;

export const admin = {
  title: "Shopkeeper",
} as const;

export const map = {
  title: "Map",
} as const;
