/** Who loses more than may be lost, now and as it would be. */
import { type ReactNode, useMemo } from "react";

import { Scrolled } from "../../ui/Scrolled.js";
import { Refusal } from "../../ui/State.js";
import { HolderName, MoneyCell } from "./cells.js";
import { beyondLimit } from "./limit.js";
import type { RiskTable } from "./model.js";

interface LimitProps {
  /** As typed. */
  readonly limit: string;
  readonly risk: RiskTable;
  readonly then: RiskTable | undefined;
}

export function Limit({ limit, risk, then }: LimitProps): ReactNode {
  const found = useMemo(() => {
    try {
      return { beyond: beyondLimit(limit, risk, then) };
    } catch (error) {
      return { error };
    }
  }, [limit, risk, then]);
  if (found.beyond === undefined) return <Refusal error={found.error} />;
  const { beyond } = found;
  const isPretended = then !== undefined;
  const count = beyond.filter((one) => (one.then ?? one.now).isBeyond).length;
  const who = count === 0 ? "Nobody" : `${count} of ${risk.names.length}`;
  const columns = ["Holder", ...(isPretended ? ["Loses now", "Would lose"] : ["Loses"]), "In"];
  return (
    <section className="panel" aria-label="Loss limit">
      <p role="status">
        {who} {isPretended ? "would lose" : count === 1 || count === 0 ? "loses" : "lose"} more than {limit} of{" "}
        {risk.unit} in any of these scenarios.
      </p>
      {beyond.length > 0 && (
        <Scrolled name="Table of losses beyond the limit" columns={columns}>
          {beyond.map(({ name, now, then: after }) => (
            <tr key={name}>
              <HolderName name={name} />
              <MoneyCell value={now.loss} />
              {after !== undefined && <MoneyCell value={after.loss} />}
              <td className="number">{(after ?? now).scenario}</td>
            </tr>
          ))}
        </Scrolled>
      )}
    </section>
  );
}
