import type { ReactNode } from "react";

import { TIMES, type TimeName } from "./order-ticket.js";

interface TimeChoiceProps {
  readonly label: string;
  readonly value: TimeName;
  readonly choose: (time: TimeName) => void;
}

/** How long an order may wait. */
export function TimeChoice({ label, value, choose }: TimeChoiceProps): ReactNode {
  return (
    <label>
      {label}
      <select
        value={value}
        onChange={(event) => {
          choose(event.target.value as TimeName); // of its options
        }}
      >
        {Object.entries(TIMES).map(([name, words]) => (
          <option key={name} value={name}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}
