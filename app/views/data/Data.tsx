/** What happened, as lines over time and as files: everything that the page shows can be taken home. */
import { lazy, type ReactNode, Suspense, useMemo, useRef, useState } from "react";

import { CloneToken__factory } from "../../../typechain-types/index.js";
import { printable } from "../../../src/bindings/assets.js";
import type { SessionHandle } from "../../../src/bindings/session.js";
import { read } from "../../../src/bindings/transact.js";
import { toReadableJson } from "../../../src/protocol/amounts/json.js";
import { BASKET_ROOT_ID } from "../../../src/protocol/signing/package.js";
import type { HistoryKind } from "../../../src/wire/history.js";
import { useHandle } from "../../data/handle.js";
import { type Root, useAt, useFacts, useHead, useMarketsQuery, useNames, useSession } from "../../data/session.js";
import { wordsOf } from "../../ui/words.js";
import { Copied } from "../../ui/Copied.js";
import { assetText } from "../../ui/numbers.js";
import { Answered, Missing, Refusal, Waiting } from "../../ui/State.js";
import { useConnection } from "../../wallet/AccountMenu.js";
import { reasonOf } from "../../wallet/wallets.js";
import { Measures } from "./Measures.js";
import { Terms } from "./Terms.js";
import { codeOf, collect, csvText, jsonLines, type Page } from "./files.js";
import type { SeriesData } from "../../ui/series-data.js";
import { type MarketSeries, marketLines, readSpot, type Spot, spotLines, weightLines } from "./series.js";
import { saveText } from "./save.js";
import { Tables as TablesOfSession } from "./Tables.js";
import { type ListedToken, tokenList } from "./token-list.js";
import "../../style/new.css";

const Series = lazy(() => import("../../ui/Series.js"));

/** Points of a picture, the newest ones; files have all. */
const MOST_POINTS = 1_000;

export default function Data(): ReactNode {
  return (
    <div className="lone">
      <h1>Data</h1>
      <Weights />
      <MarketHistory />
      <Files />
      <Measures />
      <Terms />
      <TablesOfSession />
      <Tokens />
    </div>
  );
}

// ------------------------------------------------------------------ lines

function Drawn({ title, data }: { readonly title: string; readonly data: SeriesData }): ReactNode {
  return (
    <Suspense fallback={<Waiting what="the picture" />}>
      <Series title={title} data={data} />
    </Suspense>
  );
}

function Weights(): ReactNode {
  const names = useNames();
  const facts = useFacts();
  const [spot, setSpot] = useState<Spot | string>();
  const rows = useAt(["history", "weights", MOST_POINTS], (source) =>
    source.history("weights", { limit: MOST_POINTS, order: "desc" }),
  );
  const symbols = useMemo(() => names?.assets.map(({ symbol }) => symbol) ?? [], [names]);
  const quantities = useMemo(
    () => (facts?.assets ?? []).map(({ quantity }, k) => Number(assetText(quantity, names?.assets[k]?.decimals ?? 0))),
    [facts, names],
  );
  const data = useMemo(() => {
    const implied = weightLines([...(rows.data?.items ?? [])].reverse(), symbols);
    if (spot === undefined || typeof spot === "string") return implied;
    return { ...implied, lines: [...implied.lines, ...spotLines(implied.times, spot, quantities, symbols)] };
  }, [rows.data, spot, symbols, quantities]);
  return (
    <section className="panel">
      <h2>Weights that the books imply</h2>
      <Answered query={rows} what="the history of weights">
        {() => <Drawn title="Implied weights" data={data} />}
      </Answered>
      <label>
        Beside it by spot: a table with time and a price of {symbols.join(", ")}
        <input
          type="file"
          accept=".csv,.txt"
          onChange={(event) => {
            const [file] = event.target.files ?? [];
            void file?.text().then((text) => {
              setSpot(readSpot(text, symbols));
            });
          }}
        />
      </label>
      {typeof spot === "string" && <Refusal error={spot} />}
    </section>
  );
}

const SERIES: Readonly<Record<MarketSeries, string>> = {
  prices: "Prices",
  volume: "Volume",
  interest: "Open interest",
};

