/** Numbers with their unit. Cut ones begin with ~; all of it stands in the tooltip, and is what is copied. */
import type { ReactNode } from "react";
import { Link } from "wouter";

import { shortAddress, useFacts, useNames, useSession } from "../data/session.js";
import { sessionPath } from "../data/routes.js";
import { formatMoment } from "./time.js";
import { assetText, localText, percentText, tokensText } from "./numbers.js";

interface ExactProps {
  /** All its digits, with a point. */
  readonly exact: string;
  readonly unit: string;
  readonly digits?: number;
  /** Digits after the point at the least: in a column all have as many. */
  readonly least?: number;
}

export function Exact({ exact, unit, digits, least }: ExactProps): ReactNode {
  return (
    <data className="amount" value={exact} title={`${exact} ${unit}`.trim()}>
      {localText(exact, digits, least)}
      {unit !== "" && <span className="unit"> {unit}</span>}
    </data>
  );
}

/** Session tokens. */
export function Tokens({ wei, digits }: { readonly wei: bigint; readonly digits?: number }): ReactNode {
  const names = useNames();
  return <Exact exact={tokensText(wei)} unit={names?.symbol ?? "tokens"} {...(digits !== undefined && { digits })} />;
}

export function AssetAmount({
  index,
  units,
  digits,
}: {
  readonly index: number;
  readonly units: bigint;
  readonly digits?: number;
}): ReactNode {
  const names = useNames();
  const asset = names?.assets[index];
  if (names === undefined) return <>…</>; // without its decimals it would be another number
  return (
    <Exact
      exact={assetText(units, asset?.decimals ?? 0)}
      unit={asset?.symbol ?? "units"}
      {...(digits !== undefined && { digits })}
    />
  );
}

/** A price of the basket as a weight. */
export function Weight({ ticks }: { readonly ticks: bigint }): ReactNode {
  const scale = useFacts()?.units.scale;
  return scale === undefined ? null : <Exact exact={percentText(ticks, scale)} unit="%" digits={6} />;
}

export function Address({ of: address }: { readonly of: string }): ReactNode {
  const session = useSession();
  return (
    <Link href={sessionPath(session, "account", address)} className="address" title={address}>
      {shortAddress(address)}
    </Link>
  );
}

export function Moment({ second }: { readonly second: number | bigint }): ReactNode {
  return <time dateTime={new Date(Number(second) * 1_000).toISOString()}>{formatMoment(Number(second))}</time>;
}
