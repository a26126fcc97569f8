/** What the GPU computes of each point and each thumbnail; colours are sRGB throughout, as on the page. */

/** What a point is just now; in its column of states. */
export const STATE = { plain: 0, dimmed: 1, selected: 2, picked: 3 } as const;

const FOG = /* glsl */ `
uniform vec3 ground;
uniform vec2 fog; // from where to where away, in the map's measure

vec3 fogged(vec3 colour, float away) {
  return mix(colour, ground, 0.45 * smoothstep(fog.x, fog.y, away));
}
`;

export const POINTS_VERTEX = /* glsl */ `
attribute vec3 colour;
attribute float state;
uniform float radius;
uniform float pixels; // of the height of the view, over the tangent of half its angle
uniform float ratio; // of the device's pixels to the page's
varying vec3 shown;
varying float halo; // the share of the disc that is ring; 0 is none
${FOG}
void main() {
  vec4 seen = modelViewMatrix * vec4(position, 1.0);
  gl_Position = projectionMatrix * seen;
  float size = radius * pixels / -seen.z;
  size = clamp(size, 2.2 * ratio, 22.0 * ratio);
  bool marked = state > 1.5;
  halo = marked ? 1.0 : 0.0;
  if (marked) size = max(size * 1.7, 9.0 * ratio) * (state > 2.5 ? 1.4 : 1.0);
  shown = fogged(colour, -seen.z);
  if (state > 0.5 && !marked) {
    shown = mix(shown, ground, 0.82);
    size *= 0.7;
  }
  gl_PointSize = size;
}
`;

export const POINTS_FRAGMENT = /* glsl */ `
uniform vec3 accent;
uniform vec3 ground;
varying vec3 shown;
varying float halo;
void main() {
  vec2 away = 2.0 * gl_PointCoord - 1.0;
  float from = dot(away, away);
  if (from > 1.0) discard;
  vec3 lit = shown * (1.06 - 0.22 * from); // a little round
  if (halo > 0.5) lit = from > 0.66 ? accent : from > 0.42 ? ground : lit;
  gl_FragColor = vec4(lit, 1.0);
}
`;

export const EDGES_VERTEX = /* glsl */ `
attribute vec3 colour;
varying vec3 shown;
${FOG}
void main() {
  vec4 seen = modelViewMatrix * vec4(position, 1.0);
  gl_Position = projectionMatrix * seen;
  shown = fogged(colour, -seen.z);
}
`;

export const EDGES_FRAGMENT = /* glsl */ `
uniform float strength;
varying vec3 shown;
void main() {
  gl_FragColor = vec4(shown, strength);
}
`;

export const THUMBNAILS_VERTEX = /* glsl */ `
attribute vec3 center;
attribute vec2 cell;
attribute vec3 colour;
attribute float state;
attribute float grown; // from 0, far away, to 1
uniform float side;
uniform float lift;
uniform float cellSize;
varying vec2 at;
varying vec2 place;
varying vec3 edge;
varying float paled;
varying float edgeWidth;
uniform vec3 accent;
uniform vec3 ground;
void main() {
  vec4 seen = modelViewMatrix * vec4(center, 1.0);
  seen.xy += position.xy * side * grown * (state > 2.5 ? 1.25 : 1.0);
  seen.z += lift;
  gl_Position = projectionMatrix * seen;
  at = position.xy;
  place = cell + cellSize * (0.5 + 0.488 * vec2(position.x, -position.y));
  edge = state > 1.5 ? accent : colour;
  edgeWidth = state > 1.5 ? 0.14 : 0.06;
  paled = state > 0.5 && state < 1.5 ? 0.8 : 0.0;
}
`;

export const THUMBNAILS_FRAGMENT = /* glsl */ `
uniform sampler2D sheets;
uniform vec3 ground;
varying vec2 at;
varying vec2 place;
varying vec3 edge;
varying float paled;
varying float edgeWidth;
void main() {
  vec2 corner = abs(at) - 0.84;
  float away = length(max(corner, 0.0)) - 0.16; // from the outline of a square with round corners
  if (away > 0.0) discard;
  vec3 seen = away > -edgeWidth || max(abs(at.x), abs(at.y)) > 1.0 - edgeWidth ? edge : texture2D(sheets, place).rgb;
  gl_FragColor = vec4(mix(seen, ground, paled), 1.0);
}
`;
