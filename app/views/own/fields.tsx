/** What an owner types. */
import type { ReactNode } from "react";

interface TextProps {
  readonly label: string;
  readonly value: string;
  readonly set: (value: string) => void;
  readonly size?: number;
}

export function Text({ label, value, set, size = 20 }: TextProps): ReactNode {
  return (
    <label>
      {label}
      <input
        size={size}
        value={value}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => {
          set(event.target.value);
        }}
      />
    </label>
  );
}

export function Lines({ label, value, set }: TextProps): ReactNode {
  return (
    <label>
      {label}
      <textarea
        rows={5}
        cols={50}
        value={value}
        onChange={(event) => {
          set(event.target.value);
        }}
      />
    </label>
  );
}
