/** A node that answers by a script, for what a chain seldom does when it is asked to. */
import { AbstractProvider, type Interface, Network, type PerformActionRequest } from "ethers";

type Method = PerformActionRequest["method"];
type RequestOf<M extends Method> = Extract<PerformActionRequest, { method: M }>;

/** Answers by method, as ethers takes them from the JSON of a node. What is missing is refused. */
export type Script = { readonly [M in Method]?: (request: RequestOf<M>) => unknown };

export const CHAIN_ID = 31_337n;

export class ScriptedNode extends AbstractProvider {
  /** Everything that was asked, in order. */
  public readonly asked: PerformActionRequest[] = [];
  readonly #script: Script;

  public constructor(script: Script) {
    super(Network.from(CHAIN_ID), { cacheTimeout: -1 });
    this.#script = script;
  }

  public override _detectNetwork(): Promise<Network> {
    return Promise.resolve(Network.from(CHAIN_ID));
  }

  public override _perform<Answer>(request: PerformActionRequest): Promise<Answer> {
    this.asked.push(request);
    return Promise.resolve().then(() => {
      const answer = this.#script[request.method] as ((of: PerformActionRequest) => unknown) | undefined; // by its method
      if (answer === undefined) throw new Error(`nothing is scripted for ${request.method}`);
      return answer(request) as Answer;
    });
  }

  /** How often a method was asked for. */
  public count(method: Method): number {
    return this.asked.filter((request) => request.method === method).length;
  }
}

/** Answers to calls of one contract, by function: values in the order of the ABI. */
export function contractCalls(
  via: Interface,
  answers: Readonly<Record<string, (...args: readonly unknown[]) => readonly unknown[]>>,
): (request: RequestOf<"call">) => string {
  return ({ transaction: { data } }) => {
    const call = via.parseTransaction({ data: data ?? "0x" });
    const answer = call === null ? undefined : answers[call.name];
    if (call === null || answer === undefined) throw new Error(`nothing is scripted for ${call?.name ?? "this call"}`);
    return via.encodeFunctionResult(call.name, answer(...(call.args.toArray() as unknown[])));
  };
}

/** What a promise is rejected with; undefined if it is kept. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
}
