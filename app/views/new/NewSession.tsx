/** A new session, in four steps on one page. What is typed is kept in this browser until the session is made. */
import { getAddress, hexlify, randomBytes } from "ethers";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useId, useState, useSyncExternalStore } from "react";
import { Link } from "wouter";

import { ISessionFactory__factory } from "../../../typechain-types/index.js";
import { readAsset } from "../../../src/bindings/assets.js";
import { read } from "../../../src/bindings/transact.js";
import { completeParams, makeSession, requireFactory, type SessionParams } from "../../../src/client/organiser.js";
import { erc20At } from "../../../src/client/tokens.js";
import { NodeProvider } from "../../../src/node/provider.js";
import { addressIn } from "../../../src/protocol/signing/addresses.js";
import { MAX_ASSETS } from "../../../src/protocol/amounts/limits.js";
import { secondsOf } from "../../../src/protocol/amounts/times.js";
import type { PageChain, PageConfig } from "../../../src/page/config.js";
import { useSettings } from "../../data/session.js";
import { rememberSession } from "../../data/settings.js";
import { assetText } from "../../ui/numbers.js";
import { Answered, Refusal } from "../../ui/State.js";
import { formatMoment } from "../../ui/time.js";
import { Connecting, useConnection } from "../../wallet/AccountMenu.js";
import { type Connection, reasonOf, reconnect, signerOf, switchChain, wallets } from "../../wallet/wallets.js";
import {
  type AssetFacts,
  type Checked,
  checkDraft,
  type Draft,
  EMPTY_DRAFT,
  type FieldName,
  readDraft,
  unitsSentence,
} from "./terms.js";
import "../../style/new.css";

const KEY = "session-contracts/new-session";

export default function NewSession({ config }: { readonly config: PageConfig }): ReactNode {
  const settings = useSettings();
  const [chainId, setChainId] = useState(config.chains[0]?.chainId);
  const chain = config.chains.find((one) => one.chainId === chainId);
  const rpcUrl = chain === undefined ? undefined : (settings.rpc[chain.chainId] ?? chain.rpcUrls[0]);
  const node = useQuery({
    queryKey: ["new", rpcUrl],
    queryFn: () => NodeProvider.open(rpcUrl ?? ""),
    enabled: rpcUrl !== undefined,
    staleTime: Infinity,
    retry: 1,
  });
  return (
    <div className="lone">
      <h1>New session</h1>
      <p>
        You lock a basket of assets away, and get session tokens for all of it. Whoever holds them trades the parts
        until the end; then everything is paid out. Nothing of it can be changed afterwards, by you neither.
      </p>
      <label>
        Chain
        <select
          value={chainId}
          onChange={(event) => {
            setChainId(Number(event.target.value));
          }}
        >
          {config.chains.map((one) => (
            <option key={one.chainId} value={one.chainId}>
              {one.name} ({one.chainId})
            </option>
          ))}
        </select>
      </label>
      {chain === undefined || rpcUrl === undefined ? (
        <p role="alert">
          This page was told of no node. Name one in <Link href="/settings">Settings</Link>.
        </p>
      ) : (
        <Answered query={node} what="the node">
          {(provider) => <Form key={chain.chainId} chain={chain} provider={provider} />}
        </Answered>
      )}
    </div>
  );
}

function loadDraft(): Draft {
  try {
    return readDraft(localStorage.getItem(KEY));
  } catch {
    return EMPTY_DRAFT; // storage is off
  }
}

function keepDraft(draft: Draft | undefined): void {
  try {
    if (draft === undefined) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, JSON.stringify(draft));
  } catch {
    // Where nothing can be kept it holds until the page is left.
  }
}

interface FormProps {
  readonly chain: PageChain;
  readonly provider: NodeProvider;
}

