/** The one search that the page is about: what is asked, what came back, and how it stands. */

import { SvelteMap } from "svelte/reactivity";
import { client, fetchPicture, given, Problem, pictureAddress, type Schemas, search } from "../common/api";
import { shopper as words } from "../common/strings";
import type { Sides } from "./box";
import { blank, fromLink, type Named, options, PAGE, type Question, type Source, toLink } from "./question";
import { shrink } from "./shrink";

type Answer = Schemas["SearchAnswer"];
type Hit = Schemas["HitAnswer"];
/** What the browser keeps beside each entry of its history: the picture never leaves it but to be searched. */
interface Kept {
  picture?: ArrayBuffer;
}

const MOST_TRIES = 8;
/** How long a change waits for the next before it is asked, in milliseconds. */
export const SETTLING_MS = 350;

export class Search {
  question: Question | null = $state.raw(null);
  answer: Answer | null = $state.raw(null);
  /** What was found before words, filters and examples narrowed it: the choices that are offered. */
  offered: Answer | null = $state.raw(null);
  /** What the whole picture shows: a part that is searched tells only of itself. */
  regions: Answer["regions"] = $state.raw([]);
  /** The hits of a region, shown until those of its own search are there. */
  provisional: Hit[] | null = $state.raw(null);
  status: "idle" | "reading" | "searching" | "done" | "failed" = $state("idle");
  problem: Problem | null = $state.raw(null);
  /** Seconds until it is tried again by itself; 0 while it is not waiting. */
  waitS = $state(0);
  /** The address of the picture that is shown, of the shopper's or of a product. */
  shown = $state("");
  /** Whether a link was opened that goes with a picture that is not here. */
  isPictureMissing = $state(false);
  /** Products that were named, to be shown beside the question. */
  readonly named = new SvelteMap<string, Named>();

  #picture: Blob | null = $state.raw(null);
  #running = new AbortController();
  #settling: ReturnType<typeof setTimeout> | undefined;

  get canBox(): boolean {
    return this.#picture !== null;
  }

  /** Ask by a picture; what is set already stays where it was set for a picture that was missing. */
  async askPicture(chosen: Blob, source: Source = { of: "picture" }): Promise<void> {
    const before = this.isPictureMissing ? this.question : null;
    this.#begin(before ? { ...before, source, box: null } : blank(source));
    this.#show(URL.createObjectURL(chosen));
    this.status = "reading";
    try {
      this.#picture = await shrink(chosen);
    } catch {
      this.#fail(new Problem(0, "not-a-picture", words.notAPicture));
      return;
    }
    // What is sent is what is shown, upright, in formats too that the browser draws in another way.
    this.#show(URL.createObjectURL(this.#picture));
    await this.#keep(true);
    await this.#ask();
  }

  async askSample(name: string): Promise<void> {
    const { signal } = this.#running;
    try {
      const picture = await fetchPicture(sampleAddress(name), signal);
      await this.askPicture(picture, { of: "sample", name });
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
    }
  }

  async askUrl(url: string, question = blank({ of: "url", url })): Promise<void> {
    this.#begin(question);
    await this.#keep(true);
    await this.#ask();
  }

  async askLike(hit: Named): Promise<void> {
    this.named.set(hit.id, hit);
    this.#begin(blank({ of: "product", id: hit.id }));
    this.#show(pictureAddress(hit.picture, 640));
    await this.#keep(true);
    await this.#ask();
    scrollTo({ top: 0, behavior: "smooth" });
  }

  async askWords(said: string): Promise<void> {
    if (this.question) {
      this.change({ words: said }, 0);
      return;
    }
    this.#begin({ ...blank({ of: "words" }), words: said });
    await this.#keep(true);
    await this.#ask();
  }

  /** Change what is asked, and ask once no other change follows. */
  change(changed: Partial<Question>, settlingMs = SETTLING_MS): void {
    if (!this.question) return;
    this.question = { ...this.question, limit: PAGE, ...changed };
    this.provisional = null;
    this.#askSoon(settlingMs);
  }

  /** Search a part of the picture, with what is known to be like it until its own answer is there. */
  choose(box: Sides | null, known: Hit[] | null = null): void {
    this.change({ box }, known ? 0 : SETTLING_MS);
    this.provisional = known;
  }

  retry(): void {
    if (this.question) void this.#ask();
  }

  /** Forget all, as the page begins. */
  reset(): void {
    this.#begin(null);
    history.pushState(null, "", location.pathname);
  }

