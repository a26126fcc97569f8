/** The scene: points, edges, thumbnails and the lines of a query, drawn anew only when something changes. */
import {
  BufferAttribute,
  BufferGeometry,
  Color,
  DynamicDrawUsage,
  Group,
  LineSegments,
  Matrix4,
  PerspectiveCamera,
  Points,
  ShaderMaterial,
  Scene as Tree,
  Vector2,
  Vector3,
  WebGLRenderer,
} from "three";
import { OrbitControls } from "three/examples/jsm/controls/OrbitControls.js";
import { Projected, type Spot } from "./aiming";
import { type Cloud, NOTHING } from "./cloud";
import { type Colouring, paint } from "./colouring";
import { type QueryLine, QueryPhoto } from "./query";
import { EDGES_FRAGMENT, EDGES_VERTEX, POINTS_FRAGMENT, POINTS_VERTEX, STATE } from "./shaders";
import { Thumbnails } from "./thumbnails";

const ANGLE_DEGREES = 50;
/** From where all is seen, in radii of what most points are within. */
const HOME = new Vector3(0.9, 0.6, 2).setLength(2.45);
/** The share of the points that is framed, but all of few. */
const FRAMED = 0.86;
const FEW_POINTS = 500;
const FLIGHT_MS = 700;
/** A frame that takes longer is drawn with fewer pixels, down to LEAST_RATIO of the page's. */
const SLOW_FRAME_MS = 45;
const LEAST_RATIO = 0.6;
const MOST_RATIO = 2;
const SETTLED_MS = 250;
/** Thumbnails are chosen anew so often while the eye moves. */
const CHOOSE_MS = 90;
/** A thumbnail's side, in radii of a dot, and how many pixels it must have to be shown. */
const THUMBNAIL_RADII = 5;
const LEAST_THUMBNAIL_PIXELS = 20;

export interface Look {
  colouring: Colouring;
  /** Times the size that suits the number of points. */
  pointSize: number;
  spread: number;
  neighbours: number;
  /** The least cosine similarity of an edge. */
  threshold: number;
  thumbnails: boolean;
}

