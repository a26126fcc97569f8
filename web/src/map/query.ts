/** A photo that is shown among what it finds: turned to the eye, with a line to each hit. */
import {
  Group,
  Mesh,
  MeshBasicMaterial,
  type PerspectiveCamera,
  PlaneGeometry,
  type ShaderMaterial,
  Texture,
  Vector3,
} from "three";
import { LineMaterial } from "three/examples/jsm/lines/LineMaterial.js";
import { LineSegments2 } from "three/examples/jsm/lines/LineSegments2.js";
import { LineSegmentsGeometry } from "three/examples/jsm/lines/LineSegmentsGeometry.js";

const LINE_PIXELS = 2.4;
/** Drawn after points, edges and thumbnails, whatever is before it. */
const ORDER = 10;
/** The photo's side, and its frame beside that, as a share of how far away it is. */
const SIDE = 0.16;
const FRAME = 0.05;
/** How far the photo stands above its hits, in sides of a thumbnail: beside them rather than on the nearest. */
const LIFT = 6;

export interface QueryLine {
  position: number;
  /** From 0, weak, to 1. */
  weight: number;
}

export class QueryPhoto {
  readonly group = new Group();
  /** Where the photo is. */
  readonly place = new Vector3();
  readonly #lines: LineSegments2;
  readonly #photo: Mesh<PlaneGeometry, MeshBasicMaterial>;
  readonly #frame: Mesh<PlaneGeometry, MeshBasicMaterial>;
  readonly #uniforms: ShaderMaterial["uniforms"];
  #shape: readonly [number, number] = [1, 1];

  constructor(uniforms: ShaderMaterial["uniforms"]) {
    this.#uniforms = uniforms;
    const look = { transparent: true, depthTest: false };
    const lines = new LineMaterial({ ...look, linewidth: LINE_PIXELS, vertexColors: true, opacity: 0.9 });
    const plane = new PlaneGeometry(1, 1);
    this.#lines = new LineSegments2(new LineSegmentsGeometry(), lines);
    this.#frame = new Mesh(plane, new MeshBasicMaterial(look));
    this.#photo = new Mesh(plane, new MeshBasicMaterial(look));
    for (const [order, thing] of [this.#lines, this.#frame, this.#photo].entries()) {
      thing.frustumCulled = false;
      thing.renderOrder = ORDER + order;
      this.group.add(thing);
    }
    this.group.visible = false;
  }

  get isShown(): boolean {
    return this.group.visible;
  }

  /** Take the colour of the frame, as CSS writes it. */
  setTheme(accent: string): void {
    this.#frame.material.color.setStyle(accent);
  }

  /** Show a photo from now on; null takes it away. */
  show(photo: ImageBitmap | null): void {
    this.group.visible = photo !== null;
    if (!photo) return;
    this.#photo.material.map?.dispose();
    const texture = new Texture(photo);
    texture.needsUpdate = true;
    texture.generateMipmaps = false;
    // The bitmap was made with its rows upside down, for bitmaps cannot be turned on their way to the GPU.
    texture.flipY = false;
    texture.colorSpace = "srgb";
    this.#photo.material.map = texture;
    this.#photo.material.needsUpdate = true;
    const shape = photo.width / photo.height;
    this.#shape = shape > 1 ? [1, 1 / shape] : [shape, 1];
  }

  /** Join the photo with the places of its hits, and put it at their mean by weight. */
  join(hits: readonly { place: Vector3; weight: number }[]): void {
    const { accent, ground, side } = this.#uniforms;
    const total = hits.reduce((sum, { weight }) => sum + weight, 0) || 1;
    this.place.set(0, 0, 0);
    for (const { place, weight } of hits) this.place.addScaledVector(place, weight / total);
    this.place.y += LIFT * side?.value;
    const ends = hits.flatMap(({ place }) => [...this.place.toArray(), ...place.toArray()]);
    const colours = hits.flatMap(({ weight }) => {
      const shown = ground?.value.clone().lerp(accent?.value, 0.35 + 0.65 * weight);
      const colour = shown.convertSRGBToLinear().toArray();
      return [...colour, ...colour];
    });
    this.#lines.geometry.dispose();
    this.#lines.geometry = new LineSegmentsGeometry().setPositions(ends).setColors(colours);
  }

  /** Turn the photo to the eye, and keep it as large on the screen. */
  face(camera: PerspectiveCamera, away: number): void {
    const size = SIDE * Math.min(away, camera.position.distanceTo(this.place));
    for (const [thing, frame] of [[this.#frame, FRAME] as const, [this.#photo, 0] as const]) {
      thing.position.copy(this.place);
      thing.quaternion.copy(camera.quaternion);
      thing.scale.set(size * (this.#shape[0] + frame), size * (this.#shape[1] + frame), 1);
    }
  }
}
