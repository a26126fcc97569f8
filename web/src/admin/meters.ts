/** What the server counts of itself -> what charts show: values now, and what came between two readings. */

import type { Schemas } from "../common/api";

export type Samples = Schemas["SampleAnswer"][];

/** One reading, and when it was made. */
export interface Reading {
  atS: number;
  samples: Samples;
}

/** What a chart shows at one time; null where nothing happened that could be measured. */
export interface Point {
  searches: number;
  latency: number | null;
  waiting: number | null;
  batch: number | null;
  cache: number | null;
  refused: number;
  behind: number | null;
  memory: number | null;
  stages: Record<string, number>;
}

const CACHE_ASKED = "asked";

/** Add up the samples of a name whose labels fit. */
export function sum(samples: Samples, name: string, labels: Record<string, string> = {}): number {
  return samples
    .filter((one) => one.name === `visualsearch_${name}` || one.name === name)
    .filter((one) => Object.entries(labels).every(([label, value]) => one.labels[label] === value))
    .reduce((total, one) => total + (one.value ?? 0), 0);
}

/** Sum up what came between two readings. */
export function between(before: Reading, after: Reading): Point {
  const seconds = Math.max(0.001, after.atS - before.atS);
  const grown = (name: string, labels: Record<string, string> = {}): number =>
    Math.max(0, sum(after.samples, name, labels) - sum(before.samples, name, labels));
  const batches = grown("batch_queries_count");
  const remembered = grown("cache_total");
  const search = { route: "/v1/search" };
  const answers = grown("request_seconds_count", search);
  return {
    searches: grown("requests_total", search) / seconds,
    latency: answers ? (1000 * grown("request_seconds_sum", search)) / answers : null,
    waiting:
      value(after, "queue_waiting") === null
        ? null
        : sum(after.samples, "queue_waiting") + sum(after.samples, "queue_in_work"),
    batch: batches ? grown("batch_queries_sum") / batches : null,
    cache: remembered
      ? (100 * (remembered - grown("cache_total", { outcome: CACHE_ASKED }))) / remembered
      : null,
    refused: grown("refused_total") / seconds,
    behind: value(after, "index_behind"),
    memory: sum(after.samples, "process_resident_memory_bytes") / 1e6,
    stages: stageMeans(before, after),
  };
}

/** Tell the mean milliseconds of each stage of the batches between two readings. */
export function stageMeans(before: Reading, after: Reading): Record<string, number> {
  const means: Record<string, number> = {};
  for (const { labels } of after.samples.filter((one) => one.name === "visualsearch_stage_seconds_count")) {
    const stage = labels.stage ?? "";
    const times =
      sum(after.samples, "stage_seconds_count", { stage }) -
      sum(before.samples, "stage_seconds_count", { stage });
    const spent =
      sum(after.samples, "stage_seconds_sum", { stage }) -
      sum(before.samples, "stage_seconds_sum", { stage });
    if (times > 0) means[stage] = (1000 * spent) / times;
  }
  return means;
}

/** List what was refused, by its code. */
export function refusals(samples: Samples): [string, number][] {
  return samples
    .filter((one) => one.name === "visualsearch_refused_total" && one.value)
    .map((one) => [one.labels.code ?? "", one.value ?? 0]);
}

function value(reading: Reading, name: string): number | null {
  return reading.samples.find((one) => one.name === `visualsearch_${name}`)?.value ?? null;
}
