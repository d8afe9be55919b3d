/** Where a view is: `#/CHAIN/SESSION/VIEW/…`. Hash routes survive every file server and gateway. */

export interface SessionRoute {
  readonly chainId: number;
  readonly address: string;
  readonly view: string;
  /** What follows the view's name. */
  readonly rest: readonly string[];
}

/** @param path as the hash has it, without `#` and without a query @returns undefined for what is no session's route */
export function readRoute(path: string): SessionRoute | undefined {
  const [, chain = "", address = "", view = "", ...rest] = path.replace(/\/+$/, "").split("/");
  if (!/^[1-9]\d{0,15}$/.test(chain) || !/^0x[0-9a-fA-F]{40}$/.test(address)) return undefined;
  return { chainId: Number(chain), address, view, rest };
}

export function sessionPath(
  { chainId, address }: Pick<SessionRoute, "chainId" | "address">,
  ...rest: readonly (string | number)[]
): string {
  return ["", chainId, address, ...rest].join("/");
}