export class Scene {
  readonly #renderer: WebGLRenderer;
  readonly #canvas: HTMLCanvasElement;
  readonly #camera = new PerspectiveCamera(ANGLE_DEGREES, 1, 0.005, 60);
  readonly #controls: OrbitControls;
  readonly #tree = new Tree();
  readonly #world = new Group();
  readonly #uniforms = {
    ground: { value: new Color() },
    accent: { value: new Color() },
    fog: { value: new Vector2(1, 5) },
    radius: { value: 0.01 },
    pixels: { value: 1 },
    ratio: { value: 1 },
    strength: { value: 0.3 },
    side: { value: 0.03 },
    lift: { value: 0.01 },
  };
  readonly #points: Points<BufferGeometry, ShaderMaterial>;
  readonly #edges: LineSegments<BufferGeometry, ShaderMaterial>;
  readonly #thumbnails: Thumbnails;
  readonly #query: QueryPhoto;
  readonly #sizes: ResizeObserver;
  readonly #isStill: () => boolean;

  #cloud: Cloud | null = null;
  #colours = new BufferAttribute(new Uint8Array(0), 3, true);
  #states = new BufferAttribute(new Uint8Array(0), 1);
  #look: Look;
  #wanted = 0;
  /** Of the device's pixels to the page's: of a still picture, and while something moves. */
  readonly #fullRatio: number;
  #ratio: number;
  #lastFrame = 0;
  #slowFrames = 0;
  #settling = 0;
  #isSharp = false;
  #chosenAt = 0;
  /** Where the eye was then. */
  readonly #chosenFrom = new Matrix4();
  #isChoosing = false;
  #flight: { begin: number; target: [Vector3, Vector3]; eye: [Vector3, Vector3] } | null = null;
  #lines: readonly QueryLine[] = [];
  #frameMs: number[] = [];
  #drawMs: number[] = [];

  /** `isStill` tells whether whoever looks wants no motion but their own. Throws where there is no WebGL 2. */
  constructor(canvas: HTMLCanvasElement, look: Look, isStill: () => boolean) {
    this.#canvas = canvas;
    this.#look = look;
    this.#isStill = isStill;
    this.#renderer = new WebGLRenderer({ canvas, antialias: false, powerPreference: "high-performance" });
    this.#fullRatio = Math.min(devicePixelRatio, MOST_RATIO);
    this.#ratio = this.#fullRatio;
    const material = (vertexShader: string, fragmentShader: string) =>
      new ShaderMaterial({ vertexShader, fragmentShader, uniforms: this.#uniforms });
    this.#points = new Points(new BufferGeometry(), material(POINTS_VERTEX, POINTS_FRAGMENT));
    this.#edges = new LineSegments(new BufferGeometry(), material(EDGES_VERTEX, EDGES_FRAGMENT));
    Object.assign(this.#edges.material, { transparent: true, depthWrite: false });
    this.#thumbnails = new Thumbnails(this.#renderer, this.#uniforms, () => this.#chooseSoon());
    this.#query = new QueryPhoto(this.#uniforms);
    for (const [order, thing] of [this.#points, this.#edges, this.#thumbnails.mesh].entries()) {
      thing.frustumCulled = false;
      thing.renderOrder = order;
      this.#world.add(thing);
    }
    this.#edges.renderOrder = 3;
    this.#tree.add(this.#world, this.#query.group);
    this.#camera.position.copy(HOME);
    this.#controls = new OrbitControls(this.#camera, canvas);
    Object.assign(this.#controls, {
      zoomToCursor: true,
      minDistance: 0.02,
      maxDistance: 12,
      dampingFactor: 0.12,
    });
    this.#controls.enableDamping = !isStill();
    this.#controls.addEventListener("change", () => this.draw());
    this.#sizes = new ResizeObserver(() => this.#resize());
    this.#sizes.observe(canvas);
    this.setLook(look);
  }

  /** Show a cloud from now on; `grow` is to be called as its points come. */
  show(cloud: Cloud): void {
    this.#cloud = cloud;
    this.#colours = new BufferAttribute(new Uint8Array(3 * cloud.count), 3, true);
    this.#states = new BufferAttribute(new Uint8Array(cloud.count), 1);
    const places = new BufferAttribute(cloud.places, 3, true);
    for (const drawn of [this.#points, this.#edges]) {
      drawn.geometry.dispose();
      drawn.geometry = new BufferGeometry();
      drawn.geometry.setAttribute("position", places);
      drawn.geometry.setAttribute("colour", this.#colours);
    }
    this.#points.geometry.setAttribute("state", this.#states);
    this.grow();
  }

  /** Show what has come of the points by now. */
  grow(): void {
    const cloud = this.#cloud;
    if (!cloud) return;
    this.#points.geometry.setDrawRange(0, cloud.loaded);
    (this.#points.geometry.getAttribute("position") as BufferAttribute).needsUpdate = true;
    this.#recolour();
    this.#measure();
    this.#chooseSoon();
  }

  /** The states of all points, to be changed by whoever calls `restate` then. */
  get states(): Uint8Array {
    return this.#states.array as Uint8Array;
  }

  restate(): void {
    this.#states.needsUpdate = true;
    this.#chooseSoon();
  }

  setLook(look: Look): void {
    const before = this.#look;
    this.#look = { ...look };
    if (before.colouring !== look.colouring) this.#recolour();
    this.#world.scale.setScalar(2 * look.spread);
    this.#world.position.setScalar(-look.spread);
    this.#world.updateMatrixWorld(true);
    if (before.spread !== look.spread) this.#placeQuery();
    this.#measure();
    if (before.neighbours !== look.neighbours || before.threshold !== look.threshold) this.#joinEdges();
    this.#chooseSoon();
  }

  /** Show the edges that have come by now. */
  joinEdges(): void {
    this.#joinEdges();
    this.draw();
  }

  /** Take the page's colours, each as CSS writes it. */
  setTheme(ground: string, accent: string, isDark: boolean): void {
    // As they are written: nothing here is converted to linear light and back.
    this.#uniforms.ground.value.setStyle(ground, "srgb-linear");
    this.#uniforms.accent.value.setStyle(accent, "srgb-linear");
    this.#uniforms.strength.value = isDark ? 0.3 : 0.36;
    this.#renderer.setClearColor(new Color().setStyle(ground), 1);
    this.#query.setTheme(accent);
    this.draw();
  }

  /** Where all points are on the screen just now. */
  project(): Projected {
    if (!this.#cloud) throw new Error("nothing is shown yet: this is a bug");
    const { clientWidth, clientHeight } = this.#canvas;
    this.#camera.updateMatrixWorld();
    const matrix = new Matrix4()
      .multiplyMatrices(this.#camera.projectionMatrix, this.#camera.matrixWorldInverse)
      .multiply(this.#world.matrixWorld);
    return new Projected(this.#cloud, matrix, clientWidth, clientHeight);
  }

  /** The point under a spot of the canvas, or null. */
  pick(spot: Spot): number | null {
    const half = this.#uniforms.pixels.value / this.#uniforms.ratio.value / 2;
    const dot = this.#uniforms.radius.value;
    const reach = this.#reach();
    const shown = this.#look.thumbnails && this.#thumbnails.count > 0;
    const radius = (depth: number) =>
      Math.max(1.5, ((shown && depth < 0.8 * reach ? this.#uniforms.side.value : dot) * half) / depth);
    return this.project().pick(spot, radius, this.isShown);
  }

  /** Whether a point is not dimmed. */
  readonly isShown = (position: number): boolean => this.states[position] !== STATE.dimmed;

  /** Whether the eye is moved by dragging; else a lasso is drawn. */
  set isMovable(isMovable: boolean) {
    this.#controls.enabled = isMovable;
  }

  /** Fly to see some points, from where the eye looks. */
  flyTo(positions: readonly number[], closeness = 1): void {
    const cloud = this.#cloud;
    if (!cloud || !positions.length) return;
    const places = positions.map((position) => this.#placeOf(cloud.place(position)));
    if (positions.length > 1 && this.#query.isShown) places.push(this.#query.place);
    const target = places.reduce((sum, place) => sum.add(place), new Vector3()).divideScalar(places.length);
    const farthest = Math.max(...places.map((place) => place.distanceTo(target)));
    const distance = Math.max(farthest * 2.6, (26 * this.#uniforms.side.value) / closeness);
    const direction = this.#camera.position.clone().sub(this.#controls.target).normalize();
    this.#fly(target, target.clone().addScaledVector(direction, distance));
  }

  /** See all again; `isAtOnce` without a flight. */
  goHome(isAtOnce = false): void {
    const { middle, radius } = this.#extent();
    // Where the view is higher than wide, its width says from where all is seen.
    const away = radius / Math.min(1, this.#camera.aspect);
    this.#fly(middle, middle.clone().addScaledVector(HOME, away), isAtOnce);
  }

  /** Turn around what is looked at, by radians; move nearer by a factor. */
  move(turn: number, tilt: number, factor: number): void {
    const from = this.#camera.position.clone().sub(this.#controls.target);
    const axis = new Vector3(0, 1, 0);
    from.applyAxisAngle(axis, turn);
    const side = new Vector3().crossVectors(axis, from).normalize();
    const tilted = from.clone().applyAxisAngle(side, tilt);
    if (Math.abs(tilted.clone().normalize().y) < 0.98) from.copy(tilted);
    this.#camera.position.copy(this.#controls.target).addScaledVector(from, factor);
    this.#controls.update();
    this.draw();
  }

  /** Show a photo among its hits, with lines to them, at their mean by weight; no lines take it away. */
  showQuery(photo: ImageBitmap | null, lines: readonly QueryLine[]): void {
    this.#lines = lines;
    this.#query.show(lines.length ? photo : null);
    this.#placeQuery();
    this.draw();
  }

  /** Medians of the last frames: from one to the next while something moves, and what drawing took of it. */
  get timing(): { frameMs: number; drawMs: number; calls: number; thumbnails: number; ratio: number } {
    return {
      frameMs: median(this.#frameMs),
      drawMs: median(this.#drawMs),
      calls: this.#renderer.info.render.calls,
      thumbnails: this.#thumbnails.count,
      ratio: this.#ratio,
    };
  }

  /** Draw with the next frame. */
  draw(): void {
    this.#wanted ||= requestAnimationFrame((now) => this.#drawNow(now));
  }

  dispose(): void {
    cancelAnimationFrame(this.#wanted);
    this.#sizes.disconnect();
    this.#controls.dispose();
    this.#thumbnails.dispose();
    this.#renderer.dispose();
  }

  #drawNow(now: number): void {
    this.#wanted = 0;
    this.#moveOn(now);
    this.#controls.update(); // draws again while it is still in motion
    clearTimeout(this.#settling);
    const passed = now - this.#lastFrame;
    this.#lastFrame = now;
    if (passed < 1000 && !this.#isSharp) this.#watch(passed);
    if (this.#renderer.getPixelRatio() !== this.#ratio) this.#setPixels();
    this.#camera.updateMatrixWorld();
    if (!this.#chosenFrom.equals(this.#camera.matrixWorld)) {
      if (now - this.#chosenAt > CHOOSE_MS) this.#choose(now);
      else this.#chooseSoon();
    }
    const away = this.#camera.position.distanceTo(this.#controls.target);
    const span = 1.7 * this.#look.spread;
    this.#uniforms.fog.value.set(Math.max(0.1 * away, away - span), away + span);
    this.#query.face(this.#camera, away);
    const begun = performance.now();
    this.#renderer.render(this.#tree, this.#camera);
    keep(this.#drawMs, performance.now() - begun);
    if (this.#ratio < this.#fullRatio && !this.#isSharp) {
      this.#settling = setTimeout(() => this.#drawSharp(), SETTLED_MS);
    }
  }

  /** Draw all pixels once nothing moves any more. */
  #drawSharp(): void {
    const ratio = this.#ratio;
    this.#isSharp = true;
    this.#ratio = this.#fullRatio;
    cancelAnimationFrame(this.#wanted);
    this.#drawNow(performance.now());
    this.#isSharp = false;
    this.#ratio = ratio;
  }

  /** Draw fewer pixels where frames come slowly, as without a GPU. */
  #watch(passed: number): void {
    keep(this.#frameMs, passed);
    this.#slowFrames = passed > SLOW_FRAME_MS ? this.#slowFrames + 1 : 0;
    if (this.#slowFrames > 8 && this.#ratio > LEAST_RATIO) {
      this.#ratio = Math.max(LEAST_RATIO, 0.75 * this.#ratio);
      this.#slowFrames = 0;
    }
  }

  /** The middle of the points, and within which radius most of them lie. */
  #extent(): { middle: Vector3; radius: number } {
    const cloud = this.#cloud;
    if (!cloud?.loaded) return { middle: new Vector3(), radius: 1 };
    const step = Math.ceil(cloud.loaded / 5000);
    const places = Array.from({ length: Math.floor(cloud.loaded / step) }, (_, at) =>
      this.#placeOf(cloud.place(at * step)),
    );
    const middle = new Vector3(
      ...(["x", "y", "z"] as const).map((axis) => median(places.map((place) => place[axis]))),
    );
    const away = places.map((place) => place.distanceTo(middle)).sort((one, other) => one - other);
    return {
      middle,
      radius: Math.max(
        0.05,
        away[Math.floor((cloud.loaded < FEW_POINTS ? 1 : FRAMED) * (away.length - 1))] ?? 1,
      ),
    };
  }

  #fly(target: Vector3, eye: Vector3, isAtOnce = false): void {
    if (isAtOnce || this.#isStill()) {
      this.#controls.target.copy(target);
      this.#camera.position.copy(eye);
    } else {
      this.#flight = {
        begin: performance.now(),
        target: [this.#controls.target.clone(), target],
        eye: [this.#camera.position.clone(), eye],
      };
    }
    this.draw();
  }

  #moveOn(now: number): void {
    if (!this.#flight) return;
    const { begin, target, eye } = this.#flight;
    const share = Math.min(1, Math.max(0, (now - begin) / FLIGHT_MS));
    const eased = share * share * (3 - 2 * share);
    this.#controls.target.lerpVectors(target[0], target[1], eased);
    this.#camera.position.lerpVectors(eye[0], eye[1], eased);
    if (share < 1) this.draw();
    else this.#flight = null;
  }

  #resize(): void {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    if (!width || !height) return;
    this.#setPixels();
    this.#camera.aspect = width / height;
    this.#camera.updateProjectionMatrix();
    this.#chooseSoon();
    this.draw();
  }

  #setPixels(): void {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    this.#renderer.setPixelRatio(this.#ratio);
    this.#renderer.setSize(width, height, false);
    this.#uniforms.ratio.value = this.#ratio;
    this.#uniforms.pixels.value = (height * this.#ratio) / Math.tan(((ANGLE_DEGREES / 2) * Math.PI) / 180);
  }

  /** Tell the shaders the sizes that depend on the number of points and the look. */
  #measure(): void {
    const count = Math.max(this.#cloud?.count ?? 1, 200);
    const radius = (0.12 / Math.cbrt(count)) * this.#look.pointSize;
    this.#uniforms.radius.value = radius;
    this.#uniforms.side.value = (radius * THUMBNAIL_RADII) / 2;
    this.#uniforms.lift.value = radius;
    this.draw();
  }

  #recolour(): void {
    if (!this.#cloud) return;
    paint(this.#cloud, this.#look.colouring, this.#colours.array as Uint8Array);
    this.#colours.needsUpdate = true;
    this.#chooseSoon();
  }

  /** Join each point with its neighbours, as many and as alike as the look says. */
  #joinEdges(): void {
    const cloud = this.#cloud;
    const { neighbours, threshold } = this.#look;
    this.#edges.visible = neighbours > 0 && Boolean(cloud?.near);
    if (!cloud?.near || !cloud.strengths || !neighbours) return;
    const { near, strengths, loaded } = cloud;
    const each = cloud.manifest.neighbours;
    const least = Math.ceil(255 * threshold);
    const { geometry } = this.#edges;
    // One buffer for as many edges as there can be, so that a slider that is dragged leaves none behind.
    if (!geometry.index) {
      const all = new BufferAttribute(new Uint32Array(2 * cloud.count * each), 1);
      geometry.setIndex(all.setUsage(DynamicDrawUsage));
    }
    const index = geometry.index as BufferAttribute;
    const joined = index.array as Uint32Array;
    let count = 0;
    for (let at = 0; at < loaded; at++) {
      for (let one = at * each; one < at * each + Math.min(neighbours, each); one++) {
        const other = near[one] as number;
        if (other === NOTHING || other >= loaded || (strengths[one] as number) < least) continue;
        joined[count++] = at;
        joined[count++] = other;
      }
    }
    index.clearUpdateRanges();
    index.addUpdateRange(0, count);
    index.needsUpdate = true;
    geometry.setDrawRange(0, count);
  }

  #chooseSoon(): void {
    if (this.#isChoosing) return;
    this.#isChoosing = true;
    setTimeout(() => {
      this.#isChoosing = false;
      this.#choose(performance.now());
      this.draw();
    }, CHOOSE_MS);
  }

  #choose(now: number): void {
    this.#chosenAt = now;
    this.#chosenFrom.copy(this.#camera.matrixWorld);
    this.#thumbnails.mesh.visible = this.#look.thumbnails;
    if (!this.#cloud?.loaded || !this.#look.thumbnails) return;
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const most = this.#ratio < 1 ? 250 : 500;
    this.#thumbnails.choose(
      this.#cloud,
      this.project(),
      { width, height, reach: this.#reach(), most },
      this.#colours.array as Uint8Array,
      this.states,
    );
  }

  /** How far away a thumbnail is still large enough to be shown. */
  #reach(): number {
    const { pixels, ratio, side } = this.#uniforms;
    return (side.value * pixels.value) / ratio.value / LEAST_THUMBNAIL_PIXELS;
  }

  #placeOf([x, y, z]: readonly [number, number, number]): Vector3 {
    return new Vector3(x, y, z).multiplyScalar(this.#look.spread);
  }

  #placeQuery(): void {
    const cloud = this.#cloud;
    if (!cloud || !this.#query.isShown) return;
    this.#query.join(
      this.#lines.map(({ position, weight }) => ({ place: this.#placeOf(cloud.place(position)), weight })),
    );
  }
}

function keep(times: number[], time: number): void {
  times.push(time);
  if (times.length > 120) times.shift();
}

function median(times: readonly number[]): number {
  return times.toSorted((one, other) => one - other)[times.length >> 1] ?? 0;
}
