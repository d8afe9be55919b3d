import { momentFormat } from "./locale.js";

/** A second since 1970 in the reader's zone, with the zone. */
export function formatMoment(second: number): string {
  return momentFormat({
    ...{ year: "numeric", month: "short", day: "numeric" },
    ...{ hour: "2-digit", minute: "2-digit", timeZoneName: "short" },
  }).format(new Date(second * 1_000));
}

/** Its day alone, in the reader's zone: where there is little room. */
export function formatDay(second: number): string {
  const options = { month: "short", day: "numeric" } as const;
  return momentFormat(options).format(new Date(second * 1_000));
}

/** `3 d 04:12:09`. */
export function formatSpan(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const days = Math.floor(whole / 86_400);
  const two = (n: number): string => String(n).padStart(2, "0");
  const clock = `${two(Math.floor((whole % 86_400) / 3_600))}:${two(Math.floor((whole % 3_600) / 60))}:${two(whole % 60)}`;
  return days === 0 ? clock : `${days} d ${clock}`;
}