function Form({ chain, provider }: FormProps): ReactNode {
  const [draft, setDraft] = useState(loadDraft);
  const connection = useConnection();
  const organiser = connection.status === "connected" ? connection.address : undefined;
  const typed = draft.assets.map(({ address }) => address.trim()).filter((one) => addressIn(one) !== undefined);
  const facts = useQuery({
    queryKey: ["new", chain.chainId, organiser, typed],
    queryFn: () => factsOf(typed, provider, organiser),
    placeholderData: (before) => before,
  });
  const time = useQuery({
    queryKey: ["new", chain.chainId, "time"],
    queryFn: async () => (await read(provider.getBlock("latest")))?.timestamp ?? 0,
    refetchInterval: 15_000,
  });
  const change = (part: Partial<Draft>): void => {
    const next = { ...draft, ...part };
    setDraft(next);
    keepDraft(next);
  };
  const now = time.data;
  if (now === undefined)
    return (
      <Answered query={time} what="the chain's time">
        {() => null}
      </Answered>
    );
  const checked = checkDraft(draft, { assets: facts.data ?? new Map<string, AssetFacts>(), now });
  const parts = { draft, change, checked, now };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
      }}
    >
      <Basket {...parts} facts={facts.data} />
      {facts.error !== null && <Refusal error={facts.error} />}
      <Times {...parts} />
      <Units {...parts} />
      <Who {...parts} />
      {checked.warnings.map((warning) => (
        <p key={warning} className="line amber">
          {warning}
        </p>
      ))}
      <Review
        chain={chain}
        provider={provider}
        connection={connection}
        checked={checked}
        clear={() => {
          setDraft(EMPTY_DRAFT);
          keepDraft(undefined);
        }}
      />
    </form>
  );
}

async function factsOf(
  typed: readonly string[],
  provider: NodeProvider,
  organiser: string | undefined,
): Promise<ReadonlyMap<string, AssetFacts>> {
  const entries = typed.slice(0, MAX_ASSETS).map(async (text) => {
    const address = getAddress(text);
    const [info, code] = await Promise.all([readAsset(address, provider), read(provider.getCode(address))]);
    const balance = organiser === undefined ? undefined : await balanceOf(address, provider, organiser);
    return [address.toLowerCase(), { ...info, isContract: code !== "0x", balance }] as const;
  });
  return new Map(await Promise.all(entries));
}

async function balanceOf(address: string, provider: NodeProvider, organiser: string): Promise<bigint | undefined> {
  try {
    return await erc20At(address, provider).balanceOf(organiser);
  } catch {
    return undefined; // it is no token, or does not say
  }
}

interface PartProps {
  readonly draft: Draft;
  readonly change: (part: Partial<Draft>) => void;
  readonly checked: Checked;
  readonly now: number;
}

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly problem: string | undefined;
  readonly set: (value: string) => void;
  readonly size?: number;
  readonly children?: ReactNode;
}

function Field({ label, value, problem, set, size = 24, children }: FieldProps): ReactNode {
  const id = useId();
  return (
    <div className="field">
      <label>
        {label}
        <input
          size={size}
          value={value}
          spellCheck={false}
          autoComplete="off"
          aria-invalid={problem !== undefined}
          aria-describedby={id}
          onChange={(event) => {
            set(event.target.value);
          }}
        />
      </label>
      <span id={id} className="hint">
        {value === "" ? "" : problem} {children}
      </span>
    </div>
  );
}

function Typed({
  name,
  label,
  size,
  children,
  draft,
  change,
  checked,
}: PartProps & {
  readonly name: FieldName;
  readonly label: string;
  readonly size?: number;
  readonly children?: ReactNode;
}): ReactNode {
  return (
    <Field
      label={label}
      value={draft[name]}
      problem={checked.problems.get(name)}
      set={(value) => {
        change({ [name]: value });
      }}
      {...(size !== undefined && { size })}
    >
      {children}
    </Field>
  );
}

function Basket({
  draft,
  change,
  checked,
  facts,
}: PartProps & { readonly facts: ReadonlyMap<string, AssetFacts> | undefined }): ReactNode {
  const set = (index: number, part: Partial<Draft["assets"][number]>): void => {
    change({ assets: draft.assets.map((one, k) => (k === index ? { ...one, ...part } : one)) });
  };
  return (
    <section className="panel">
      <h2>1 Basket</h2>
      {draft.assets.map(({ address, quantity }, index) => {
        const known = facts?.get(address.trim().toLowerCase());
        return (
          <fieldset key={index} className="asset">
            <legend>
              Asset {index + 1} {known === undefined ? "" : `${known.symbol}, ${known.decimals} decimals`}
            </legend>
            <Field
              label="Token’s address"
              size={44}
              value={address}
              problem={checked.problems.get(`asset ${index + 1}`)}
              set={(value) => {
                set(index, { address: value });
              }}
            />
            <Field
              label="Whole units in the basket"
              value={quantity}
              problem={checked.problems.get(`quantity ${index + 1}`)}
              set={(value) => {
                set(index, { quantity: value });
              }}
            >
              {known?.balance !== undefined && `You have ${assetText(known.balance, known.decimals)} ${known.symbol}.`}
            </Field>
            <button
              type="button"
              disabled={draft.assets.length === 1}
              onClick={() => {
                change({ assets: draft.assets.filter((_, k) => k !== index) });
              }}
            >
              Leave out
            </button>
          </fieldset>
        );
      })}
      <button
        type="button"
        disabled={draft.assets.length >= MAX_ASSETS}
        onClick={() => {
          change({ assets: [...draft.assets, { address: "", quantity: "" }] });
        }}
      >
        One more asset
      </button>
      <p className="hint">
        Tokens that take a fee of each transfer, or change balances by themselves, cannot be locked away: funding
        refuses them. {checked.problems.get("assets")}
      </p>
    </section>
  );
}

