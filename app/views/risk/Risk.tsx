/** What every holder would gain or lose if prices moved: scenarios by holders, each cell exact. */
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo, useState } from "react";
import { useLocation } from "wouter";

import type { AssetUnits } from "../../../src/protocol/amounts/units.js";
import { basketOf, Beyond } from "./Beyond.js";
import { useFactsQuery, useMarketsQuery, useNames, useSession, useSourceState } from "../../data/session.js";
import type { ChainSource } from "../../data/chain-source.js";
import type { Facts } from "../../data/source.js";
import type { Names, Root } from "../../data/names.js";
import { Answered, Missing, Refusal } from "../../ui/State.js";
import { Form } from "./Form.js";
import { Heat } from "./Heat.js";
import { Herding } from "./Herding.js";
import { readRisk, type RiskGround, type RiskInput, riskTable, writeRisk } from "./model.js";
import { Limit } from "./Limit.js";
import { Record } from "./Record.js";
import { Roots } from "./Roots.js";
import type { ScenarioFile } from "./scenario-file.js";
import { type Chosen, Scenarios } from "./Scenarios.js";
import { Unwinding } from "./Unwinding.js";
import { pretended, readWhatIf, type WhatIf, writeWhatIf } from "./what-if.js";
import { WhatIfForm } from "./WhatIfForm.js";
import "../../style/risk.css";

export default function Risk(): ReactNode {
  const { chain } = useSession();
  const terms = useFactsQuery();
  const facts = terms.data;
  const names = useNames();
  const markets = useMarketsQuery();
  const roots = markets.data?.roots;
  if (chain === undefined) {
    return (
      <>
        <h1>Risk</h1>
        <p role="alert">Who holds what is read from the session’s logs: name a node in Settings.</p>
      </>
    );
  }
  if (facts === undefined || names === undefined || roots === undefined)
    return <Missing of={[terms, markets]} what="the session" rows={6} />;
  return <Stress chain={chain} facts={facts} names={names} roots={roots} />;
}

interface StressProps {
  readonly chain: ChainSource;
  readonly facts: Facts;
  readonly names: Names;
  readonly roots: readonly Root[];
}

function Stress({ chain, facts, names, roots }: StressProps): ReactNode {
  const { address } = useSession();
  const [path, go] = useLocation();
  const search = path.split("?")[1] ?? "";
  const hash = useSourceState(chain).head?.hash;
  const query = useQuery({
    queryKey: [chain.url, address, "holdings", hash],
    queryFn: () => chain.holdings(),
    placeholderData: (last) => last,
    staleTime: Infinity,
  });
  const [chosen, choose] = useState<Chosen>({});
  const { assets } = names;
  const input = readRisk(search, assets.length);
  const whatIf = readWhatIf(new URLSearchParams(search));
  const put = (next: RiskInput, then: WhatIf): void => {
    const params = new URLSearchParams(writeRisk(next));
    writeWhatIf(then, params);
    go(`${path.split("?")[0] ?? path}?${params.toString()}`, { replace: true });
  };
  const change = (part: Partial<RiskInput>): void => {
    put({ ...input, ...part }, whatIf);
  };
  return (
    <>
      <h1>Risk</h1>
      <Form input={input} assets={assets} roots={roots} change={change} />
      <Answered query={query} what="who holds what" rows={8}>
        {(holdings) => {
          const basket = {
            quantities: facts.assets.map(({ quantity }) => quantity as AssetUnits),
            supply: facts.supply,
          };
          return (
            <>
              <WhatIfForm
                {...{ whatIf, roots, names }}
                traders={holdings.traders}
                change={(part) => {
                  put(input, { ...whatIf, ...part });
                }}
              />
              <Scenarios chosen={chosen} choose={choose} />
              <Outcome
                input={input}
                whatIf={whatIf}
                ground={{ holdings, basket, assets, roots }}
                session={address}
                file={chosen.file}
              />
            </>
          );
        }}
      </Answered>
      {query.data !== undefined && (
        <Unwinding {...{ chain, roots, names }} t1={facts.t1} traders={query.data.traders} />
      )}
      {query.data !== undefined && <Roots ground={{ holdings: query.data, basket: basketOf(facts), assets, roots }} />}
      {query.data !== undefined && (
        <Beyond
          input={input}
          ground={{ holdings: query.data, basket: basketOf(facts), assets, roots }}
          change={(moving) => {
            change({ moving });
          }}
        />
      )}
      <Herding {...{ chain, roots, names }} />
    </>
  );
}

/** Of the table as it is shown. */
const MOST_CELLS = 5_000;

interface OutcomeProps {
  readonly input: RiskInput;
  readonly whatIf: WhatIf;
  readonly ground: RiskGround;
  readonly session: string;
  /** In the place of typed shocks. */
  readonly file: ScenarioFile | undefined;
}

function Outcome({ input, whatIf, ground, session, file }: OutcomeProps): ReactNode {
  const isReady = input.prices.every((price) => price !== "");
  const result = useMemo(() => {
    if (!isReady) return undefined;
    try {
      const then = pretended(whatIf, input, ground);
      return {
        risk: riskTable(input, ground, session, file),
        then: then && riskTable(then.input, then.ground, session, file),
      };
    } catch (error) {
      return { error };
    }
  }, [
    writeRisk(input),
    JSON.stringify([whatIf, [...whatIf.outcomes]]),
    file,
    ground.holdings,
    ground.assets,
    ground.roots,
  ]);
  if (result === undefined) return <p role="status">Give each asset a price, in whatever unit you count in.</p>;
  if (result.risk === undefined) return <Refusal error={result.error} />;
  const cells = result.risk.table.rows.length * result.risk.names.length;
  return (
    <>
      {cells > MOST_CELLS ? (
        <p role="status">
          {cells} cells are too many to look at: the worst of each holder stand below, files have all.
        </p>
      ) : (
        <Heat risk={result.risk} then={result.then} />
      )}
      {whatIf.limit !== "" && <Limit limit={whatIf.limit} risk={result.risk} then={result.then} />}
      <Record risk={result.risk} />
    </>
  );
}
