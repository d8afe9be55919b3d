/** The door to a wallet: which ones there are, whose account is connected, and whether it is on the session's chain. */
import { type ReactNode, useEffect, useState, useSyncExternalStore } from "react";
import { Link } from "wouter";

import { shortAddress, useSession } from "../data/session.js";
import { sessionPath } from "../data/routes.js";
import {
  type Connection,
  connect,
  disconnect,
  reasonOf,
  reconnect,
  switchChain,
  type Wallet,
  wallets,
} from "./wallets.js";

export function useConnection(): Connection {
  return useSyncExternalStore(wallets.subscribe, wallets.get);
}

/** The account that acts here: connected, and on the session's chain. */
export function useAccount(): Extract<Connection, { status: "connected" }> | undefined {
  const { chainId } = useSession();
  const now = useConnection();
  return now.status === "connected" && now.chainId === chainId ? now : undefined;
}

export function AccountMenu(): ReactNode {
  const now = useConnection();
  const session = useSession();
  const list = useSyncExternalStore(wallets.onList, wallets.list);
  useEffect(() => {
    void reconnect();
  }, [list]);
  if (now.status === "connected") {
    return (
      <div className="account-menu">
        {now.chainId !== session.chainId && <WrongChain wallet={now.wallet} />}
        <Link href={sessionPath(session, "account", now.address)} title={now.address}>
          {shortAddress(now.address)}
        </Link>
        <button type="button" onClick={disconnect}>
          Leave
        </button>
      </div>
    );
  }
  return <Connecting now={now} list={list} />;
}

export function Connecting({ now, list }: { readonly now: Connection; readonly list: readonly Wallet[] }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  if (now.status === "asking") {
    return (
      <div className="account-menu" role="status">
        {now.wallet.info.name} is being asked …
        <button type="button" onClick={disconnect}>
          Stop waiting
        </button>
      </div>
    );
  }
  return (
    <div className="account-menu">
      {now.status === "failed" && <span role="alert">{now.reason}</span>}
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => {
          setOpen(!isOpen);
        }}
      >
        Connect
      </button>
      {isOpen && (
        <WalletList
          list={list}
          close={() => {
            setOpen(false);
          }}
        />
      )}
    </div>
  );
}

function WalletList({ list, close }: { readonly list: readonly Wallet[]; readonly close: () => void }): ReactNode {
  if (list.length === 0) {
    return (
      <div className="menu" role="dialog" aria-label="Wallets">
        <p>
          This browser has no wallet that announces itself (EIP-6963). Install one, or go on reading: nothing here needs
          one but trading.
        </p>
        <button type="button" onClick={close}>
          Close
        </button>
      </div>
    );
  }
  return (
    <ul className="menu" aria-label="Wallets">
      {list.map((wallet) => (
        <li key={wallet.info.uuid}>
          <button
            type="button"
            onClick={() => {
              close();
              void connect(wallet);
            }}
          >
            <img src={iconOf(wallet)} alt="" width={20} height={20} />
            {wallet.info.name} <small>{wallet.info.rdns}</small>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Pictures come as data; anything else is not asked for. */
function iconOf({ info }: Wallet): string {
  return info.icon.startsWith("data:image/") ? info.icon : "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=";
}

function WrongChain({ wallet }: { readonly wallet: Wallet }): ReactNode {
  const { chainId, sources } = useSession();
  const [problem, setProblem] = useState<string>();
  const name = sources.chain?.name ?? `chain ${chainId}`;
  const change = async (): Promise<void> => {
    try {
      setProblem(undefined);
      await switchChain(wallet, {
        chainId,
        name,
        currency: sources.chain?.currency ?? "ETH",
        rpcUrls: sources.rpcUrl === undefined ? [] : [sources.rpcUrl],
        explorer: sources.chain?.explorer,
      });
    } catch (error) {
      setProblem(reasonOf(error));
    }
  };
  return (
    <span role="alert" className="wrong-chain">
      Wrong chain.{" "}
      <button type="button" onClick={() => void change()}>
        Switch to {name}
      </button>
      {problem !== undefined && ` ${problem}`}
    </span>
  );
}
