/** How often one address may ask: a bucket each, filled steadily. Forgets addresses that have been quiet. */
export interface RateLimit {
  /** @returns 0 if the request may pass, else seconds to wait */
  take(address: string): number;
}

/** A burst may be this many seconds' worth. */
const BURST_SECONDS = 2;
const MAX_ADDRESSES = 50_000;

/** @param now ms of a clock that never jumps */
export function createRateLimit(perSecond: number, now: () => number): RateLimit {
  const buckets = new Map<string, { left: number; at: number }>();
  const most = perSecond * BURST_SECONDS;
  return {
    take(address) {
      const at = now();
      const bucket = buckets.get(address) ?? { left: most, at };
      bucket.left = Math.min(most, bucket.left + ((at - bucket.at) / 1000) * perSecond);
      bucket.at = at;
      buckets.delete(address); // the quiet ones come first in the map
      buckets.set(address, bucket);
      if (buckets.size > MAX_ADDRESSES) for (const [oldest] of buckets) if (buckets.delete(oldest)) break;
      if (bucket.left < 1) return Math.ceil((1 - bucket.left) / perSecond);
      bucket.left -= 1;
      return 0;
    },
  };
}
