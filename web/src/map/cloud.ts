/** The points of the map, as the server's tiles give them: columns that go to the GPU as they are. */
import { client, given, Problem, reach, type Schemas } from "../common/api";

export type Manifest = Schemas["MapAnswer"];

/** Points that are brought at most, whole levels of detail; more would be a fog, and gigabytes of edges. */
const MOST_POINTS = 500_000;
const HEADER_BYTES = 16;
const AT_ONCE = 4;
export const NOTHING = 0xffffffff;

/** All points of one version of a map; those from `loaded` on have not come yet. */
export class Cloud {
  readonly manifest: Manifest;
  readonly count: number;
  readonly rows: Uint32Array;
  /** NaN where none is known. */
  readonly prices: Float32Array;
  /** Three of each point, 0 to 65535. */
  readonly places: Uint16Array;
  readonly categories: Uint16Array;
  /** Three of each point: the colour that most of the product has. */
  readonly colours: Uint8Array;
  /** The positions of the nearest points of each point, NOTHING past the last; null until they are wanted. */
  near: Uint32Array | null = null;
  /** How alike they are, 0 to 255. */
  strengths: Uint8Array | null = null;
  loaded = 0;
  #positions: Map<number, number> | null = null;

  constructor(manifest: Manifest) {
    this.manifest = manifest;
    this.count = manifest.tiles.reduce(
      (end, { first, count }) => (first + count <= MOST_POINTS ? Math.max(end, first + count) : end),
      0,
    );
    this.rows = new Uint32Array(this.count);
    this.prices = new Float32Array(this.count);
    this.places = new Uint16Array(3 * this.count);
    this.categories = new Uint16Array(this.count);
    this.colours = new Uint8Array(3 * this.count);
  }

  /** The position of a row, or undefined. */
  position(row: number): number | undefined {
    if (this.#positions?.size !== this.loaded) {
      this.#positions = new Map();
      for (let at = 0; at < this.loaded; at++) this.#positions.set(this.rows[at] as number, at);
    }
    return this.#positions.get(row);
  }

  /** A point's place in a cube around 0, from -1 to 1 along each axis. */
  place(position: number): [number, number, number] {
    const at = 3 * position;
    return [0, 1, 2].map((axis) => ((this.places[at + axis] ?? 0) / 65535) * 2 - 1) as [
      number,
      number,
      number,
    ];
  }

  /** Bring the points tile by tile, the coarsest level first; `onTile` is told after each. */
  async bring(onTile: () => void, signal: AbortSignal): Promise<void> {
    await this.#eachTile("points", signal, (bytes, first, count) => {
      const read = columns(bytes);
      this.rows.set(read(Uint32Array, count), first);
      this.prices.set(read(Float32Array, count), first);
      this.places.set(read(Uint16Array, 3 * count), 3 * first);
      this.categories.set(read(Uint16Array, count), first);
      this.colours.set(read(Uint8Array, 3 * count), 3 * first);
      this.loaded = first + count;
      onTile();
    });
  }

  /** Bring the edges likewise. */
  async bringEdges(onTile: () => void, signal: AbortSignal): Promise<void> {
    const each = this.manifest.neighbours;
    this.near = new Uint32Array(each * this.count).fill(NOTHING);
    this.strengths = new Uint8Array(each * this.count);
    const { near, strengths } = this;
    await this.#eachTile("edges", signal, (bytes, first, count) => {
      const read = columns(bytes);
      near.set(read(Uint32Array, each * count), each * first);
      strengths.set(read(Uint8Array, each * count), each * first);
      onTile();
    });
  }

  async #eachTile(
    what: "points" | "edges",
    signal: AbortSignal,
    take: (bytes: ArrayBuffer, first: number, count: number) => void,
  ): Promise<void> {
    const tiles = this.manifest.tiles.filter(({ first, count }) => first + count <= this.count);
    const asked: Promise<ArrayBuffer>[] = [];
    const ask = (number: number) => {
      if (number >= tiles.length) return;
      const coming = bytesOf(`/v1/map/${this.manifest.version}/${what}/${number}`, signal);
      coming.catch(() => {}); // it is told of where it is waited for
      asked[number] = coming;
    };
    for (let number = 0; number < AT_ONCE; number++) ask(number);
    for (const [number, { first, count }] of tiles.entries()) {
      const bytes = (await asked[number]) as ArrayBuffer;
      delete asked[number];
      ask(number + AT_ONCE);
      take(bytes, first, count);
    }
  }
}

/** Ask what map there is; null while the first is still being laid out. */
export async function askManifest(signal: AbortSignal): Promise<Manifest | null> {
  try {
    return await given(client.GET("/v1/map", { signal }));
  } catch (problem) {
    if (problem instanceof Problem && problem.status === 503) return null;
    throw problem;
  }
}

/** Bring the bytes of a sheet of thumbnails. */
export async function bringSheet(version: string, number: number): Promise<Blob> {
  const response = await reach(new Request(`/v1/map/${version}/sheets/${number}.jpg`));
  return response.blob();
}

export type Point = Schemas["PointAnswer"];

/** Tell of the products behind rows. */
export async function tellRows(rows: number[]): Promise<Point[]> {
  return rows.length
    ? (await given(client.GET("/v1/map/points", { params: { query: { row: rows } } }))).points
    : [];
}

/** Tell of the points of products. */
export async function tellProducts(products: string[]): Promise<Point[]> {
  if (!products.length) return [];
  return (await given(client.GET("/v1/map/points", { params: { query: { product: products } } }))).points;
}

async function bytesOf(address: string, signal: AbortSignal): Promise<ArrayBuffer> {
  const response = await reach(new Request(address, { signal }));
  return response.arrayBuffer();
}

/** Read one column after the other, each begun at a multiple of four bytes. */
function columns(bytes: ArrayBuffer) {
  let at = HEADER_BYTES;
  return <Column>(
    kind: { new (bytes: ArrayBuffer, at: number, count: number): Column; BYTES_PER_ELEMENT: number },
    count: number,
  ): Column => {
    const column = new kind(bytes, at, count);
    at += Math.ceil((count * kind.BYTES_PER_ELEMENT) / 4) * 4;
    return column;
  };
}
