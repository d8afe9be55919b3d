/** What stands below a stress test's table: the worst move of each holder, windows of a history, and how crowded the session is. */
import { type ReactNode, useMemo } from "react";

import type { AssetUnits } from "../../../src/protocol/amounts/units.js";
import type { Basket } from "../../../src/protocol/value/allocations.js";
import type { Facts } from "../../data/source.js";
import { Refusal } from "../../ui/State.js";
import { stakesIn } from "./stakes.js";
import { Crowding } from "./Crowding.js";
import type { RiskGround, RiskInput } from "./model.js";
import { type MovingInput, readMoving } from "./moving.js";
import { Windows } from "./Windows.js";
import { Reverse } from "./Reverse.js";

interface BeyondProps {
  readonly input: RiskInput;
  readonly ground: RiskGround;
  readonly change: (moving: MovingInput) => void;
}

export function basketOf({ assets, supply }: Pick<Facts, "assets" | "supply">): Basket {
  return { quantities: assets.map(({ quantity }) => quantity as AssetUnits), supply }; // as the session tells them
}

/** Nothing while a price is missing: the table above says so. */
export function Beyond({ input, ground, change }: BeyondProps): ReactNode {
  const moving = input.moving ?? readMoving(new URLSearchParams(), ground.assets.length);
  const isReady = input.prices.every((price) => price !== "");
  const result = useMemo(() => {
    if (!isReady) return undefined;
    try {
      return { stakes: stakesIn(input, ground) };
    } catch (error) {
      return { error };
    }
  }, [isReady, JSON.stringify([input, [...input.outcomes]]), ground.holdings, ground.assets, ground.roots]);
  if (result === undefined) return undefined;
  if (result.stakes === undefined) return <Refusal error={result.error} />;
  return (
    <>
      <Reverse
        stakes={result.stakes}
        moving={moving}
        assets={ground.assets}
        change={(part) => {
          change({ ...moving, ...part });
        }}
      />
      <Windows stakes={result.stakes} assets={ground.assets} />
      <Crowding input={input} ground={ground} stakes={result.stakes} />
    </>
  );
}
