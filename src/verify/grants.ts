/**
 * What must be granted for a session to hold, where the logs alone, or a node that did not answer, cannot say. Each grant has
 * a stable code, a sentence, its subjects and what takes it away. Those that are alike are counted, not listed: memory stays
 * bounded, whatever a file claims.
 */

/** What has been established beside the records themselves; a grant falls away when all that it needs has been. */
export interface Established {
  /** The records are the chain's own: read from it, or compared with it one by one, and none is missing up to the last block. */
  readonly logs: boolean;
  /** The contracts at the session's addresses are clones with the header's terms. */
  readonly clones: boolean;
  /** The code that the clones run is that of a known build. */
  readonly code: boolean;
  /** The assets say that the vault has what their transfers add up to. */
  readonly assets: boolean;
}

interface Meaning {
  /** What is granted; `#` is the number of subjects. */
  readonly sentence: string;
  /** What to do for it to be checked instead. */
  readonly remedy: string;
  /** What has to be established for it to fall away; without, nothing but a new verification takes it away. */
  readonly needs?: readonly (keyof Established)[];
}

const ASK_A_NODE = "Name a node of the session's chain (--rpc).";
const ASK_AGAIN = "Verify again when the node answers, or name another one.";
const ARCHIVE = "Name a node that keeps the states of old blocks (an archive node).";
const COMPARE_CODE = "Name a node (--rpc); if its code is of no known build, compare it with one that you trust.";

const MEANINGS = {
  SESSION_FROM_FILE: {
    sentence: "The chain has this session: whoever writes a file can make up contracts, keys and records that agree.",
    remedy: ASK_A_NODE,
    needs: ["logs", "clones"],
  },
  FACTORY_UNKNOWN: {
    sentence: "The factory is this project's: another one can make other contracts and log what it likes.",
    remedy: COMPARE_CODE,
  },
  CODE_UNKNOWN: { sentence: "The code that the session's contracts run is this project's.", remedy: COMPARE_CODE },
  TERMS_FROM_FILE: {
    sentence: "The terms are those of the session: without a salt its addresses do not prove them.",
    remedy: ASK_A_NODE,
    needs: ["clones"],
  },
  TIMES_FROM_FILE: {
    sentence: "Times are those of the blocks: no log commits to them.",
    remedy: ASK_A_NODE,
    needs: ["logs"],
  },
  TRANSACTIONS_FROM_FILE: {
    sentence: "Records stand in the blocks and transactions that the file names.",
    remedy: ASK_A_NODE,
    needs: ["logs"],
  },
  TAIL_NOT_COMPARED: {
    sentence: "No call is missing after the last record, up to the last block.",
    remedy: ASK_A_NODE,
    needs: ["logs"],
  },
  RECEIVERS_FROM_FILE: {
    sentence: "# withdrawals, exits and redemptions were paid to whom their traders named: nothing is signed about it.",
    remedy: ASK_A_NODE,
    needs: ["logs"],
  },
  CALLS_UNSIGNED: {
    sentence:
      "# calls that bear no signature came from whom they concern: deposits, cancellations, withdrawals, exits, nonce floors.",
    remedy: COMPARE_CODE,
    needs: ["logs", "code"],
  },
  OWNER_CALLED: {
    sentence: "# market records without a signature came from the root's owner itself.",
    remedy: COMPARE_CODE,
    needs: ["logs", "code"],
  },
  ORGANISER_CALLED: {
    sentence: "# roots of other owners came from the organiser itself.",
    remedy: COMPARE_CODE,
    needs: ["logs", "code"],
  },
  POLICY_ADMITTED: {
    sentence: "The session's participation policy admitted # traders.",
    remedy: COMPARE_CODE,
    needs: ["logs", "code"],
  },
  RESERVES_FROM_BELOW: {
    sentence: "# withdrawals left the reserves of open orders untouched (R15): logs know reserves from below only.",
    remedy: COMPARE_CODE,
    needs: ["logs", "code"],
  },
  TRANSFERS_FROM_FILE: {
    sentence: "# transfers between people happened: nothing else depends on them.",
    remedy: ASK_A_NODE,
    needs: ["logs"],
  },
  PLACES_FROM_FILE: {
    sentence: "# orders rest at the dead places that are named: no head commits to which.",
    remedy: ASK_A_NODE,
    needs: ["logs"],
  },
  ASSETS_TRUSTED: {
    sentence: "The assets log every transfer into and out of the vault, truthfully.",
    remedy: "Name a node (--rpc): what the vault has at the last block is compared.",
    needs: ["assets"],
  },
  WALLET_APPROVED: {
    sentence:
      "# signatures of contract wallets (ERC-1271) were good when the book asked, which only the chain can say.",
    remedy: ASK_A_NODE,
  },
  WALLET_UNCHECKED: {
    sentence: "# signatures of contract wallets (ERC-1271) were good when the book asked: the node could not be asked.",
    remedy: `${ASK_AGAIN} ${ARCHIVE}`,
  },
  WALLET_WITHIN_CALL: {
    sentence:
      "# orders of contracts without a signature were good when the book asked: they answer only while their own call runs.",
    remedy: COMPARE_CODE,
    needs: ["logs", "code"],
  },
  CHAIN_UNCHECKED: {
    sentence: "The node is one of the session's chain: it did not say of which chain it is, and was asked no more.",
    remedy: ASK_AGAIN,
  },
  LOGS_UNCHECKED: { sentence: "The records are the chain's own: the node did not give them all.", remedy: ASK_AGAIN },
  CODE_UNCHECKED: {
    sentence: "The contracts have the code that the header says: the node did not show it.",
    remedy: ASK_AGAIN,
  },
  ASSETS_UNCHECKED: {
    sentence: "The vault has what its transfers add up to: the node did not say.",
    remedy: `${ASK_AGAIN} ${ARCHIVE}`,
  },
  STATE_PRUNED: {
    sentence: "The session stands where the log ends: the node did not give the state of that block.",
    remedy: `${ARCHIVE} Or read the logs again, up to now.`,
  },
  CHAIN_GOES_ON: {
    sentence:
      "Nothing that matters has happened since the log's last block: the chain has more records of the session.",
    remedy: "Read the logs again.",
  },
} as const satisfies Readonly<Record<string, Meaning>>;

