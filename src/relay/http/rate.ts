/** How often one address may ask: a bucket each, filled steadily. Forgets addresses that have been quiet. */
export interface RateLimit {
  /** @param requests as how many it counts. @returns 0 if it may pass, else seconds to wait */
  take(address: string, requests?: number): number;
  /** Requests that would pass now. */
  left(address: string): number;
  /** Requests that pass at once when there were none for a while. */
  readonly most: number;
}

/** A burst may be this many seconds' worth. */
export const BURST_SECONDS = 2;
const MAX_ADDRESSES = 50_000;

/** @param now ms of a clock that never jumps */
export function createRateLimit(perSecond: number, now: () => number): RateLimit {
  const buckets = new Map<string, { left: number; at: number }>();
  const most = perSecond * BURST_SECONDS;
  return {
    most,
    left: (address) => Math.floor(buckets.get(address)?.left ?? most),
    take(address, requests = 1) {
      const at = now();
      const bucket = buckets.get(address) ?? { left: most, at };
      bucket.left = Math.min(most, bucket.left + ((at - bucket.at) / 1000) * perSecond);
      bucket.at = at;
      buckets.delete(address); // the quiet ones come first in the map
      buckets.set(address, bucket);
      if (buckets.size > MAX_ADDRESSES) for (const [oldest] of buckets) if (buckets.delete(oldest)) break;
      const needed = Math.min(requests, most); // a full bucket lets any request pass
      if (bucket.left < needed) return Math.ceil((needed - bucket.left) / perSecond);
      bucket.left -= needed;
      return 0;
    },
  };
}
