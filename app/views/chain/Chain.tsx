/** The chain of orders, call by call, folded again before the reader's eyes. It goes by the logs alone, read by this page itself. */
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, type RefObject, useEffect, useRef, useState } from "react";
import { Link, useLocation } from "wouter";

import { sessionPath } from "../../data/routes.js";
import type { ViewProps } from "../../frame/view-props.js";
import { useMarkets, useNames, useSession, useSourceState } from "../../data/session.js";
import type { ChainSource } from "../../data/chain-source.js";
import type { CallFacts, CallLine, RecordFacts } from "../../data/mirror/explorer.js";
import { Moment } from "../../ui/Amount.js";
import { Hostile } from "../../ui/Hostile.js";
import { Answered } from "../../ui/State.js";
import { type Known, recordFields, recordLine, signedText } from "./records.js";
import { readSearch, searchPath, searchText } from "./search.js";
import { wordParts, wordsAndLinks } from "./words.js";
import "../../style/chain.css";

/** Calls of one page of the list. */
const PAGE = 50;

export default function Chain({ rest }: ViewProps): ReactNode {
  const { chain } = useSession();
  if (chain === undefined) {
    return (
      <>
        <h1>Order chain</h1>
        <p role="alert">
          The chain is read from a node’s logs and folded again here: a relay’s word would prove nothing. Name a node in
          Settings.
        </p>
      </>
    );
  }
  return <Explorer chain={chain} wanted={rest[0] ?? ""} />;
}

/** Newest block of the node, not of the relay. */
function useChainHash(chain: ChainSource): string | undefined {
  return useSourceState(chain).head?.hash;
}

function Explorer({ chain, wanted }: { readonly chain: ChainSource; readonly wanted: string }): ReactNode {
  const [before, setBefore] = useState<number>();
  const hash = useChainHash(chain);
  const { address } = useSession();
  const names = useNames();
  const known: Known = { roots: useMarkets() ?? [], names };
  const query = useQuery({
    queryKey: [chain.url, address, "calls", before, hash],
    queryFn: () => chain.calls({ before, limit: PAGE }),
    placeholderData: (last) => last,
    staleTime: Infinity,
  });
  return (
    <>
      <h1>Order chain</h1>
      <Jump wanted={wanted} />
      {wanted !== "" && <Wanted chain={chain} wanted={wanted} known={known} />}
      <section className="panel" aria-label="Calls">
        <Answered query={query} what="the session’s logs" rows={8}>
          {({ total, calls }) =>
            total === 0 ? (
              <p>Nothing has been appended yet: the chain is at its genesis.</p>
            ) : (
              <>
                <p>
                  {total} calls have appended something; the newest are first.
                  {before !== undefined && (
                    <button
                      type="button"
                      onClick={() => {
                        setBefore(undefined);
                      }}
                    >
                      Newest
                    </button>
                  )}
                </p>
                <CallTable calls={calls} />
                {(calls.at(-1)?.index ?? 0) > 0 && (
                  <button
                    type="button"
                    onClick={() => {
                      setBefore(calls.at(-1)?.index);
                    }}
                  >
                    Older
                  </button>
                )}
              </>
            )
          }
        </Answered>
      </section>
    </>
  );
}

/** `/` goes to the field, wherever one is that is not writing. */
function useSlash(field: RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const isWriting = event.target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
      if (event.key !== "/" || isWriting || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      field.current?.focus();
    };
    document.addEventListener("keydown", onKey);
    return () => {
      document.removeEventListener("keydown", onKey);
    };
  }, [field]);
}

function Jump({ wanted }: { readonly wanted: string }): ReactNode {
  const [typed, setTyped] = useState(wanted);
  const [problem, setProblem] = useState(false);
  const session = useSession();
  const [, go] = useLocation();
  const field = useRef<HTMLInputElement>(null);
  useSlash(field);
  return (
    <form
      role="search"
      className="jump"
      onSubmit={(event) => {
        event.preventDefault();
        const search = readSearch(typed);
        setProblem(search === undefined);
        if (search !== undefined) go(sessionPath(session, "chain", searchPath(search)));
      }}
    >
      <label>
        Jump to (press /)
        <input
          ref={field}
          value={typed}
          placeholder="977, block 18412, 0x…"
          aria-invalid={problem}
          onChange={(event) => {
            setTyped(event.target.value);
          }}
        />
      </label>
      <button type="submit">Go</button>
      {problem && <p role="alert">An order’s number, “block” and a number, an address, or a hash of 64 digits.</p>}
    </form>
  );
}

interface WantedProps {
  readonly chain: ChainSource;
  readonly wanted: string;
  readonly known: Known;
}

function Wanted({ chain, wanted, known }: WantedProps): ReactNode {
  const hash = useChainHash(chain);
  const { address } = useSession();
  const index = /^call-(\d{1,15})$/.exec(wanted)?.[1];
  const search = index === undefined ? readSearch(decodeURIComponent(wanted)) : undefined;
  const query = useQuery({
    queryKey: [chain.url, address, "call", wanted, hash],
    queryFn: async () => {
      const found =
        index !== undefined
          ? { callIndex: Number(index), logIndex: undefined }
          : search === undefined
            ? undefined
            : await chain.findCall(search);
      const call = found === undefined ? undefined : await chain.call(found.callIndex);
      return call === undefined ? null : { call, logIndex: found?.logIndex };
    },
    placeholderData: (last) => last,
    staleTime: Infinity,
  });
  return (
    <Answered
      query={query}
      what="the call"
      empty={
        <p role="status">
          {search === undefined && index === undefined
            ? "That is neither an order, a block, an address nor a hash."
            : `The chain has not ${search === undefined ? "that call" : searchText(search)}.`}
        </p>
      }
    >
      {({ call, logIndex }) => <Call call={call} known={known} open={logIndex} />}
    </Answered>
  );
}