  /** Ask what the address of the page says, with the picture that the browser kept for it. */
  async restore(): Promise<void> {
    const question = fromLink(location.search);
    const picture = (history.state as Kept | null)?.picture;
    this.#begin(question);
    if (!question) return;
    const { source } = question;
    try {
      if (source.of === "sample")
        this.#picture = await shrink(await fetchPicture(sampleAddress(source.name)));
      else if (picture) this.#picture = new Blob([picture]);
      else if (source.of === "picture") {
        this.isPictureMissing = true;
        return;
      }
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (this.#picture) this.#show(URL.createObjectURL(this.#picture));
    const ids = [...question.like, ...question.unlike, ...(source.of === "product" ? [source.id] : [])];
    await Promise.all([this.#ask(), ...ids.map((id) => this.#learn(id))]);
  }

  /** Learn what a product is that only its id is known of; what has gone keeps its id. */
  async #learn(id: string): Promise<void> {
    const path = { product_id: id };
    const stored = await given(client.GET("/v1/products/{product_id}", { params: { path } })).catch(
      () => null,
    );
    const picture = stored?.pictures.find((one) => one.picture)?.picture ?? "";
    this.named.set(id, { id, title: stored?.product.title || id, picture });
    if (this.question?.source.of === "product" && this.question.source.id === id) {
      this.#show(picture && pictureAddress(picture, 640));
    }
  }

  #begin(question: Question | null): void {
    this.#running.abort();
    this.#running = new AbortController();
    clearTimeout(this.#settling);
    this.#picture = null;
    this.question = question;
    this.answer = this.offered = this.provisional = this.problem = null;
    this.regions = [];
    this.isPictureMissing = false;
    this.status = "idle";
    this.#show("");
  }

  #show(address: string): void {
    if (this.shown.startsWith("blob:")) URL.revokeObjectURL(this.shown);
    this.shown = address;
  }

  #askSoon(settlingMs: number): void {
    clearTimeout(this.#settling);
    this.#running.abort(); // what comes now is of no use
    this.status = "searching";
    this.#settling = setTimeout(async () => {
      await this.#keep(false);
      await this.#ask();
    }, settlingMs);
  }

  /** Write the question into the address, and the picture beside it in the browser's own history. */
  async #keep(isNew: boolean): Promise<void> {
    if (!this.question) return;
    const kept: Kept = this.#picture ? { picture: await this.#picture.arrayBuffer() } : {};
    const address = location.pathname + toLink(this.question);
    try {
      if (isNew) history.pushState(kept, "", address);
      else history.replaceState(kept, "", address);
    } catch {
      history.replaceState(null, "", address); // a picture too large for this browser's history
    }
  }

  /** Search, and try again by itself as long as the server says when to; a newer question ends an older. */
  async #ask(): Promise<void> {
    this.#running.abort();
    this.#running = new AbortController();
    const { signal } = this.#running;
    this.status = "searching";
    this.problem = null;
    try {
      const answer = await this.#patiently(signal);
      this.provisional = null;
      this.answer = answer;
      if (this.#isUnnarrowed) this.offered = answer;
      if (!this.question?.box) this.regions = answer.regions;
      this.status = "done";
      for (const { product, picture } of answer.hits) {
        this.named.set(product.id, { id: product.id, title: product.title || product.id, picture });
      }
      if (!this.shown) await this.#fetchAsked(answer, signal);
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
    }
  }

  get #isUnnarrowed(): boolean {
    const { chosen, price, dropped } = this.question as Question;
    return (
      !this.offered || (!price && !dropped.length && !Object.values(chosen).some((values) => values.length))
    );
  }

  async #patiently(signal: AbortSignal): Promise<Answer> {
    for (let tries = 1; ; tries++) {
      try {
        const question = this.question as Question;
        const asked = options(question);
        // A picture of the web is asked by its own bytes once they are here.
        const { url, ...others } = asked;
        return await search(this.#picture, this.#picture ? others : asked, signal);
      } catch (error) {
        if (!(error instanceof Problem) || !error.retryAfterS || tries === MOST_TRIES) throw error;
        await this.#wait(error.retryAfterS, signal);
      }
    }
  }

  async #wait(seconds: number, signal: AbortSignal): Promise<void> {
    try {
      for (this.waitS = seconds; this.waitS > 0; this.waitS--) {
        await new Promise((resolve) => setTimeout(resolve, 1000));
        signal.throwIfAborted();
      }
    } finally {
      this.waitS = 0;
    }
  }

  /** Bring what the server fetched of the web, to be shown, and to be asked by from here on. */
  async #fetchAsked(answer: Answer, signal: AbortSignal): Promise<void> {
    if (this.question?.source.of !== "url" || !answer.asked_url) return;
    const picture = await fetchPicture(answer.asked_url, signal);
    this.#picture = await shrink(picture).catch(() => null);
    if (this.#picture) this.#show(URL.createObjectURL(this.#picture));
  }

  #fail(error: unknown): void {
    if (!(error instanceof Problem)) throw error;
    this.problem = error;
    this.status = "failed";
  }
}

function sampleAddress(name: string): string {
  return `/v1/samples/${encodeURIComponent(name)}`;
}
