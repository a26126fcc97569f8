/** Thumbnails of the points that are near the eye: one picture of sheets on the GPU, one draw call for all. */
import {
  DynamicDrawUsage,
  InstancedBufferAttribute,
  InstancedBufferGeometry,
  LinearFilter,
  Mesh,
  PlaneGeometry,
  ShaderMaterial,
  Texture,
  Vector2,
  type WebGLRenderer,
  WebGLRenderTarget,
} from "three";
import type { Projected } from "./aiming";
import { bringSheet, type Cloud } from "./cloud";
import { STATE, THUMBNAILS_FRAGMENT, THUMBNAILS_VERTEX } from "./shaders";

const SHOWN = 500;
const SLOTS_ACROSS = 4;
const SLOTS = SLOTS_ACROSS * SLOTS_ACROSS;
/** The size of the farthest, as a share of their full size; they still cover their dot. */
const LEAST_GROWN = 0.6;
/** By how much nearer than it is what is selected or picked is taken to be, so that it is shown first. */
const FIRST = 1000;
/** Sheets on their way at a time. */
const COMING = 3;

export class Thumbnails {
  readonly mesh: Mesh<InstancedBufferGeometry, ShaderMaterial>;
  readonly #renderer: WebGLRenderer;
  readonly #target: WebGLRenderTarget;
  readonly #onSheet: () => void;
  readonly #places = new InstancedBufferAttribute(new Float32Array(3 * SHOWN), 3);
  readonly #cells = new InstancedBufferAttribute(new Float32Array(2 * SHOWN), 2);
  readonly #colours = new InstancedBufferAttribute(new Uint8Array(3 * SHOWN), 3, true);
  readonly #states = new InstancedBufferAttribute(new Float32Array(SHOWN), 1);
  readonly #grown = new InstancedBufferAttribute(new Float32Array(SHOWN), 1);
  /** Which sheet each slot holds, -1 none, and when it was last of use. */
  readonly #slots = new Int32Array(SLOTS).fill(-1);
  readonly #used = new Float64Array(SLOTS);
  readonly #coming = new Set<number>();
  readonly #failed = new Set<number>();
  #version = "";
  #turn = 0;
  #slotSide = 0;

