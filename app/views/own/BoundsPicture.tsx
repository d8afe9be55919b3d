/** The course of an interval's bounds, with the next ones over it as lines that can be dragged. */
import { type ReactNode, useMemo } from "react";

import type { Bounds } from "../../../src/protocol/market/bounds.js";
import { boundsAxis, telescopePicture } from "../../../src/pictures/telescope.js";
import { type Root, useAt, useHead, useNames } from "../../data/session.js";
import { Handles } from "../../ui/Handles.js";
import { Picture } from "../../ui/Picture.js";
import { gridRail } from "../../ui/rail.js";
import { Answered } from "../../ui/State.js";
import { boundsOf } from "../markets/history.js";
import { stepsOf, telescopeOf } from "../markets/steps.js";
import { priceWords } from "../trade/prices.js";
import { nextBounds } from "./saying.js";

interface BoundsPictureProps {
  readonly root: Root;
  readonly today: Bounds;
  readonly typed: { readonly lower: string; readonly upper: string };
  readonly move: (end: "lower" | "upper", ticks: bigint) => void;
}

export function BoundsPicture({ root, today, typed, move }: BoundsPictureProps): ReactNode {
  const { marketRootId } = root;
  const query = useAt(["bounds", marketRootId], (source) => boundsOf(source, marketRootId));
  return (
    <Answered query={query} what="the market's records">
      {({ rows }) => <Course root={root} today={today} typed={typed} move={move} steps={stepsOf(rows)} />}
    </Answered>
  );
}

function Course({
  root,
  today,
  typed,
  move,
  steps,
}: BoundsPictureProps & { readonly steps: ReturnType<typeof stepsOf> }): ReactNode {
  const head = useHead();
  const symbol = useNames()?.symbol ?? "tokens";
  const data = telescopeOf(root, "Bounds", steps, { until: BigInt(head?.time ?? 0), prices: [], symbol });
  const drawing = useMemo(() => telescopePicture(data), [JSON.stringify(data)]);
  const axis = boundsAxis(data);
  const next = nextBounds(typed, today, root.head ?? undefined);
  return (
    <Picture
      drawing={drawing}
      over={
        <Handles
          width={drawing.width}
          height={drawing.height}
          axis="y"
          from={axis.bottom}
          to={axis.top}
          low={axis.low}
          high={axis.high}
          span={[axis.left, axis.right]}
          rail={gridRail(today.lower, today.upper, root.head?.ticksPerUnit ?? 1n)}
          handles={[
            { label: "Next lower bound", value: next.lower, text: priceWords(root, next.lower) },
            { label: "Next upper bound", value: next.upper, text: priceWords(root, next.upper) },
          ]}
          move={(index, value) => {
            move(index === 0 ? "lower" : "upper", value);
          }}
        />
      }
    />
  );
}
