/** Lines over time, drawn once somebody looks: steps, as nothing changes between two blocks that say something. */
import "uplot/dist/uPlot.min.css";
import { type ReactNode, useEffect, useRef } from "react";
import uPlot from "uplot";

import { captionOf, type SeriesData } from "./series-data.js";
import { formatMoment } from "./time.js";

const HEIGHT = 280;
const COLOURS = ["--bid", "--ask", "--accent", "--soft", "--ink"] as const;
const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3]] as const;
/** Rows of the table; the files have all of them. */
const MOST_ROWS = 200;

export default function Series({ title, data }: { readonly title: string; readonly data: SeriesData }): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const { current } = place;
    if (current === null || data.times.length === 0) return undefined;
    const plot = new uPlot(
      optionsOf(data, current),
      [[...data.times], ...data.lines.map(({ values }) => [...values])],
      current,
    );
    const resize = new ResizeObserver(() => {
      plot.setSize({ width: current.clientWidth, height: HEIGHT });
    });
    resize.observe(current);
    return () => {
      resize.disconnect();
      plot.destroy();
    };
  }, [data]);
  const { times, lines, unit } = data;
  if (times.length === 0) return <p>Nothing has happened yet.</p>;
  return (
    <figure aria-label={title}>
      <div ref={place} className="series" aria-hidden="true" />
      <figcaption>{captionOf(data)}</figcaption>
      <details>
        <summary>As a table</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">Time</th>
              {lines.map(({ label }) => (
                <th key={label} scope="col" className="number">
                  {label}, {unit}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {times
              .map((time, k) => ({ time, k }))
              .slice(-MOST_ROWS)
              .reverse()
              .map(({ time, k }) => (
                <tr key={time}>
                  <th scope="row">{formatMoment(time)}</th>
                  {lines.map(({ label, values }) => (
                    <td key={label} className="number">
                      {values[k] === null || values[k] === undefined ? "–" : Number(values[k].toPrecision(8))}
                    </td>
                  ))}
                </tr>
              ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}

function optionsOf({ lines, unit }: SeriesData, place: HTMLElement): uPlot.Options {
  const style = getComputedStyle(place);
  const colour = (name: string): string => style.getPropertyValue(name).trim() || "#555";
  const axis = { stroke: colour("--ink"), grid: { stroke: colour("--line") }, ticks: { stroke: colour("--line") } };
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  return {
    width: place.clientWidth,
    height: HEIGHT,
    axes: [axis, { ...axis, label: unit, size: 70 }],
    series: [
      {},
      ...lines.map(({ label, dashed = false }, k) => ({
        label,
        stroke: colour(COLOURS[k % COLOURS.length] ?? "--ink"),
        width: 2,
        spanGaps: false,
        // Colour never alone: each line has its own dashes.
        dash: dashed ? [3, 3] : [...(DASHES[k % DASHES.length] ?? [])],
        ...(stepped !== undefined && { paths: stepped }),
      })),
    ],
  };
}
