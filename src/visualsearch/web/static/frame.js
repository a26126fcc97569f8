/** The asked picture, and the box that is drawn on it with a pointer or with keys. */

const SMALLEST = 0.03;
const STEP = 0.02;
const MIDDLE = [0.25, 0.25, 0.75, 0.75];
const MOVES = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };

/** Make the frame live; `onBox` is told each box that the shopper has drawn or chosen, null for the whole picture. */
export function makeFrame({ frame, picture, box, outlines }, onBox) {
  let sides = null;
  let offered = [];
  let isDrawable = false;
  let start = null;
  let before = [null, false];

  function show(url, description, drawable) {
    picture.src = url;
    picture.alt = description;
    isDrawable = drawable;
    frame.classList.toggle("drawable", drawable);
    if (drawable) frame.tabIndex = 0;
    else frame.removeAttribute("tabindex");
    mark(null);
    offer([]);
  }

  /** Outline what may be searched for; a click on it chooses it. */
  function offer(boxes) {
    offered = boxes;
    outlines.replaceChildren(
      ...boxes.map((shown) => {
        const outline = document.createElement("div");
        outline.className = "outline";
        place(outline, shown);
        return outline;
      }),
    );
  }

  /** Show a box; `isDrawn` tells the shopper's own from the one that the search has chosen. */
  function mark(shown, isDrawn = false) {
    sides = shown;
    box.hidden = !shown || shown.join() === "0,0,1,1";
    box.classList.toggle("drawn", isDrawn);
    if (shown) place(box, shown);
  }

  function pointOf(event) {
    const { left, top, width, height } = picture.getBoundingClientRect();
    return [clamp((event.clientX - left) / width), clamp((event.clientY - top) / height)];
  }

  frame.addEventListener("pointerdown", (event) => {
    if (!isDrawable || event.button !== 0) return;
    start = pointOf(event);
    before = [sides, box.classList.contains("drawn")];
    frame.setPointerCapture(event.pointerId);
  });

  frame.addEventListener("pointermove", (event) => {
    if (start) mark(between(start, pointOf(event)), true);
  });

  frame.addEventListener("pointerup", (event) => {
    if (!start) return;
    const drawn = between(start, pointOf(event));
    start = null;
    const chosen = isLargeEnough(drawn) ? drawn : smallestAt(offered, drawn);
    if (chosen) onBox(chosen);
    else mark(...before);
  });

  frame.addEventListener("pointercancel", () => {
    start = null;
    mark(...before);
  });

  frame.addEventListener("keydown", (event) => {
    if (!isDrawable) return;
    const isOnBox = sides !== null && !box.hidden;
    if (event.key in MOVES) mark(isOnBox ? moved(sides, MOVES[event.key], event.shiftKey) : MIDDLE, true);
    else if (event.key === "Enter" && isOnBox) onBox(sides);
    else if (event.key === "Escape") onBox(null);
    else return;
    event.preventDefault();
  });

  return { show, mark, offer };
}

/** Move a box, or its right and bottom sides only, inside the picture. */
export function moved([left, top, right, bottom], [x, y], isResized) {
  if (isResized) return [left, top, clamp(right + x, left + SMALLEST), clamp(bottom + y, top + SMALLEST)];
  const dx = clamp(left + x, 0, 1 - (right - left)) - left;
  const dy = clamp(top + y, 0, 1 - (bottom - top)) - top;
  return [left + dx, top + dy, right + dx, bottom + dy];
}

/** The box between two corners, in any order. */
export function between([x, y], [otherX, otherY]) {
  return [Math.min(x, otherX), Math.min(y, otherY), Math.max(x, otherX), Math.max(y, otherY)];
}

/** The smallest of some boxes around a point, or undefined. */
export function smallestAt(boxes, [x, y]) {
  const around = boxes.filter(([left, top, right, bottom]) => left <= x && x <= right && top <= y && y <= bottom);
  return around.sort((one, other) => area(one) - area(other))[0];
}

function area([left, top, right, bottom]) {
  return (right - left) * (bottom - top);
}

function place(shown, [left, top, right, bottom]) {
  const inset = [top, 1 - right, 1 - bottom, left].map((side) => `${100 * side}%`);
  shown.style.inset = inset.join(" ");
}

function isLargeEnough([left, top, right, bottom]) {
  return right - left >= SMALLEST && bottom - top >= SMALLEST;
}

function clamp(value, lowest = 0, highest = 1) {
  return Math.min(highest, Math.max(lowest, value));
}
