/** The one search that the page is about: what is asked, what came back, and how it stands. */

import { SvelteMap } from "svelte/reactivity";
import {
  client,
  fetchPicture,
  given,
  keepPhoto,
  Problem,
  photoAddress,
  pictureAddress,
  type Schemas,
  search,
} from "../common/api";
import { pictureOf, titleOf } from "../common/product";
import { shrink } from "../common/shrink";
import { shopper as words } from "../common/strings";
import type { Sides } from "./box";
import { blank, fromLink, type Named, options, PAGE, type Question, type Source, toLink } from "./question";

type Answer = Schemas["SearchAnswer"];
type Hit = Schemas["HitAnswer"];
/** What the browser keeps beside each entry of its history: the picture never leaves it but to be searched. */
interface Kept {
  picture?: ArrayBuffer;
}

type Bring = (signal: AbortSignal) => Promise<Blob>;

const MOST_TRIES = 8;
/** The longest wait for a server that cannot be reached, in seconds; the first is of one. */
const LONGEST_WAIT_S = 30;
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
  /** Seconds until it is tried again by itself, 0 while it is not waiting, and the code of what it waits for. */
  waitS = $state(0);
  waitsFor = $state("");
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

  async askPicture(chosen: Blob): Promise<void> {
    await this.#askShown({ of: "picture" }, URL.createObjectURL(chosen), async () => chosen);
  }

  async askSample(name: string): Promise<void> {
    const source: Source = { of: "sample", name };
    const address = addressOf(source);
    await this.#askShown(source, address, (signal) => fetchPicture(address, signal));
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
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    scrollTo({ top: 0, behavior: isStill ? "instant" : "smooth" });
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
    if (this.status !== "reading") this.#askSoon(settlingMs); // else it is asked once the picture is read
  }

  /** Search a part of the picture, with what is known to be like it until its own answer is there. */
  choose(box: Sides | null, known: Hit[] | null = null): void {
    this.change({ box }, known ? 0 : SETTLING_MS);
    this.provisional = known;
  }

  /** The question as a link may tell it: with the photo, where the server keeps photos for links. */
  async shared(): Promise<Question | null> {
    const { question } = this;
    if (question?.source.of !== "picture" || !this.#picture) return question;
    const id = await keepPhoto(this.#picture).catch(() => null);
    return id ? { ...question, source: { of: "photo", id } } : question;
  }

  retry(): void {
    if (!this.question) return;
    const isToBring = !this.#picture && addressOf(this.question.source);
    void (isToBring ? this.restore() : this.#ask());
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
    const address = addressOf(source);
    if (picture) {
      this.#picture = new Blob([picture]);
      this.#show(URL.createObjectURL(this.#picture));
    } else if (address) {
      const { signal } = this.#running;
      this.#show(address);
      try {
        await this.#take((signal) => fetchPicture(address, signal), signal);
      } catch (error) {
        if (signal.aborted) return;
        // A link's photo may have been forgotten since; one of the shopper's own takes its place.
        this.isPictureMissing = source.of === "photo" && error instanceof Problem && error.status === 404;
        if (!this.isPictureMissing) this.#fail(error);
      }
      if (signal.aborted || !this.#picture) return;
    } else if (source.of === "picture") {
      this.isPictureMissing = true;
      return;
    }
    const ids = [...question.like, ...question.unlike, ...(source.of === "product" ? [source.id] : [])];
    await Promise.all([this.#ask(), ...ids.map((id) => this.#learn(id))]);
  }

  /** Learn what a product is that only its id is known of; what has gone keeps its id. */
  async #learn(id: string): Promise<void> {
    const path = { product_id: id };
    const stored = await given(client.GET("/v1/products/{product_id}", { params: { path } })).catch(
      () => null,
    );
    const picture = stored ? pictureOf(stored) : "";
    this.named.set(id, { id, title: stored ? titleOf(stored.product) : id, picture });
    if (this.question?.source.of === "product" && this.question.source.id === id) {
      this.#show(picture && pictureAddress(picture, 640));
    }
  }

  /** Ask by a picture that is shown at once; what was set for a picture that was missing stays set. */
  async #askShown(source: Source, address: string, bring: Bring): Promise<void> {
    const before = this.isPictureMissing ? this.question : null;
    this.#begin(before ? { ...before, source, box: null } : blank(source));
    const { signal } = this.#running;
    this.#show(address);
    await this.#keep(true);
    try {
      await this.#take(bring, signal);
    } catch (error) {
      if (signal.aborted) return;
      // There is nothing to search by: another picture can be chosen.
      this.#begin(before);
      this.isPictureMissing = before !== null;
      history.replaceState(null, "", location.pathname + (before ? toLink(before) : ""));
      this.#fail(error);
    }
    if (signal.aborted || !this.#picture) return;
    await this.#keep(false);
    await this.#ask();
  }

  /** Bring a picture and make it ready to be sent, unless another is searched meanwhile; throws a `Problem`. */
  async #take(bring: Bring, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    this.status = "reading";
    const brought = await bring(signal);
    const picture = await shrink(brought).catch(() => {
      throw new Problem(0, "not-a-picture", words.notAPicture);
    });
    if (signal.aborted) return;
    this.#picture = picture;
    // What is sent is what is shown, upright, in formats too that the browser draws in another way.
    this.#show(URL.createObjectURL(picture));
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
        this.named.set(product.id, { id: product.id, title: titleOf(product), picture });
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
        if (!(error instanceof Problem) || tries === MOST_TRIES) throw error;
        const isOffline = error.code === "offline";
        const waitS = isOffline ? Math.min(LONGEST_WAIT_S, 2 ** (tries - 1)) : error.retryAfterS;
        if (!waitS) throw error;
        this.waitsFor = error.code;
        await this.#wait(waitS, signal);
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

/** Where this server has the picture that is searched for; empty where it does not. */
function addressOf(source: Source): string {
  if (source.of === "sample") return `/v1/samples/${encodeURIComponent(source.name)}`;
  return source.of === "photo" ? photoAddress(source.id) : "";
}
