/** The term structure of relative value: what one asset will be worth in another, by when sessions on the same assets end. */
import type { ReactNode } from "react";

import type { Compared } from "../../../src/measures/comparing.js";
import { termsPicture } from "../../../src/pictures/measures.js";
import type { RelayTermStructure } from "../../../src/wire/measures.js";
import { shortAddress, useHead, useNames, useSession } from "../../data/session.js";
import { Moment } from "../../ui/Amount.js";
import { Picture } from "../../ui/Picture.js";
import { Refusal } from "../../ui/State.js";
import { useAsked, useTablesWorker } from "./asking.js";
import { figure, Rows } from "./Rows.js";

type Structure = RelayTermStructure | Compared;

const DAY = 86_400;
/** Why a session is left out. */
const WHY: Readonly<Record<string, string>> = {
  over: "it is over",
  "no prices": "it has no prices",
  "other assets": "it is on other assets",
  "not measured": "it cannot be measured",
};

export function Terms(): ReactNode {
  const { source, address, sources } = useSession();
  const head = useHead();
  const worker = useTablesWorker();
  const { rpcUrl, fromBlock, sessions } = sources;
  const ofRelay = source.termStructure;
  const here = (node: string, until: bigint): Promise<Structure> => {
    const others = sessions.filter((one) => one.address.toLowerCase() !== address.toLowerCase());
    const subjects = [{ address, fromBlock }, ...others].map((one) => {
      return { kind: "node", rpcUrl: node, session: one.address, fromBlock: one.fromBlock } as const;
    });
    return worker.run((api) => api.compare(subjects, until));
  };
  const byNode = rpcUrl === undefined || head === undefined ? undefined : () => here(rpcUrl, BigInt(head.time));
  const { asked, start } = useAsked<Structure>(ofRelay ?? byNode);
  return (
    <section className="panel" aria-label="Term structure">
      <h2>Relative value by when sessions end</h2>
      <p className="hint">
        What the basket’s prices say that a unit of each asset will be worth in units of the first when this session
        ends, beside other sessions on the same assets: those of the relay, or of a node those that this page was told
        of.
      </p>
      <button type="button" disabled={start === undefined} onClick={start}>
        Compare
      </button>
      {asked.status === "asking" && <p role="status">Reading every record of each …</p>}
      {asked.status === "failed" && <Refusal error={asked.error} />}
      {asked.status === "told" && <Shown structure={asked.answer} />}
    </section>
  );
}

function Shown({ structure: { at, points, left } }: { readonly structure: Structure }): ReactNode {
  const assets = useNames()?.assets ?? [];
  const [first, ...others] = assets;
  const scale = (k: number): number => 10 ** ((others[k]?.decimals ?? 0) - (first?.decimals ?? 0));
  const columns = ["session", "days to t2", ...others.map(({ symbol }) => `${symbol} in ${first?.symbol ?? ""}`), "growth a year"]; // prettier-ignore
  const rows = points.map(({ session, toMaturity, ratios, growth }) => [
    ...[shortAddress(session), (Number(toMaturity) / DAY).toFixed(1)],
    ...ratios.map((ratio, k) => figure(ratio * scale(k))),
    growth.map((one) => `${(100 * one).toFixed(2)} %`).join(", ") || "–",
  ]);
  return (
    <>
      <Rows title="Relative value" columns={columns} rows={rows} />
      {points.length > 1 && <Picture drawing={termsPicture(points)} />}
      <p role="status">
        As of <Moment second={at} />: {points.length === 1 ? "one session" : `${points.length} sessions`} compared.
        {left.map(({ session, why }) => ` ${shortAddress(session)} is left out: ${WHY[why] ?? why}.`)}
      </p>
    </>
  );
}
