/** The jobs of the shop, and the one that runs, followed live. */

import { client, given, messageOf, reach, type Schemas } from "../common/api";

export type Job = Schemas["JobAnswer"];

/** Follow a job until it has ended, by server-sent events; they are fetched, for an EventSource sends no key. */
async function follow(id: string, tell: (job: Job) => void, signal: AbortSignal): Promise<void> {
  const response = await reach(new Request(`/v1/admin/jobs/${id}/events`, { signal }));
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
    const events = (rest + read.value).split("\n\n");
    rest = events.pop() ?? "";
    for (const event of events) {
      const data = event.split("\n").find((line) => line.startsWith("data:"));
      if (data) tell(JSON.parse(data.slice(5)));
    }
  }
}

/** Everything that was started, the newest first. */
export class JobList {
  all = $state.raw<Job[]>([]);
  problem = $state<string>("");
  private following = new AbortController();
  private followed = "";

  get running(): Job | undefined {
    return this.all.find((job) => job.state === "running");
  }

  /** Read the list, and follow what runs. */
  async read(): Promise<void> {
    await this.attempt(async () => {
      this.all = (await given(client.GET("/v1/admin/jobs"))).jobs;
      this.follow();
    });
  }

  /** Take in what a request told of a job. */
  put(job: Job): void {
    this.all = this.all.some((one) => one.id === job.id)
      ? this.all.map((one) => (one.id === job.id ? job : one))
      : [job, ...this.all];
    this.follow();
  }

  async stop(id: string): Promise<void> {
    await this.change(client.POST("/v1/admin/jobs/{job_id}/cancel", { params: { path: { job_id: id } } }));
  }

  async resume(id: string): Promise<void> {
    await this.change(client.POST("/v1/admin/jobs/{job_id}/resume", { params: { path: { job_id: id } } }));
  }

  async retry(): Promise<void> {
    await this.change(client.POST("/v1/admin/retries"));
  }

  async measure(body: Schemas["EvaluationInput"]): Promise<void> {
    await this.change(client.POST("/v1/admin/evaluations", { body }));
  }

  async forget(id: string): Promise<void> {
    await this.attempt(async () => {
      await client.DELETE("/v1/admin/jobs/{job_id}", { params: { path: { job_id: id } } });
      this.all = this.all.filter((job) => job.id !== id);
    });
  }

  close(): void {
    this.following.abort();
  }

  private async change(asking: Promise<{ data?: Job }>): Promise<void> {
    await this.attempt(async () => this.put(await given(asking)));
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    this.problem = "";
    try {
      await work();
    } catch (error) {
      this.problem = messageOf(error);
    }
  }

  private follow(): void {
    const id = this.running?.id ?? "";
    if (!id || id === this.followed) return;
    this.followed = id;
    this.following.abort();
    this.following = new AbortController();
    const signal = this.following.signal;
    follow(id, (job) => this.put(job), signal)
      .catch(() => {})
      .finally(() => {
        if (this.followed !== id) return;
        this.followed = "";
        // The server ended, or the way to it: look again until it is back.
        if (!signal.aborted && this.running) setTimeout(() => void this.read(), 1000);
      });
  }
}
