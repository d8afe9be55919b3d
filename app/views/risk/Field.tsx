import type { ReactNode } from "react";

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly set: (text: string) => void;
}

/** A number as it is typed. */
export function Field({ label, value, set }: FieldProps): ReactNode {
  return (
    <label>
      {label}
      <input
        inputMode="decimal"
        size={8}
        value={value}
        onChange={(event) => {
          set(event.target.value.trim());
        }}
      />
    </label>
  );
}