export type GrantCode = keyof typeof MEANINGS;
export const GRANT_CODES = Object.keys(MEANINGS) as readonly GrantCode[]; // its own keys

/** One thing, or many that are alike, that must be granted. */
export interface Grant {
  readonly code: GrantCode;
  /** What is granted. */
  readonly sentence: string;
  /** How many subjects it is about. */
  readonly count: number;
  /** The first of them: who, what and where. */
  readonly subjects: readonly string[];
  /** What to do for it to be checked instead. */
  readonly remedy: string;
}

/** Subjects that are named; the rest is counted. */
export const NAMED_SUBJECTS = 5;

/** What has to be granted, as it comes up. */
export class Grants {
  readonly #found = new Map<GrantCode, { count: number; readonly subjects: string[] }>();

  /** @param subject who, what and where. Called only if it will be named */
  public add(code: GrantCode, subject: () => string): void {
    let found = this.#found.get(code);
    if (found === undefined) this.#found.set(code, (found = { count: 0, subjects: [] }));
    found.count += 1;
    if (found.subjects.length < NAMED_SUBJECTS) found.subjects.push(subject());
  }

  /** Those that are left, in the order of the table above. */
  public left(established: Established): Grant[] {
    return GRANT_CODES.flatMap((code): Grant[] => {
      const { sentence, remedy, needs }: Meaning = MEANINGS[code];
      const found = this.#found.get(code);
      if (found === undefined || needs?.every((what) => established[what]) === true) return [];
      const { count, subjects } = found;
      return [{ code, sentence: sentence.replace("#", String(count)), count, subjects: [...subjects], remedy }];
    });
  }
}
