/** ERC-7730 descriptors: what a wallet shows of what it signs. The shapes, and the few ways in which fields are shown here. */

/** One line of a wallet's screen. */
export interface Field {
  readonly path: string;
  readonly label: string;
  readonly format: "raw" | "enum" | "date" | "addressName" | "tokenAmount";
  readonly params?: Readonly<Record<string, string | readonly string[]>>;
  readonly visible: "always" | "optional" | "never" | { readonly ifNotIn: readonly number[] };
}

/** The fields of each element of a list. */
export interface FieldGroup {
  readonly path: string;
  readonly label: string;
  readonly fields: readonly Field[];
}

export interface Format {
  readonly intent: string;
  readonly fields: readonly (Field | FieldGroup)[];
}

interface Deployment {
  readonly chainId: number;
  readonly address: string;
}

export type Context =
  | {
      readonly eip712: {
        readonly domain: { readonly name: string; readonly version: string };
        readonly deployments: readonly Deployment[];
      };
    }
  | {
      readonly contract: {
        readonly deployments: readonly Deployment[];
        readonly factory?: { readonly deployments: readonly Deployment[]; readonly deployEvent: string };
      };
    };

export interface Descriptor {
  readonly $schema: string;
  readonly context: Context;
  readonly metadata: {
    readonly owner: string;
    readonly contractName: string;
    readonly enums?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  };
  readonly display: { readonly formats: Readonly<Record<string, Format>> };
}

/** For whom descriptors are: a file is about one session, as its book's messages are bound to the book's address. */
export interface Target {
  readonly chainId: number;
  /** The vault, which is the session token too. */
  readonly session: string;
  readonly book: string;
  readonly factory: string;
  /** The session token's symbol, if it is known. */
  readonly symbol?: string;
}

/** In the registry, seen from an entity's folder. */
export const SCHEMA = "../../specs/erc7730-v2.schema.json";
export const OWNER = "Session Contracts";

/** How a field is shown, wherever it stands. */
export type Shown = Omit<Field, "path">;

const always = { visible: "always" } as const;

/**
 * Numbers are shown as they are signed. Deliberately no unit: 5505 ticks are 55.05 % in the basket and 550.5 mm in another root of
 * the same type, and a wrong unit on a trusted screen is worse than none.
 */
export const raw = (label: string): Shown => ({ label, format: "raw", ...always });

/** Shown where there is room. */
export const aside = (label: string): Shown => ({ label, format: "raw", visible: "optional" });

/** Not shown: what is carried along, and says nothing to a reader. */
export const unseen = (label: string): Shown => ({ label, format: "raw", visible: "never" });

export const moment = (label: string): Shown => ({
  label,
  format: "date",
  params: { encoding: "timestamp" },
  ...always,
});

/** Without what is zero, which means that it is not said. */
export const unlessZero = (shown: Shown): Shown => ({ ...shown, visible: { ifNotIn: [0] } });

export const account = (label: string): Shown => ({
  label,
  format: "addressName",
  params: { types: ["wallet", "eoa", "contract"], sources: ["local", "ens"] },
  ...always,
});

export const contractOf = (label: string, type: "contract" | "token"): Shown => ({
  label,
  format: "addressName",
  params: { types: [type], sources: ["local", "ens"] },
  ...always,
});

/** @param name of the enumeration in the descriptor's metadata */
export const oneOf = (label: string, name: string): Shown => ({
  label,
  format: "enum",
  params: { $ref: `$.metadata.enums.${name}` },
  ...always,
});

/** An amount of a token whose address is known beforehand. */
export const amountOf = (label: string, token: string): Shown => ({
  label,
  format: "tokenAmount",
  params: { token },
  ...always,
});

/** An amount of a token whose address stands elsewhere in the call. */
export const amountAt = (label: string, tokenPath: string): Shown => ({
  label,
  format: "tokenAmount",
  params: { tokenPath },
  ...always,
});

export function fieldAt(path: string, { label, format, params, visible }: Shown): Field {
  return { path, label, format, ...(params !== undefined && { params }), visible };
}