function When({ text, now }: { readonly text: string; readonly now: number }): ReactNode {
  const second = secondsOf(text.trim(), now);
  if (second === undefined) return null;
  return (
    <>
      {formatMoment(second)}, {new Date(second * 1_000).toISOString().slice(0, 16).replace("T", " ")} UTC
    </>
  );
}

function Times(props: PartProps): ReactNode {
  const { draft, now } = props;
  return (
    <section className="panel">
      <h2>2 Time</h2>
      <p className="hint">A date like 2026-12-01T00:00:00Z, or from the chain’s time on: +2h, +7d.</p>
      <Typed {...props} name="t1" label="Trading begins (t1)">
        <When text={draft.t1} now={now} />
      </Typed>
      <Typed {...props} name="t2" label="Settlement begins (t2)">
        <When text={draft.t2} now={now} />
      </Typed>
      <Typed {...props} name="settleLimit" label="Last settlement of its markets">
        {draft.settleLimit === "" ? "30 days after t2." : <When text={draft.settleLimit} now={now} />}
      </Typed>
    </section>
  );
}

function Units(props: PartProps): ReactNode {
  const { draft, checked } = props;
  return (
    <section className="panel">
      <h2>3 Units</h2>
      <Typed {...props} name="name" label="Session token’s name" />
      <Typed {...props} name="symbol" label="Its symbol" />
      <Typed {...props} name="supply" label="Session tokens for the whole basket" />
      <Typed {...props} name="basketScale" label="Ticks of a weight of 1" />
      <Typed {...props} name="basketTickValue" label="Wei that a tick of a lot is worth" />
      <p>{unitsSentence(draft.basketScale, checked.lotValue, draft.symbol)}</p>
    </section>
  );
}

function Who(props: PartProps): ReactNode {
  const { draft, change } = props;
  return (
    <section className="panel">
      <h2>4 Who</h2>
      <Typed {...props} name="policy" label="Contract that says who may take part" size={44}>
        {draft.policy === "" ? "Nobody is asked: everybody may." : "It is asked of each who registers."}
      </Typed>
      <label className="check">
        <input
          type="checkbox"
          checked={draft.openMarkets}
          onChange={(event) => {
            change({ openMarkets: event.target.checked });
          }}
        />
        Every registered trader may make markets, not I alone
      </label>
      <details>
        <summary>Limits</summary>
        <Typed {...props} name="chainWindow" label="Blocks with calls that an order may lag behind" />
        <Typed {...props} name="maxOpenOrders" label="Open orders of a trader, at most" />
        <Typed {...props} name="maxLots" label="Lots of a position, at most">
          {draft.maxLots === "" && "No limit."}
        </Typed>
      </details>
    </section>
  );
}

interface ReviewProps extends FormProps {
  readonly connection: Connection;
  readonly checked: Checked;
  readonly clear: () => void;
}

type Making =
  | { readonly status: "none" | "asking" }
  | { readonly status: "done"; readonly session: string; readonly hash: string }
  | { readonly status: "failed"; readonly error: unknown };

