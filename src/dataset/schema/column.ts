/**
 * What a table of a dataset is, told once: the description types the writer, and the dictionary, the Data Package and the Croissant
 * document are printed from it. Integers are exact; there are no floats.
 */

/** i32, i64: whole numbers of that many bits. wei: DECIMAL(38, 0). price: DECIMAL(38, 18). time: milliseconds since 1970, UTC. */
export type ColumnType = "i32" | "i64" | "wei" | "price" | "text" | "bool" | "time";

/** The value of a cell: counts and ids that fit 32 bits are numbers, all other integers bigints; of a price in units of 10^-18. */
export interface ValueOf {
  readonly i32: number;
  readonly i64: bigint;
  readonly wei: bigint;
  readonly price: bigint;
  readonly text: string;
  readonly bool: boolean;
  readonly time: bigint;
}

export type Cell = ValueOf[ColumnType] | null;

export interface Column<Type extends ColumnType = ColumnType, Nullable extends boolean = boolean> {
  readonly type: Type;
  readonly nullable: Nullable;
  /** Meaning and unit, in a sentence. */
  readonly about: string;
  /** The only values that there are. */
  readonly values?: readonly string[];
}

export type Columns = Readonly<Record<string, Column>>;

export interface Reference {
  readonly fields: readonly string[];
  readonly table: string;
  /** Names in the other table; the same by default. */
  readonly to?: readonly string[];
}

export interface Table<Shape extends Columns = Columns> {
  readonly name: string;
  readonly about: string;
  /** What tells its rows apart; they stand in its order. */
  readonly key: readonly string[];
  readonly references: readonly Reference[];
  readonly columns: Shape;
}

type CellOf<C extends Column> =
  C extends Column<infer Type, infer Nullable> ? (Nullable extends true ? ValueOf[Type] | null : ValueOf[Type]) : never;

export type RowOf<T extends Table> = { readonly [Name in keyof T["columns"]]: CellOf<T["columns"][Name]> };

interface More {
  readonly values?: readonly string[];
}

const column =
  <Type extends ColumnType>(type: Type) =>
  (about: string, more: More = {}): Column<Type, false> => ({ type, nullable: false, about, ...more });

export const i32 = column("i32");
export const i64 = column("i64");
export const wei = column("wei");
export const price = column("price");
export const text = column("text");
export const bool = column("bool");
export const time = column("time");

/** The same, where there may be none. */
export function optional<Type extends ColumnType>(of: Column<Type, false>): Column<Type, true> {
  return { ...of, nullable: true };
}

/** @param key by which rows are told apart and stand in order */
export function table<const Shape extends Columns>(
  name: string,
  about: string,
  key: readonly (keyof Shape & string)[],
  columns: Shape,
  references: readonly Reference[] = [],
): Table<Shape> {
  return { name, about, key, columns, references };
}
