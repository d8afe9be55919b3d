import type { ReactNode } from "react";

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly set: (text: string) => void;
  /** What counts where nothing is typed. */
  readonly placeholder?: string;
}

/** A number as it is typed. */
export function Field({ label, value, set, placeholder }: FieldProps): ReactNode {
  return (
    <label>
      {label}
      <input
        inputMode="decimal"
        size={8}
        placeholder={placeholder}
        value={value}
        onChange={(event) => {
          set(event.target.value.trim());
        }}
      />
    </label>
  );
}
