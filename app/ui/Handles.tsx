/** Grips over a picture that can be dragged, and moved by keys: each is a slider to whoever does not see it. */
import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef } from "react";

import { kept, keyedTo, type Rail } from "./rail.js";

export interface Handle {
  readonly label: string;
  readonly value: bigint;
  /** As it is told: `80 mm`. */
  readonly text: string;
}

interface HandlesProps {
  /** Of the drawing below. */
  readonly width: number;
  readonly height: number;
  /** In which direction they move, and between which pixels the values from `low` to `high` lie. */
  readonly axis: "x" | "y";
  readonly from: number;
  readonly to: number;
  readonly low: number;
  readonly high: number;
  /** Across the direction: where their lines begin and end. */
  readonly span: readonly [number, number];
  readonly rail: Rail;
  /** By rising value; none passes its neighbour. */
  readonly handles: readonly Handle[];
  readonly move: (index: number, value: bigint) => void;
}

export function Handles(props: HandlesProps): ReactNode {
  const { width, height, axis, from, to, low, high, span, rail, handles, move } = props;
  const place = useRef<SVGSVGElement>(null);
  const at = (value: bigint): number => from + ((Number(value) - low) / (high - low || 1)) * (to - from);
  const put = (index: number, value: bigint | undefined): void => {
    const handle = handles[index];
    if (value === undefined || handle === undefined || value === handle.value) return;
    const next = kept(value, { above: handles[index - 1]?.value, below: handles[index + 1]?.value });
    if (next !== undefined) move(index, next);
  };
  const drag = (index: number) => (event: PointerEvent<SVGGElement>) => {
    const box = place.current?.getBoundingClientRect();
    if (box === undefined || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const pixel =
      axis === "x"
        ? ((event.clientX - box.left) / box.width) * width
        : ((event.clientY - box.top) / box.height) * height;
    put(index, rail.snap(low + ((pixel - from) / (to - from)) * (high - low)));
  };
  const press = (index: number) => (event: KeyboardEvent<SVGGElement>) => {
    const handle = handles[index];
    const next = handle === undefined ? undefined : keyedTo(rail, handle.value, event.key);
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation(); // keys of the view mean something else
    put(index, next);
  };
  return (
    <svg ref={place} viewBox={`0 0 ${width} ${height}`} className="handles">
      {handles.map(({ label, value, text }, index) => (
        <g
          key={index}
          className="handle"
          role="slider"
          tabIndex={0}
          aria-label={label}
          aria-orientation={axis === "x" ? "horizontal" : "vertical"}
          aria-valuemin={Number(rail.low)}
          aria-valuemax={Number(rail.high)}
          aria-valuenow={Number(value)}
          aria-valuetext={text}
          onKeyDown={press(index)}
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId);
          }}
          onPointerMove={drag(index)}
        >
          <title>{`${label}: ${text}`}</title>
          {axis === "x" ? (
            <>
              <line x1={at(value)} x2={at(value)} y1={span[0]} y2={span[1]} />
              <circle className="reach" cx={at(value)} cy={span[1]} r={22} />
              <circle className="grip" cx={at(value)} cy={span[1]} r={8} />
            </>
          ) : (
            <>
              <line x1={span[0]} x2={span[1]} y1={at(value)} y2={at(value)} />
              <circle className="reach" cx={span[1]} cy={at(value)} r={22} />
              <circle className="grip" cx={span[1]} cy={at(value)} r={8} />
            </>
          )}
        </g>
      ))}
    </svg>
  );
}
