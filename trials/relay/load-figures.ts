/** What a relay says of itself while it is under load. */

/** Megabytes of the relay's process. */
export interface MemoryLook {
  /** Part of the run, 0 to 1; 2 is after everything had landed and was final. */
  readonly at: number;
  readonly resident: number;
  /** Of them JavaScript, when the garbage has been collected. */
  readonly heap: number;
}

export type Metrics = ReadonlyMap<string, number>;

const MEGABYTE = 2 ** 20;

export async function metricsOf({ url }: { readonly url: string }): Promise<Metrics> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = text.split("\n").filter((line) => !line.startsWith("#") && line.includes(" "));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ")))]),
  );
}

export function memoryOf(at: number, values: Metrics): MemoryLook {
  const megabytes = (name: string): number => Math.round((values.get(name) ?? 0) / MEGABYTE);
  const [resident, heap] = [megabytes("process_resident_memory_bytes"), megabytes("nodejs_heap_size_used_bytes")];
  return { at, resident, heap };
}

/** Of sorted times. */
export function percentile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}
