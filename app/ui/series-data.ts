/** Lines over time, before they are drawn. */

export interface Line {
  readonly label: string;
  readonly values: readonly (number | null)[];
  readonly dashed?: boolean;
}

export interface SeriesData {
  /** Unix seconds, rising. */
  readonly times: readonly number[];
  readonly lines: readonly Line[];
  readonly unit: string;
}

/** `AAPL: least 53.1 %, greatest 55.2 %, now 55.05 %.` */
export function captionOf({ lines, unit }: SeriesData): string {
  return lines
    .flatMap(({ label, values }) => {
      const there = values.filter((value) => value !== null);
      if (there.length === 0) return [];
      const text = (value: number | undefined): string => `${Number((value ?? 0).toPrecision(6))} ${unit}`.trimEnd();
      // One by one: a spread of a long list would be more arguments than there may be.
      const least = there.reduce((a, b) => Math.min(a, b));
      const greatest = there.reduce((a, b) => Math.max(a, b));
      return [`${label}: least ${text(least)}, greatest ${text(greatest)}, now ${text(there.at(-1))}.`];
    })
    .join(" ");
}
