/** A table for a fixed-width font: first column to the left, all others to the right, a rule under the header. */
export function renderTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const renderRow = (row: readonly string[]) =>
    widths
      .map((width, column) => (column === 0 ? (row[0] ?? "").padEnd(width) : (row[column] ?? "").padStart(width)))
      .join("  ")
      .trimEnd();
  return [renderRow(header), widths.map((width) => "-".repeat(width)).join("  "), ...rows.map(renderRow)].join("\n");
}

const BARS = "▁▂▃▄▅▆▇█";

/** One bar for each value, the lowest at `low` and the highest at `high`; a blank where there is no value. */
export function renderSparkline(values: readonly (bigint | undefined)[], low: bigint, high: bigint): string {
  const span = high > low ? high - low : 1n;
  return values
    .map((value) => {
      if (value === undefined) return " ";
      const clamped = value < low ? low : value > high ? high : value;
      return BARS.charAt(Number(((clamped - low) * BigInt(BARS.length - 1)) / span));
    })
    .join("");
}
