/** A new session, in four steps on one page. What is typed is kept in this browser until the session is made. */
import { getAddress } from "ethers";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Link } from "wouter";

import { readAsset } from "../../../src/bindings/assets.js";
import { newestTime } from "../../../src/bindings/lacking.js";
import { read } from "../../../src/bindings/transact.js";
import { erc20At } from "../../../src/client/tokens.js";
import { NodeProvider } from "../../../src/node/provider.js";
import { addressIn } from "../../../src/protocol/signing/addresses.js";
import { MAX_ASSETS } from "../../../src/protocol/amounts/limits.js";
import type { PageConfig } from "../../../src/page/config.js";
import { useSettings } from "../../data/session.js";
import { Answered, Refusal } from "../../ui/State.js";
import { useConnection } from "../../wallet/AccountMenu.js";
import { type AssetFacts, checkDraft, type Draft, EMPTY_DRAFT, readDraft } from "./terms.js";
import "../../style/new.css";
import { Basket, Times, Units, Who } from "./parts.js";
import { type FormProps, Review } from "./Review.js";

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
    queryFn: () => newestTime(provider),
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
