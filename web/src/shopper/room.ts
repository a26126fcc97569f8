/** Whether there is room for the question beside what it finds; as wide as in the styles of the page. */
export function isWide(): boolean {
  return matchMedia("(min-width: 56rem)").matches;
}
