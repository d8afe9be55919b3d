/** What the market's owner has promised: its text, checked against what was signed, and every record since. */
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "wouter";

import { sessionPath } from "../../data/routes.js";
import { useAt, useSession } from "../../data/session.js";
import type { MarketRecordFacts, SignedDescription } from "../../data/mirror/market-records.js";
import { Address, Moment, Tokens } from "../../ui/Amount.js";
import { Hostile } from "../../ui/Hostile.js";
import { boundsOf } from "./history.js";
import { recordText, signedText, speakerText } from "./rule-texts.js";
import { fallbackText, type RootLine } from "./tree.js";

interface RulesProps {
  readonly line: RootLine;
  readonly records: UseQueryResult<readonly MarketRecordFacts[] | null>;
}

export function Rules({ line, records }: RulesProps): ReactNode {
  const { root } = line;
  return (
    <section className="panel" aria-label="Rules">
      <h2>Rules</h2>
      <Text marketRootId={root.marketRootId} />
      <dl>
        <dt>Owner</dt>
        <dd>
          <Address of={root.owner} />, who signs every record
        </dd>
        <dt>Trading closes</dt>
        <dd>
          <Moment second={root.closesAt} />
        </dd>
        <dt>Settled at the latest</dt>
        <dd>
          <Moment second={root.settleBy} />; from then on anybody may apply the fallback
        </dd>
        <dt>Fallback</dt>
        <dd>{fallbackText(root)}</dd>
        <dt>A tick of a lot</dt>
        <dd>
          <Tokens wei={root.tickValue} digits={18} />
        </dd>
      </dl>
      <Records line={line} records={records} />
    </section>
  );
}

/** From the log if there is a node; else as the relay tells it, which nobody can check here. */
function useText(marketRootId: number): UseQueryResult<SignedDescription | { readonly text: string } | null> {
  const { chain, source, address } = useSession();
  return useQuery({
    queryKey: [source.url, chain?.url, address, "description", marketRootId],
    queryFn: async () => {
      const found = await chain?.description(marketRootId);
      if (found !== undefined) return found;
      const { rows } = await boundsOf(source, marketRootId);
      const made = rows.find(({ cause }) => cause === "made");
      return made === undefined ? null : { text: made.description };
    },
    staleTime: Infinity,
  });
}

function Text({ marketRootId }: { readonly marketRootId: number }): ReactNode {
  const { data } = useText(marketRootId);
  if (data === undefined) return <p className="waiting">The owner’s text is read …</p>;
  if (data === null) return <p>Its text has not been read yet.</p>;
  return (
    <figure className="description">
      <Hostile text={data.text} />
      <figcaption>
        {signedText(data)}
        {"descriptionHash" in data && (
          <>
            {" "}
            <code>{data.descriptionHash}</code>
          </>
        )}
      </figcaption>
    </figure>
  );
}

function Records({ line: { root }, records }: RulesProps): ReactNode {
  const { data } = records;
  const session = useSession();
  const told = useAt(["bounds", root.marketRootId], (source) => boundsOf(source, root.marketRootId));
  if (data === null) {
    return (
      <p className="hint">
        {told.data === undefined
          ? "Records"
          : `${new Set(told.data.rows.map((row) => row.transactionHash)).size} transactions with records`}{" "}
        come from the relay here: without a node of your own their signatures are not checked.
      </p>
    );
  }
  if (data === undefined) return <p className="waiting">The records are read …</p>;
  return (
    <>
      <h3>Records</h3>
      <ol className="records">
        {data.map((facts) => (
          <li key={`${facts.blockNumber}/${facts.logIndex}`}>
            {recordText(root, facts)}{" "}
            <small>
              <Moment second={facts.timestamp} /> ·{" "}
              <Link href={sessionPath(session, "chain", `block-${facts.blockNumber}`)}>block {facts.blockNumber}</Link>{" "}
              · {speakerText(facts)}
            </small>
          </li>
        ))}
      </ol>
    </>
  );
}