  constructor(renderer: WebGLRenderer, uniforms: ShaderMaterial["uniforms"], onSheet: () => void) {
    this.#renderer = renderer;
    this.#onSheet = onSheet;
    this.#target = new WebGLRenderTarget(1, 1, { depthBuffer: false, generateMipmaps: false });
    this.#target.texture.minFilter = LinearFilter;
    const plane = new PlaneGeometry(2, 2);
    const geometry = new InstancedBufferGeometry();
    geometry.setIndex(plane.index);
    geometry.setAttribute("position", plane.getAttribute("position"));
    const columns = {
      center: this.#places,
      cell: this.#cells,
      colour: this.#colours,
      state: this.#states,
      grown: this.#grown,
    };
    for (const [name, column] of Object.entries(columns))
      geometry.setAttribute(name, column.setUsage(DynamicDrawUsage));
    geometry.instanceCount = 0;
    const material = new ShaderMaterial({
      vertexShader: THUMBNAILS_VERTEX,
      fragmentShader: THUMBNAILS_FRAGMENT,
      uniforms: { ...uniforms, sheets: { value: this.#target.texture }, cellSize: { value: 0 } },
    });
    this.mesh = new Mesh(geometry, material);
    this.mesh.frustumCulled = false;
  }

  /** How many are shown. */
  get count(): number {
    return this.mesh.geometry.instanceCount;
  }

  /** Choose the selected points, then those nearest to the eye, no farther than `reach`, and bring their sheets. */
  choose(
    cloud: Cloud,
    projected: Projected,
    view: { width: number; height: number; reach: number; most: number },
    colours: Uint8Array,
    states: Uint8Array,
  ): void {
    this.#begin(cloud);
    this.#turn++;
    const near: number[] = [];
    const { across, down, depth } = projected;
    const margin = 40;
    for (let at = 0; at < depth.length; at++) {
      const away = depth[at] as number;
      const x = across[at] as number;
      const y = down[at] as number;
      if (
        away < view.reach &&
        x > -margin &&
        y > -margin &&
        x < view.width + margin &&
        y < view.height + margin
      )
        near.push(at);
    }
    const rank = (at: number) =>
      (depth[at] as number) - ((states[at] as number) >= STATE.selected ? FIRST : 0);
    near.sort((one, other) => rank(one) - rank(other));
    near.length = Math.min(near.length, view.most, SHOWN);
    // Where not all fit, the farthest still grow in gently.
    const last = near.at(-1);
    const farthest =
      last !== undefined && near.length === Math.min(view.most, SHOWN) ? (depth[last] as number) : view.reach;
    const { points, across: sheetAcross, side } = cloud.manifest.sheets;
    const wanted = new Map<number, number>();
    let count = 0;
    for (const at of near) {
      const sheet = Math.floor(at / points);
      wanted.set(sheet, (wanted.get(sheet) ?? 0) + 1 / (depth[at] as number));
      const slot = this.#slots.indexOf(sheet);
      if (slot < 0) continue;
      this.#used[slot] = this.#turn;
      const cell = at % points;
      const left = (slot % SLOTS_ACROSS) * this.#slotSide + (cell % sheetAcross) * side;
      const top = Math.floor(slot / SLOTS_ACROSS) * this.#slotSide + Math.floor(cell / sheetAcross) * side;
      const whole = SLOTS_ACROSS * this.#slotSide;
      this.#places.setXYZ(
        count,
        (cloud.places[3 * at] as number) / 65535,
        (cloud.places[3 * at + 1] as number) / 65535,
        (cloud.places[3 * at + 2] as number) / 65535,
      );
      this.#cells.setXY(count, left / whole, top / whole);
      (this.#colours.array as Uint8Array).set(colours.subarray(3 * at, 3 * at + 3), 3 * count);
      this.#states.setX(count, states[at] as number);
      const far = (farthest - (depth[at] as number)) / farthest;
      this.#grown.setX(count, LEAST_GROWN + (1 - LEAST_GROWN) * Math.min(1, Math.max(0, 3 * far)));
      count++;
    }
    this.mesh.geometry.instanceCount = count;
    for (const column of [this.#places, this.#cells, this.#colours, this.#states, this.#grown])
      column.needsUpdate = true;
    this.#bring(cloud, wanted);
  }

  dispose(): void {
    this.mesh.geometry.dispose();
    this.mesh.material.dispose();
    this.#target.dispose();
  }

  /** Make room for the sheets of a map; those of another version are forgotten. */
  #begin(cloud: Cloud): void {
    if (this.#version === cloud.manifest.version) return;
    const { across, side } = cloud.manifest.sheets;
    this.#version = cloud.manifest.version;
    this.#slots.fill(-1);
    this.#failed.clear();
    this.#slotSide = across * side;
    this.#target.setSize(SLOTS_ACROSS * this.#slotSide, SLOTS_ACROSS * this.#slotSide);
    this.#renderer.initRenderTarget(this.#target);
    this.mesh.material.uniforms.cellSize = { value: 1 / (SLOTS_ACROSS * across) };
  }

  #bring(cloud: Cloud, wanted: Map<number, number>): void {
    const missing = [...wanted]
      .filter(
        ([sheet]) => !this.#slots.includes(sheet) && !this.#coming.has(sheet) && !this.#failed.has(sheet),
      )
      .sort(([, one], [, other]) => other - one);
    for (const [sheet] of missing) {
      if (this.#coming.size >= COMING) return;
      this.#coming.add(sheet);
      this.#load(cloud, sheet)
        .catch(() => this.#failed.add(sheet)) // its points stay dots
        .finally(() => {
          this.#coming.delete(sheet);
          this.#onSheet();
        });
    }
  }

  async #load(cloud: Cloud, sheet: number): Promise<void> {
    const { version } = cloud.manifest;
    const bitmap = await createImageBitmap(await bringSheet(version, sheet));
    if (this.#version === version) {
      const slot = this.#freeSlot();
      const texture = new Texture(bitmap);
      texture.flipY = false;
      const corner = new Vector2(
        (slot % SLOTS_ACROSS) * this.#slotSide,
        Math.floor(slot / SLOTS_ACROSS) * this.#slotSide,
      );
      this.#target.texture.flipY = false;
      this.#renderer.copyTextureToTexture(texture, this.#target.texture, null, corner);
      texture.dispose();
      this.#slots[slot] = sheet;
      this.#used[slot] = this.#turn;
    }
    bitmap.close();
  }

  /** An empty slot, or the one that was of no use for longest. */
  #freeSlot(): number {
    const empty = this.#slots.indexOf(-1);
    return empty >= 0 ? empty : this.#used.indexOf(Math.min(...this.#used));
  }
}
