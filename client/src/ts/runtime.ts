/** Any JSON value. */
export type Json =
  string | number | boolean | null | Json[] | { [key: string]: Json };

/** Any JSON object. */
export type JsonObject = { [key: string]: Json };

/** What a connection reads: the standard output of `rp serve`, or a socket. */
export type Incoming = AsyncIterable<string | Uint8Array>;

/** What a connection writes to: the standard input of `rp serve`, or a socket. */
export interface Outgoing {
  write(line: string): unknown;
  end(): unknown;
}

/** An event, as `rp serve` writes it. */
export interface ServedEvent {
  event: string;
  data: unknown;
  from: string;
}

interface Answer {
  id?: unknown;
  status: string;
  data?: unknown;
  error?: string;
  code?: string;
  details?: unknown;
  fault?: string;
}

interface Waiting {
  resolve(data: unknown): void;
  reject(error: Error): void;
}

/** An error response of the module, or a fault of what is between it and you. */
export class RpError extends Error {
  /** For programs, such as `not_found`; begins with `rp::` where no module answered. */
  readonly code: string;
  readonly details: unknown;
  /** Where no module answered, whose fault that is: `module`, `host` or `operator`. */
  readonly fault: string | undefined;

  constructor(answer: Answer) {
    super(answer.error ?? "an error without a text");
    this.name = "RpError";
    this.code = answer.code ?? "";
    this.details = answer.details;
    this.fault = answer.fault;
  }
}

/**
 * A connection to `rp serve`: one JSON object a line, in both directions.
 *
 * In Node: `const rp = spawn("rp", ["serve"], { stdio: ["pipe", "pipe", "inherit"] })`, then
 * `new Connection(rp.stdout, rp.stdin)`; or with a socket, `new Connection(socket, socket)`.
 */
export class Connection {
  private readonly outgoing: Outgoing;
  private readonly waiting = new Map<unknown, Waiting>();
  private readonly listeners = new Set<(event: ServedEvent) => void>();
  private lastId = 0;
  private ended: Error | undefined;

  constructor(incoming: Incoming, outgoing: Outgoing) {
    this.outgoing = outgoing;
    this.read(incoming).then(
      () => this.end(new Error("rp serve ended the connection")),
      (error: unknown) =>
        this.end(error instanceof Error ? error : new Error(String(error))),
    );
  }

  /** Sends a message and gives the data of the response. */
  request(
    instance: string,
    type: string,
    payload: object,
    deadlineMs?: number,
  ): Promise<unknown> {
    if (this.ended) return Promise.reject(this.ended);
    const id = ++this.lastId;
    const request = {
      id,
      module: instance,
      type,
      payload,
      deadline_ms: deadlineMs,
    };
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.outgoing.write(JSON.stringify(request) + "\n");
    });
  }

  /** Asks for the events that fit a pattern, such as `note.*`. */
  async subscribe(pattern: string): Promise<void> {
    await this.request("host", "subscribe", { pattern });
  }

  /** Calls a function for each event that was subscribed to, until the function that it gives is called. */
  onEvent(listener: (event: ServedEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Ends the connection. */
  close(): void {
    this.outgoing.end();
  }

  private async read(incoming: Incoming): Promise<void> {
    const decoder = new TextDecoder();
    let rest = "";
    for await (const chunk of incoming) {
      rest +=
        typeof chunk === "string"
          ? chunk
          : decoder.decode(chunk, { stream: true });
      const lines = rest.split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.take(line);
    }
  }

  private take(text: string): void {
    const line = JSON.parse(text) as Answer | ServedEvent;
    if (!("status" in line)) {
      for (const listener of this.listeners) listener(line);
      return;
    }
    const waiting = this.waiting.get(line.id);
    this.waiting.delete(line.id);
    if (line.status === "success") waiting?.resolve(line.data);
    else waiting?.reject(new RpError(line));
  }

  private end(error: Error): void {
    this.ended = error;
    for (const waiting of this.waiting.values()) waiting.reject(error);
    this.waiting.clear();
  }
}
