/** The session's tokens: for a wallet to watch, and as a list. */
import { type ReactNode, useState } from "react";

import { CloneToken__factory } from "../../../typechain-types/index.js";
import { printable } from "../../../src/bindings/assets.js";
import type { SessionHandle } from "../../../src/bindings/session.js";
import { read } from "../../../src/bindings/transact.js";
import { toReadableJson } from "../../../src/protocol/amounts/json.js";
import { useHandle } from "../../data/handle.js";
import { useAt, useHead } from "../../data/session.js";
import { Answered } from "../../ui/State.js";
import { useConnection } from "../../wallet/AccountMenu.js";
import { reasonOf } from "../../wallet/wallets.js";
import { saveText } from "./save.js";
import { type ListedToken, tokenList } from "./token-list.js";

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

export function Tokens(): ReactNode {
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
