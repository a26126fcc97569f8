/** The only module that talks to the server, in the types of its own description. */

import createClient from "openapi-fetch";
import type { components, paths } from "./schema";
import { common as words } from "./strings";

/** The shapes that go over HTTP, by their names in the server's description. */
export type Schemas = components["schemas"];

/** Where the key is kept until the tab is closed. */
export const KEY = "visualsearch-key";

/** What the server, or the way to it, answered instead of what was asked. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  /** Seconds after which to try again, or 0 if that will not help. */
  readonly retryAfterS: number;

  constructor(status: number, code: string, detail: string, retryAfterS = 0) {
    super(detail);
    this.status = status;
    this.code = code;
    this.retryAfterS = retryAfterS;
  }
}

/** What to tell of what went wrong; what is no `Problem` is a fault of the page's own, and thrown on. */
export function messageOf(error: unknown): string {
  if (error instanceof Problem) return error.message;
  throw error;
}

/** Ask the server by its paths: `(await client.GET("/v1/samples")).data`; whatever fails throws a `Problem`. */
export const client = createClient<paths>({ fetch: reach });

/** What came, where nothing came but by a `Problem`. */
export async function given<Data>(asking: Promise<{ data?: Data }>): Promise<NonNullable<Data>> {
  return (await asking).data as NonNullable<Data>;
}

/** What may be said with a search, but for the picture. */
export type SearchOptions = paths["/v1/search"]["post"]["requestBody"]["content"]["application/json"];

/** Search by a picture's bytes, or by what the options name. */
export function search(
  picture: Blob | null,
  options: SearchOptions,
  signal: AbortSignal,
): Promise<Schemas["SearchAnswer"]> {
  const asking = picture
    ? client.POST("/v1/search", {
        body: options as never,
        bodySerializer: () => form(picture, options),
        signal,
      })
    : client.POST("/v1/search", { body: options, signal });
  // The client's types take a box for a list of any length.
  return given(asking as Promise<{ data?: unknown }>) as Promise<Schemas["SearchAnswer"]>;
}

function form(picture: Blob, options: SearchOptions): FormData {
  const written = new FormData();
  for (const [name, value] of Object.entries(options)) {
    if (name === "box") written.append(name, String(value));
    else if (Array.isArray(value)) for (const one of value) written.append(name, String(one));
    else if (value !== null && value !== undefined && value !== "") written.append(name, String(value));
  }
  written.append("picture", picture, "picture");
  return written;
}

/** Bring a picture of this server. */
export async function fetchPicture(address: string, signal?: AbortSignal): Promise<Blob> {
  return (await reach(new Request(address, signal ? { signal } : {}))).blob();
}

/** Let the server keep a photo for links, and give its id; null where it keeps none. */
export async function keepPhoto(photo: Blob): Promise<string | null> {
  const headers = { "Content-Type": photo.type || "image/jpeg" };
  const response = await reach(new Request("/v1/photos", { method: "POST", body: photo, headers }));
  const { photo: id }: Schemas["KeptPhoto"] = await response.json();
  return id;
}

/** The address of a photo that is kept for links. */
export function photoAddress(id: string): string {
  return `/v1/photos/${encodeURIComponent(id)}`;
}

/** The address of a kept picture, reduced to a width. */
export function pictureAddress(picture: string, width: number): string {
  return `/v1/pictures/${picture}?width=${width}`;
}

/** Send a request with the key, if there is one; ask for it once where the server wants one. */
export async function reach(request: Request): Promise<Response> {
  let response = await send(request.clone());
  if (response.status === 401 && askForKey()) response = await send(request);
  if (response.ok) return response;
  const said = await response.json().catch(() => ({}));
  const retryAfterS = Number(response.headers.get("Retry-After")) || 0;
  throw new Problem(response.status, said.code ?? "unknown", said.detail ?? response.statusText, retryAfterS);
}

async function send(request: Request): Promise<Response> {
  const key = sessionStorage.getItem(KEY);
  if (key) request.headers.set("Authorization", `Bearer ${key}`);
  try {
    return await fetch(request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw new Problem(0, "offline", words.offline);
  }
}

/** Ask for the key, and tell whether there is one; it is kept until the tab is closed. */
function askForKey(): boolean {
  const key = prompt(words.keyPrompt)?.trim();
  if (key) sessionStorage.setItem(KEY, key);
  else sessionStorage.removeItem(KEY);
  return Boolean(key);
}
