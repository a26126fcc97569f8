/** What the page of the map knows and does; the scene draws it, the components show the rest. */
import { fetchPicture, Problem, type Schemas, type SearchOptions, search } from "../common/api";
import { titleOf } from "../common/product";
import { shrink } from "../common/shrink";
import { counted, map as words } from "../common/strings";
import type { Spot } from "./aiming";
import { askManifest, Cloud, NOTHING, type Point, tellProducts, tellRows } from "./cloud";
import { isOf, type LegendEntry, legendOf, type PriceLegend, priceLegendOf } from "./colouring";
import type { Look, Scene } from "./scene";
import { tableOf, tagAll } from "./selected";
import { STATE } from "./shaders";

type Product = Schemas["ProductAnswer"];

/** How often the server is asked for another version: while one is being made, and else. */
const SOON_MS = 1500;
const LATER_MS = 15_000;
const HITS = 24;
/** The power of a hit's score by which it draws the photo. */
const PULL = 8;
const LISTED = 24;
const TOLD_AT_ONCE = 100;
const ALIKE = 6;
/** With more points, fewer edges are shown at first. */
const MANY_POINTS = 20_000;
const PHOTO_SIDE = 256;

export interface Found {
  point: Point;
  position: number;
  score: number;
}

export class Chart {
  status = $state<"loading" | "laying-out" | "shown" | "empty" | "failed">("loading");
  why = $state("");
  isCurrent = $state(true);
  count = $state(0);
  method = $state("umap");
  isBringingEdges = $state(false);
  look = $state<Look>({
    colouring: "category",
    pointSize: 1,
    spread: 1,
    neighbours: 3,
    threshold: 0.5,
    thumbnails: true,
  });
  legend = $state.raw<LegendEntry[]>([]);
  prices = $state.raw<PriceLegend | null>(null);
  /** The categories that are shown; empty means all. */
  only = $state.raw<number[]>([]);
  isLasso = $state(false);
  selected = $state.raw<number[]>([]);
  listed = $state.raw<Point[]>([]);
  picked = $state.raw<{ position: number; point: Point; alike: Point[] } | null>(null);
  /** What to say to who does not see the map. */
  said = $state("");
  found = $state.raw<Found[]>([]);
  photoUrl = $state("");
  photoSaid = $state("");
  isSearching = $state(false);
  tagSaid = $state("");
  isTagging = $state(false);

  #scene: Scene | null = null;
  #cloud: Cloud | null = null;
  /** The version all of whose points have come. */
  #version = "";
  readonly #life = new AbortController();
  #searching: AbortController | null = null;
  #asking = 0;
  #picking = 0;
  #listing = 0;

  /** Begin to show the newest map, and each that follows. */
  start(scene: Scene): void {
    this.#scene = scene;
    this.#follow();
  }