function Review({ chain, provider, connection, checked, clear }: ReviewProps): ReactNode {
  const [salt] = useState(() => hexlify(randomBytes(32)));
  const [making, setMaking] = useState<Making>({ status: "none" });
  const { factory } = chain;
  const { params } = checked;
  const organiser = connection.status === "connected" ? connection.address : undefined;
  const asked = useQuery({
    queryKey: ["new", chain.chainId, "review", organiser, salt, JSON.stringify(params, asText)],
    queryFn: () => predict(provider, { factory: factory ?? "", organiser: organiser ?? "", params, salt }),
    enabled: factory !== undefined && organiser !== undefined && params !== undefined,
    retry: false,
  });
  if (making.status === "done") return <Made chainId={chain.chainId} {...making} />;
  if (factory === undefined) return <p role="alert">This page was told of no factory on this chain.</p>;
  const make = async (): Promise<void> => {
    if (connection.status !== "connected" || params === undefined) return;
    setMaking({ status: "asking" });
    try {
      const { handle, receipt } = await makeSession(factory, await signerOf(connection), params, salt);
      rememberSession(`${chain.chainId}/${handle.address}`);
      clear();
      setMaking({ status: "done", session: handle.address, hash: receipt.hash });
    } catch (error) {
      setMaking({ status: "failed", error });
    }
  };
  const isThere = connection.status === "connected" && connection.chainId === chain.chainId;
  return (
    <section className="panel" aria-label="Review">
      <h2>Review</h2>
      {params === undefined ? (
        <p>Not complete yet: {[...checked.problems.keys()].map((field) => NAMES[field] ?? field).join(", ")}.</p>
      ) : organiser === undefined ? (
        <p>Connect a wallet: who signs is the organiser.</p>
      ) : (
        <Answered query={asked} what="the factory">
          {({ session, data }) => (
            <>
              <p>
                The factory takes it. The session will be <code>{session}</code>.
              </p>
              <details>
                <summary>What is sent</summary>
                <p>
                  To <code>{factory}</code>:
                </p>
                <code>{data}</code>
              </details>
            </>
          )}
        </Answered>
      )}
      <Wallet connection={connection} chain={chain} />
      <button
        type="button"
        className="primary"
        disabled={!isThere || asked.data === undefined || params === undefined || making.status === "asking"}
        onClick={() => void make()}
      >
        {making.status === "asking" ? "The wallet is asked …" : "Create the session"}
      </button>
      {making.status === "failed" && <Refusal error={making.error} />}
    </section>
  );
}

const NAMES: Readonly<Record<string, string>> = {
  ...{ name: "name", symbol: "symbol", t1: "beginning", t2: "settlement", settleLimit: "last settlement" },
  ...{ supply: "session tokens", basketScale: "ticks", basketTickValue: "value of a tick", policy: "policy" },
};

function asText(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}

interface Prediction {
  readonly factory: string;
  readonly organiser: string;
  readonly params: SessionParams | undefined;
  readonly salt: string;
}

/** Asks the factory without sending anything: it says what is wrong, or where the session will be. */
async function predict(
  provider: NodeProvider,
  { factory, organiser, params, salt }: Prediction,
): Promise<{ readonly session: string; readonly data: string }> {
  if (params === undefined) throw new Error("unreachable: asked once there are terms");
  await requireFactory(factory, { provider });
  const contract = ISessionFactory__factory.connect(factory, provider);
  const complete = completeParams(params);
  const session = await read(contract.createSession.staticCall(complete, salt, { from: organiser }));
  return { session, data: contract.interface.encodeFunctionData("createSession", [complete, salt]) };
}

function Wallet({ connection, chain }: { readonly connection: Connection; readonly chain: PageChain }): ReactNode {
  const list = useSyncExternalStore(wallets.onList, wallets.list);
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    setProblem(undefined);
  }, [connection]);
  useEffect(() => {
    void reconnect();
  }, [list]);
  if (connection.status !== "connected") return <Connecting now={connection} list={list} />;
  if (connection.chainId === chain.chainId) return <p>As {connection.address}.</p>;
  return (
    <p className="wrong-chain" role="alert">
      Your wallet is on another chain.{" "}
      <button
        type="button"
        onClick={() => {
          const { chainId, name, currency, rpcUrls, explorer } = chain;
          switchChain(connection.wallet, { chainId, name, currency, rpcUrls, explorer }).catch((error: unknown) => {
            setProblem(reasonOf(error));
          });
        }}
      >
        Switch to {chain.name}
      </button>{" "}
      {problem}
    </p>
  );
}

function Made({
  chainId,
  session,
  hash,
}: {
  readonly chainId: number;
  readonly session: string;
  readonly hash: string;
}): ReactNode {
  return (
    <section className="panel" role="status">
      <h2>Created</h2>
      <p>
        Session <code>{session}</code>, in transaction <code>{hash}</code>.
      </p>
      <p>
        <Link href={`/${chainId}/${session}/organise`}>Fund it next</Link>: until then it holds nothing, and from t1 on
        it cannot be funded any more.
      </p>
    </section>
  );
}