function CallTable({ calls }: { readonly calls: readonly CallLine[] }): ReactNode {
  const session = useSession();
  return (
    <div className="scrolled" tabIndex={0} role="region" aria-label="Calls">
      <table>
        <thead>
          <tr>
            <th scope="col" className="number">
              Checkpoint
            </th>
            <th scope="col">Block</th>
            <th scope="col">Time</th>
            <th scope="col">Records</th>
            <th scope="col">Link</th>
          </tr>
        </thead>
        <tbody>
          {calls.map(({ index, counts, blockNumber, timestamp, kinds, link, isOverwritten }) => (
            <tr key={index}>
              <td className="number">
                <Link href={sessionPath(session, "chain", `call-${index}`)}>{counts.number}</Link>
                {isOverwritten && <small> written over</small>}
              </td>
              <td>{blockNumber}</td>
              <td>{timestamp === undefined ? "" : <Moment second={timestamp} />}</td>
              <td>{kinds.map(([kind, count]) => `${count} ${kind}`).join(" · ")}</td>
              <td>
                <code title={link}>
                  {link.slice(0, 10)}…{link.slice(-8)}
                </code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface CallProps {
  readonly call: CallFacts;
  readonly known: Known;
  /** logIndex of the record that is open from the start. */
  readonly open: number | undefined;
}

function Call({ call, known, open }: CallProps): ReactNode {
  const { counts, blockNumber, timestamp, transactionHash, from, foldedHead, head, link, isRight, records } = call;
  return (
    <section className="panel" aria-label={`Checkpoint ${counts.number}`} data-right={isRight}>
      <h2>
        Checkpoint {counts.number}, block {blockNumber} {timestamp !== undefined && <Moment second={timestamp} />}
      </h2>
      <dl>
        <dt>Transaction</dt>
        <dd>
          <code>{transactionHash}</code>
        </dd>
        <dt>From checkpoint</dt>
        <dd>
          <code>{from}</code>
        </dd>
        <dt>Folded here</dt>
        <dd>
          <code>{foldedHead}</code>
        </dd>
        <dt>The book says</dt>
        <dd>
          <code>{head}</code>{" "}
          <strong>{isRight ? "✔ the same" : "✘ another: these records do not make this head"}</strong>
        </dd>
        <dt>Link</dt>
        <dd>
          <code>{link}</code> (head, mark {counts.mark.toString()}, {counts.trades} trades, number {counts.number})
        </dd>
      </dl>
      <ol className="chain-records">
        {records.map((facts) => (
          <li key={facts.record.logIndex}>
            <Record facts={facts} known={known} isOpen={facts.record.logIndex === open} />
          </li>
        ))}
      </ol>
    </section>
  );
}

interface RecordProps {
  readonly facts: RecordFacts;
  readonly known: Known;
  readonly isOpen: boolean;
}

function Record({ facts, known, isOpen }: RecordProps): ReactNode {
  const { record, words, signed, previous, primaryLink } = facts;
  const session = useSession();
  const hasLink = primaryLink !== undefined || record.kind === "marketRecorded" || record.kind === "fallbackApplied";
  return (
    <details open={isOpen}>
      <summary>
        {recordLine(facts, known)} <small>{record.kind}</small>
      </summary>
      {previous !== undefined && (
        <p>
          → signed over{" "}
          {previous.callIndex === undefined ? (
            <>checkpoint {previous.number}, which was written over or is the genesis</>
          ) : (
            <Link href={sessionPath(session, "chain", `call-${previous.callIndex}`)}>checkpoint {previous.number}</Link>
          )}{" "}
          <code>{previous.link}</code>
        </p>
      )}
      {signed !== undefined && <p>{signedText(signed)}</p>}
      {words.length === 0 ? (
        <p className="hint">It is not folded.</p>
      ) : (
        wordsAndLinks(words, hasLink).map(({ word, isLink }, index) =>
          isLink ? (
            <p key={index}>
              link <code>{word}</code>
            </p>
          ) : (
            <Word key={index} word={word} />
          ),
        )
      )}
      <dl>
        {recordFields(record).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <code>{value}</code>
            </dd>
          </div>
        ))}
      </dl>
      {record.kind === "marketRecorded" && record.description !== "" && <Hostile text={record.description} />}
    </details>
  );
}

function Word({ word }: { readonly word: string }): ReactNode {
  return (
    <div className="word" role="group" aria-label={`Word ${word}`}>
      <code>0x</code>
      {wordParts(word).map(({ name, digits, value }) => (
        <span key={name} className="word-part">
          <code>{digits}</code>
          <small>
            {name}: {value}
          </small>
        </span>
      ))}
    </div>
  );
}
