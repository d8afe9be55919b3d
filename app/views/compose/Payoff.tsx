/** The picture, with strikes that can be dragged, and the figures that it is read by. */
import { type ReactNode, useMemo } from "react";

import { outcomeAxis, outcomePayoffs, payoffPicture } from "../../../src/pictures/payoff.js";
import { opposite } from "../../../src/protocol/amounts/units.js";
import type { Position } from "../../../src/protocol/margin/worth.js";
import type { IntervalRoot, MarketRoot } from "../../../src/protocol/market/market-table.js";
import type { Composition } from "../../../src/protocol/value/composition.js";
import { type Root, useNames } from "../../data/session.js";
import { Tokens } from "../../ui/Amount.js";
import { Handles } from "../../ui/Handles.js";
import { unitNameOf } from "../../ui/market-units.js";
import { fractionText, localText } from "../../ui/numbers.js";
import { Picture } from "../../ui/Picture.js";
import { pointsRail } from "../../ui/rail.js";
import { priceWords } from "../trade/prices.js";
import type { Drawn } from "./drawing.js";
import { intervalData, simplexData } from "./drawing.js";
import { strikeLabels } from "./Form.js";
import type { Cost } from "./legs.js";
import { bindingOf, cornersOf, possibleCorners, vertexPayoffs, withLegs, zerosOf } from "./payoff.js";
import { isIntervalShape, strikePoints, type Wish } from "./shapes.js";

interface PayoffProps {
  readonly root: Root;
  readonly ruled: MarketRoot;
  readonly position: Position;
  readonly composition: Composition | undefined;
  readonly cost: Cost | undefined;
  readonly wish: Wish;
  readonly change: (part: Partial<Wish>) => void;
  /** Whether the position is known; without a node it is not. */
  readonly isKnown: boolean;
}

export function Payoff(props: PayoffProps): ReactNode {
  const { root, ruled, position, composition, cost, isKnown } = props;
  const names = useNames();
  const drawn: Drawn = {
    ...{ root, position, composition },
    title: "What it pays",
    symbol: names?.symbol ?? "tokens",
    // Before it has a price: what it pays by its name.
    cashWei:
      cost?.cashWei ?? (composition === undefined ? undefined : opposite(composition.constant) * ruled.tickValue),
  };
  return (
    <section className="panel payoff" aria-label="Picture">
      {ruled.kind === "interval" ? (
        <IntervalPicture {...props} drawn={drawn} ruled={ruled} />
      ) : (
        <Picture drawing={outcomePayoffs(drawn.title, simplexData(ruled, drawn, names))} />
      )}
      {!isKnown && (
        <p className="hint">Without a node your position is not known: the picture is of the order alone.</p>
      )}
      {composition !== undefined && cost === undefined && (
        <p className="hint">The order’s line stands before its price: not every leg has one yet.</p>
      )}
      {composition !== undefined && cost !== undefined && <Figures {...props} composition={composition} cost={cost} />}
    </section>
  );
}

function IntervalPicture({
  ruled,
  drawn,
  wish,
  change,
}: PayoffProps & { readonly drawn: Drawn; readonly ruled: IntervalRoot }): ReactNode {
  const data = intervalData(ruled, drawn, wish.strikes);
  const key = JSON.stringify(data);
  const drawing = useMemo(() => payoffPicture(data), [key]);
  const axis = outcomeAxis(data);
  const labels = isIntervalShape(wish.shape) ? strikeLabels(wish.shape) : [];
  return (
    <Picture
      drawing={drawing}
      over={
        <Handles
          width={drawing.width}
          height={drawing.height}
          axis="x"
          from={axis.left}
          to={axis.right}
          low={axis.low}
          high={axis.high}
          span={[axis.top, axis.bottom]}
          rail={pointsRail(strikePoints(ruled))}
          handles={wish.strikes.map((value, k) => ({
            label: labels[k] ?? "Strike",
            value,
            text: priceWords(drawn.root, value),
          }))}
          move={(index, value) => {
            change({ strikes: wish.strikes.map((strike, at) => (at === index ? value : strike)) });
          }}
        />
      }
    />
  );
}

type FiguresProps = PayoffProps & { readonly composition: Composition; readonly cost: Cost };

function Figures({ root, ruled, position, composition, cost, wish }: FiguresProps): ReactNode {
  const alone = withLegs(ruled, [], composition);
  const then = withLegs(ruled, position, composition);
  const { premiumWei, cashWei } = cost;
  const gains =
    ruled.kind === "interval"
      ? possibleCorners(ruled, cornersOf(ruled, alone, cashWei)).map(({ wei }) => wei)
      : vertexPayoffs(ruled, alone, cashWei).filter((_, k) => (ruled.weights[k]?.upper ?? 0n) > 0n);
  const [least, most] = [gains.reduce(lesser), gains.reduce(greater)];
  return (
    <dl>
      <dt>{premiumWei < 0n ? "Price of the whole, received" : "Price of the whole"}</dt>
      <dd>
        <Tokens wei={premiumWei < 0n ? -premiumWei : premiumWei} />
      </dd>
      <dt>{cashWei < 0n ? "All legs together bring" : "All legs together cost"}</dt>
      <dd>
        <Tokens wei={cashWei < 0n ? -cashWei : cashWei} />
      </dd>
      <dt>The order alone, at worst and best</dt>
      <dd>
        <Tokens wei={least} /> to <Tokens wei={most} />
      </dd>
      {ruled.kind === "interval" && (
        <>
          <dt>{wish.side === "buy" ? "Gains nothing and loses nothing at" : "The same at"}</dt>
          <dd>{breakEvens(root, ruled, alone, cashWei)}</dd>
        </>
      )}
      <dt>Worst of this market</dt>
      <dd>
        <Tokens wei={bindingOf(ruled, position).wei} /> → <Tokens wei={bindingOf(ruled, then, cashWei).wei} />
      </dd>
    </dl>
  );
}

function lesser(a: bigint, b: bigint): bigint {
  return b < a ? b : a;
}

function greater(a: bigint, b: bigint): bigint {
  return b > a ? b : a;
}

const DIGITS = 4;

function breakEvens(root: Root, ruled: IntervalRoot, alone: Position, cashWei: bigint): string {
  const zeros = zerosOf(possibleCorners(ruled, cornersOf(ruled, alone, cashWei)));
  const perUnit = root.head?.ticksPerUnit ?? 1n;
  const texts = zeros.map(({ numerator, denominator }) =>
    localText(fractionText({ numerator, denominator: denominator * perUnit }, 2 * DIGITS), DIGITS),
  );
  return texts.length === 0 ? "no outcome" : `${[...new Set(texts)].join(", ")} ${unitNameOf(root)}`.trimEnd();
}
