/** What went wrong, in words that say what to do. */

import type { Problem } from "../common/api";
import { shopper as words } from "../common/strings";

const TEXTS: Record<string, string> = {
  offline: words.offline,
  "not-a-picture": words.notAPicture,
  "too-large": words.tooLarge,
  overloaded: words.overloaded,
  "too-often": words.overloaded,
};

export function textOf(problem: Problem): string {
  const isOurs = problem.status >= 500 && problem.code !== "fetch-failed";
  return TEXTS[problem.code] ?? (isOurs ? words.broken : problem.message);
}

/** Whether it may go well when it is tried again. */
export function isPassing({ code, status }: Problem): boolean {
  return code === "offline" || status === 429 || status >= 500;
}