function MarketHistory(): ReactNode {
  const markets = useMarketsQuery();
  const roots = markets.data?.roots;
  const names = useNames();
  const [chosen, setChosen] = useState(`${BASKET_ROOT_ID}.1`);
  const [what, setWhat] = useState<MarketSeries>("prices");
  const [rootId = 1, branchId = 1] = chosen.split(".").map(Number);
  const root = roots?.find(({ marketRootId }) => marketRootId === rootId);
  const rows = useAt(["history", "markets", chosen, MOST_POINTS], (source) =>
    source.history("markets", { limit: MOST_POINTS, order: "desc", marketRootId: rootId, marketBranchId: branchId }),
  );
  const data = useMemo(() => {
    const { perUnit, unit } = unitOf(root);
    return marketLines([...(rows.data?.items ?? [])].reverse(), what, perUnit, unit);
  }, [rows.data, what, root]);
  if (roots === undefined) return <Missing of={[markets]} what="the markets" />;
  return (
    <section className="panel">
      <h2>One market</h2>
      <label>
        Market
        <select
          value={chosen}
          onChange={(event) => {
            setChosen(event.target.value);
          }}
        >
          {roots.flatMap((one) =>
            one.branches.map(({ marketBranchId }) => {
              const key = `${one.marketRootId}.${marketBranchId}`;
              return (
                <option key={key} value={key}>
                  {key} {wordsOf(one, marketBranchId, names).title.slice(0, 60)}
                </option>
              );
            }),
          )}
        </select>
      </label>
      <label>
        What
        <select
          value={what}
          onChange={(event) => {
            setWhat(event.target.value as MarketSeries);
          }}
        >
          {Object.entries(SERIES).map(([name, title]) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <Answered query={rows} what="the history of the market">
        {() => <Drawn title={`${SERIES[what]} of ${chosen}`} data={data} />}
      </Answered>
    </section>
  );
}

function unitOf(root: Root | undefined): { readonly perUnit: number; readonly unit: string } {
  if (root === undefined) return { perUnit: 1, unit: "ticks" };
  if (root.kind !== "interval") return { perUnit: Number(root.outcomes.upper) / 100, unit: "%" };
  const head = root.head ?? undefined;
  return head === undefined ? { perUnit: 1, unit: "ticks" } : { perUnit: Number(head.ticksPerUnit), unit: head.unit };
}

// ------------------------------------------------------------------ files

const KINDS: Readonly<Record<HistoryKind, string>> = {
  orders: "Orders",
  fills: "Fills",
  offsets: "Cancellations",
  bounds: "Bounds of markets",
  allocations: "Allocations",
  markets: "Books after each change",
  weights: "Weights",
  records: "Records of the order chain",
  accounts: "Changes of accounts by themselves",
  checkpoints: "Checkpoints",
};
type Shape = "csv" | "jsonl";

type Reading =
  | { readonly status: "none" }
  | { readonly status: "reading"; readonly rows: number }
  | { readonly status: "done"; readonly rows: number; readonly block: Page["block"] }
  | { readonly status: "failed"; readonly error: unknown };

function Files(): ReactNode {
  const { source, sources, address, chainId } = useSession();
  const [kind, setKind] = useState<HistoryKind>("fills");
  const [reading, setReading] = useState<Reading>({ status: "none" });
  const stopping = useRef<AbortController>(undefined);
  const download = async (shape: Shape): Promise<void> => {
    const { signal } = (stopping.current = new AbortController());
    setReading({ status: "reading", rows: 0 });
    try {
      const { block, rows } = await collect(
        (query) => source.history(kind, query),
        (count) => {
          setReading({ status: "reading", rows: count });
        },
        signal,
      );
      const head = { kind, chainId, session: address, block };
      saveText(`${kind}-${block.number}.${shape}`, shape === "csv" ? csvText(head, rows) : jsonLines(head, rows));
      setReading({ status: "done", rows: rows.length, block });
    } catch (error) {
      setReading(signal.aborted ? { status: "none" } : { status: "failed", error });
    }
  };
  const isReading = reading.status === "reading";
  return (
    <section className="panel">
      <h2>Files</h2>
      <p className="hint">
        Amounts are whole decimal text: ticks, lots and wei as they are on the chain. All of a file holds at one block,
        whose hash stands in its first line.
      </p>
      <label>
        What
        <select
          value={kind}
          onChange={(event) => {
            setKind(event.target.value as HistoryKind);
          }}
        >
          {Object.entries(KINDS).map(([name, title]) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <button type="button" disabled={isReading} onClick={() => void download("csv")}>
        CSV
      </button>{" "}
      <button type="button" disabled={isReading} onClick={() => void download("jsonl")}>
        JSON Lines
      </button>{" "}
      {isReading && (
        <button type="button" onClick={() => stopping.current?.abort()}>
          Stop
        </button>
      )}
      {reading.status === "reading" && <p role="status">{reading.rows} rows …</p>}
      {reading.status === "done" && (
        <p role="status">
          {reading.rows} rows at block {reading.block.number}, <code>{reading.block.hash}</code>.
        </p>
      )}
      {reading.status === "failed" && <Refusal error={reading.error} />}
      <details>
        <summary>The same as code</summary>
        {codeOf({ kind, session: address, rpcUrl: sources.rpcUrl, relayUrl: sources.relayUrl }).map(
          ({ title, text }) => (
            <Copied key={title} what={title} text={text} />
          ),
        )}
      </details>
    </section>
  );
}

// ------------------------------------------------------------------ tokens

async function tokensOf({ address, legs, runner, domain }: SessionHandle): Promise<readonly ListedToken[]> {
  const addresses = [address, ...(await Promise.all(legs.map((leg) => leg.getAddress())))];
  return Promise.all(
    addresses.map(async (one) => {
      const token = CloneToken__factory.connect(one, runner);
      const [name, symbol, decimals] = await read(Promise.all([token.name(), token.symbol(), token.decimals()]));
      return {
        chainId: Number(domain.chainId),
        address: one,
        symbol: printable(symbol, 16),
        name: printable(name, 60),
        decimals: Number(decimals),
      };
    }),
  );
}

function Tokens(): ReactNode {
  const handle = useHandle();
  const head = useHead();
  const opened = handle.data;
  const tokens = useAt(
    ["tokens", opened?.address],
    () =>
      (opened === undefined ? Promise.resolve(undefined) : tokensOf(opened)) as Promise<
        readonly ListedToken[] | undefined
      >,
  );
  const connection = useConnection();
  const [told, setTold] = useState("");
  const watch = async ({ address, symbol, decimals }: ListedToken): Promise<void> => {
    if (connection.status !== "connected") return;
    try {
      const asked = { type: "ERC20", options: { address, symbol: symbol.slice(0, 11), decimals } };
      await connection.wallet.provider.request({ method: "wallet_watchAsset", params: asked as never });
      setTold(`The wallet was told of ${symbol}.`);
    } catch (error) {
      setTold(reasonOf(error));
    }
  };
  return (
    <section className="panel">
      <h2>Tokens</h2>
      <Answered query={tokens} what="the session's tokens" empty={<p>This needs a node: name one in Settings.</p>}>
        {(list) => (
          <>
            <table>
              <thead>
                <tr>
                  <th scope="col">Token</th>
                  <th scope="col">Address</th>
                  <th scope="col">In your wallet</th>
                </tr>
              </thead>
              <tbody>
                {list.map((token) => (
                  <tr key={token.address}>
                    <td>
                      {token.symbol} <small>{token.name}</small>
                    </td>
                    <td>
                      <code>{token.address}</code>
                    </td>
                    <td>
                      <button
                        type="button"
                        disabled={connection.status !== "connected"}
                        onClick={() => void watch(token)}
                      >
                        Show {token.symbol}
                      </button>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
            <p role="status">{told}</p>
            <button
              type="button"
              onClick={() => {
                const [first] = list;
                saveText(
                  "tokenlist.json",
                  `${toReadableJson(tokenList(first?.symbol ?? "", list, head?.time ?? 0))}\n`,
                );
              }}
            >
              Token list
            </button>
          </>
        )}
      </Answered>
    </section>
  );
}