  stop(): void {
    this.#life.abort();
    this.#searching?.abort();
    clearTimeout(this.#asking);
    this.#scene?.dispose();
  }

  applyLook(): void {
    this.#scene?.setLook($state.snapshot(this.look));
  }

  /** Show one category alone, then others beside it; none is all. */
  toggleCategory(category: number): void {
    this.only = this.only.includes(category)
      ? this.only.filter((one) => one !== category)
      : [...this.only, category];
    this.#restate();
  }

  showAllCategories(): void {
    this.only = [];
    this.#restate();
  }

  /** Pick the product under a spot; a spot without one ends the picking. */
  pickAt(spot: Spot): void {
    const position = this.#scene?.pick(spot) ?? null;
    if (position === null) this.unpick();
    else this.pick(position);
  }

  /** Pick what is nearest to the middle of the view. */
  pickMiddle(width: number, height: number): void {
    const scene = this.#scene;
    if (!scene || !this.#cloud) return;
    const { across, down } = scene.project();
    let best = -1;
    let closest = Number.POSITIVE_INFINITY;
    for (let at = 0; at < across.length; at++) {
      const gap = ((across[at] as number) - width / 2) ** 2 + ((down[at] as number) - height / 2) ** 2;
      if (gap < closest && scene.isShown(at)) [best, closest] = [at, gap];
    }
    if (best >= 0) this.pick(best);
  }

  async pick(position: number, isFlown = false): Promise<void> {
    const cloud = this.#cloud;
    if (!cloud) return;
    const turn = ++this.#picking;
    if (isFlown) this.#scene?.flyTo([position]);
    const each = cloud.manifest.neighbours;
    const near = [...(cloud.near?.subarray(position * each, (position + 1) * each) ?? [])]
      .filter((one) => one !== NOTHING && one < cloud.loaded)
      .slice(0, ALIKE);
    const rows = [position, ...near].map((one) => cloud.rows[one] as number);
    const told = await this.#tell(rows);
    if (turn !== this.#picking || cloud !== this.#cloud) return;
    const point = told.get(rows[0] as number);
    if (!point) return this.unpick(); // it has gone since
    const alike = rows.slice(1).flatMap((row) => told.get(row) ?? []);
    this.picked = { position, point, alike };
    this.said = words.pickedNow(titleOf(point.product));
    this.#restate();
  }

  /** Pick the point of a row that is told of somewhere on the page. */
  pickRow(row: number): void {
    const position = this.#cloud?.position(row);
    if (position !== undefined) this.pick(position, true);
  }

  unpick(): void {
    this.#picking++;
    this.picked = null;
    this.#restate();
  }

  goHome(): void {
    this.#scene?.goHome();
  }

  selectInside(line: readonly Spot[]): void {
    const scene = this.#scene;
    if (!scene || line.length < 3) return;
    this.select(scene.project().inside(line, scene.isShown));
  }

  select(positions: number[]): void {
    this.selected = positions;
    this.listed = [];
    this.tagSaid = "";
    this.said = words.selected(counted(positions.length, words.points));
    this.#restate();
    this.listMore();
  }

  async listMore(): Promise<void> {
    const cloud = this.#cloud;
    if (!cloud) return;
    const turn = ++this.#listing;
    const before = this.listed;
    const rows = this.selected
      .slice(before.length, before.length + LISTED)
      .map((one) => cloud.rows[one] as number);
    const told = await this.#tell(rows);
    if (turn === this.#listing) this.listed = [...before, ...rows.flatMap((row) => told.get(row) ?? [])];
  }

  /** Search by a photo, or one at an address of this server, and show it among what it finds. */
  async place(photo: Blob | string): Promise<void> {
    this.removePhoto();
    const searching = new AbortController();
    this.#searching = searching;
    this.isSearching = true;
    try {
      const bytes = typeof photo === "string" ? await fetchPicture(photo, searching.signal) : photo;
      const small = await shrink(bytes).catch(() => null);
      if (!small) {
        this.photoSaid = words.notAPicture;
        return;
      }
      const answer = await search(small, { limit: HITS } as SearchOptions, searching.signal);
      const points = await tellProducts(answer.hits.map(({ product }) => product.id));
      const bitmap = await smallBitmap(small);
      if (searching.signal.aborted) return;
      this.photoUrl = URL.createObjectURL(small);
      this.#showFound(answer, points, bitmap);
    } catch (problem) {
      if (!searching.signal.aborted) this.photoSaid = reason(problem);
    } finally {
      if (this.#searching === searching) this.isSearching = false;
    }
  }

  removePhoto(): void {
    this.#searching?.abort();
    this.isSearching = false;
    if (this.photoUrl) URL.revokeObjectURL(this.photoUrl);
    this.photoUrl = "";
    this.photoSaid = "";
    this.found = [];
    this.#scene?.showQuery(null, []);
    this.#restate();
  }

  /** Store a tag as an attribute of all selected products. */
  async tag(name: string): Promise<void> {
    const tag = name.trim();
    if (!tag || this.isTagging) return;
    this.isTagging = true;
    try {
      const products = await this.#selectedProducts();
      const done = await tagAll(products, tag, (done) => {
        this.tagSaid = words.tagging(done, products.length);
      });
      this.tagSaid = words.tagged(counted(done, words.products), tag);
    } catch (problem) {
      this.tagSaid = words.notTagged(reason(problem));
    } finally {
      this.isTagging = false;
    }
  }

  /** Write the selected products as CSV. */
  async write(): Promise<Blob> {
    return tableOf(await this.#selectedProducts());
  }

  /** Go on looking whether there is another version, until stopped. */
  async #follow(): Promise<void> {
    let wait = SOON_MS;
    try {
      const manifest = await askManifest(this.#life.signal);
      if (!manifest) this.status = "laying-out";
      else {
        this.isCurrent = manifest.is_current;
        if (manifest.version !== this.#version) await this.#show(new Cloud(manifest));
        if (manifest.is_current) wait = LATER_MS;
      }
    } catch (problem) {
      if (this.#life.signal.aborted) return;
      // A version may have been followed by another while its tiles were brought.
      if (!this.#cloud?.loaded && !(problem instanceof Problem && problem.status === 404)) {
        this.status = "failed";
        this.why = reason(problem);
      }
    }
    if (!this.#life.signal.aborted) this.#asking = setTimeout(() => this.#follow(), wait);
  }

  async #show(cloud: Cloud): Promise<void> {
    const scene = this.#scene;
    if (!scene) return;
    const before = this.#cloud;
    const rowsOf = (positions: number[]) => positions.map((one) => before?.rows[one] as number);
    const kept = { selected: rowsOf(this.selected), picked: this.picked?.point.row };
    if (!before) this.look.neighbours = cloud.count > MANY_POINTS ? 1 : 2;
    const onTile = () => {
      if (this.#cloud !== cloud) {
        this.#cloud = cloud;
        scene.show(cloud);
      } else scene.grow();
      this.status = "shown";
    };
    // What is there stays until the whole of what follows it has come.
    await cloud.bring(before ? () => {} : onTile, this.#life.signal);
    onTile();
    this.#version = cloud.manifest.version;
    this.count = cloud.count;
    this.method = cloud.manifest.method;
    this.status = cloud.count ? "shown" : "empty";
    this.legend = legendOf(cloud);
    this.prices = priceLegendOf(cloud);
    this.selected = kept.selected.flatMap((row) => cloud.position(row) ?? []);
    const picked = kept.picked === undefined ? undefined : cloud.position(kept.picked);
    if (this.picked) this.picked = picked === undefined ? null : { ...this.picked, position: picked };
    this.found = this.found.flatMap((one) => {
      const position = cloud.position(one.point.row);
      return position === undefined ? [] : [{ ...one, position }];
    });
    this.#restate();
    if (!before) scene.goHome(true);
    this.isBringingEdges = true;
    let last = 0;
    await cloud.bringEdges(() => {
      if (performance.now() - last < 200) return;
      last = performance.now();
      scene.joinEdges();
    }, this.#life.signal);
    this.isBringingEdges = false;
    if (!before) this.look.threshold = usualStrength(cloud);
    this.applyLook();
    scene.joinEdges();
  }

  #showFound(answer: Schemas["SearchAnswer"], points: Point[], bitmap: ImageBitmap): void {
    const found = answer.hits.flatMap(({ product, picture, score }) => {
      const own = points.filter((point) => point.product.id === product.id);
      const point = own.find((one) => one.picture === picture) ?? own[0];
      const position = point && this.#cloud?.position(point.row);
      return point && position !== undefined ? [{ point, position, score }] : [];
    });
    this.found = found;
    if (!found.length) {
      this.photoSaid = answer.hits.length ? words.notOnMap : words.foundNothing;
      return;
    }
    this.photoSaid = words.foundPlace(counted(found.length, words.products));
    this.said = this.photoSaid;
    const best = Math.max(...found.map(({ score }) => score), 1e-6);
    const lines = found.map(({ position, score }) => ({
      position,
      weight: Math.max(0, score / best) ** PULL,
    }));
    this.#restate();
    this.#scene?.showQuery(bitmap, lines);
    this.#scene?.flyTo(lines.map(({ position }) => position));
  }

  /** Tell the scene what is dimmed, selected and picked. */
  #restate(): void {
    const scene = this.#scene;
    const cloud = this.#cloud;
    if (!scene || !cloud) return;
    const { states } = scene;
    states.fill(STATE.plain);
    if (this.only.length) {
      for (let at = 0; at < cloud.loaded; at++) {
        const category = cloud.categories[at] as number;
        if (!this.only.some((one) => isOf(category, one))) states[at] = STATE.dimmed;
      }
    }
    for (const at of this.selected) states[at] = STATE.selected;
    for (const { position } of this.found) states[position] = STATE.selected;
    if (this.picked) states[this.picked.position] = STATE.picked;
    scene.restate();
  }

  async #tell(rows: number[]): Promise<Map<number, Point>> {
    try {
      return new Map((await tellRows(rows)).map((point) => [point.row, point]));
    } catch (problem) {
      this.said = reason(problem);
      return new Map();
    }
  }

  /** The selected products, each once. */
  async #selectedProducts(): Promise<Product[]> {
    const rows = this.selected.map((one) => this.#cloud?.rows[one] as number);
    const told = new Map<string, Product>();
    for (let start = 0; start < rows.length; start += TOLD_AT_ONCE) {
      for (const { product } of await tellRows(rows.slice(start, start + TOLD_AT_ONCE)))
        told.set(product.id, product);
    }
    return [...told.values()];
  }
}

/** A similarity that most edges to the nearest neighbours have. */
function usualStrength({ strengths, manifest }: Cloud): number {
  const first = strengths?.filter((_, at) => at % manifest.neighbours === 1).sort() ?? [];
  return Math.round(((first[first.length >> 2] ?? 0) / 255) * 20) / 20;
}

function reason(problem: unknown): string {
  return problem instanceof Error ? problem.message : String(problem);
}

async function smallBitmap(photo: Blob): Promise<ImageBitmap> {
  const whole = await createImageBitmap(photo);
  const scale = Math.min(1, PHOTO_SIDE / Math.max(whole.width, whole.height));
  const small = await createImageBitmap(whole, {
    resizeWidth: Math.max(1, Math.round(whole.width * scale)),
    resizeHeight: Math.max(1, Math.round(whole.height * scale)),
    resizeQuality: "medium",
    imageOrientation: "flipY",
  });
  whole.close();
  return small;
}
