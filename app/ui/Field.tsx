/** Where people type, under its name. */
import type { ReactNode } from "react";

interface TypedProps {
  readonly label: string;
  readonly value: string;
  readonly set: (text: string) => void;
}

interface FieldProps extends TypedProps {
  /** Signs that are seen at once. */
  readonly size?: number;
  /** Which keys a phone shows. */
  readonly inputMode?: "decimal";
  /** What counts where nothing is typed. */
  readonly placeholder?: string;
  /** What is said of it elsewhere on the page: the id of that, and whether it is that something is wrong. */
  readonly said?: { readonly id: string; readonly isProblem: boolean };
}

export function Field({ label, set, size = 20, said, ...rest }: FieldProps): ReactNode {
  return (
    <label>
      {label}
      <input
        {...rest}
        size={size}
        autoComplete="off"
        spellCheck={false}
        aria-invalid={said?.isProblem}
        aria-describedby={said?.id}
        onChange={(event) => {
          set(event.target.value);
        }}
      />
    </label>
  );
}

/** A number as it is typed; blanks around it are none of it. */
export function NumberField({ set, ...rest }: TypedProps & Pick<FieldProps, "placeholder">): ReactNode {
  return (
    <Field
      {...rest}
      size={8}
      inputMode="decimal"
      set={(text) => {
        set(text.trim());
      }}
    />
  );
}

export function Lines({ label, value, set }: TypedProps): ReactNode {
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
