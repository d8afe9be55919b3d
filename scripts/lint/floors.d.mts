import type { ESLint } from "eslint";

/** The rooms of `src/protocol`, from the ground up. */
export const ROOMS_OF_PROTOCOL: readonly string[];

/** The rooms of `src/relay`. */
export const ROOMS_OF_RELAY: readonly string[];

/** Folder → what it may import besides itself. */
export const FLOORS: Readonly<Record<string, readonly string[]>>;

/** The longest folder of FLOORS that holds the file. */
export function floorOf(path: string): string | undefined;

/** Why a file at `from` may not import one at `to`, both relative to the project; undefined if it may. */
export function refusal(from: string, to: string): string | undefined;

export const house: ESLint.Plugin;
