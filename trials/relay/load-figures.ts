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

/** Figures of a relay that serves one session, or those of its process: by name and labels, without the session's. */
export async function metricsOf({ url }: { readonly url: string }): Promise<Metrics> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = text.split("\n").filter((line) => !line.startsWith("#") && line.includes(" "));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(" ");
      return [withoutSession(line.slice(0, at)), Number(line.slice(at))];
    }),
  );
}

function withoutSession(series: string): string {
  return series.replace(/,?session="0x[0-9a-fA-F]{40}"/, "").replace("{}", "");
}

export function memoryOf(at: number, values: Metrics): MemoryLook {
  return { at, resident: residentOf(values), heap: megabytes(values, "nodejs_heap_size_used_bytes") };
}

/** Megabytes of the relay's process. */
export function residentOf(values: Metrics): number {
  return megabytes(values, "process_resident_memory_bytes");
}

function megabytes(values: Metrics, name: string): number {
  return Math.round((values.get(name) ?? 0) / MEGABYTE);
}

/** Of sorted times. */
export function percentile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}
