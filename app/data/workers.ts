/** Starts the page's own workers, and no other script: the only policy of Trusted Types that there is. */
import { WORKER_POLICY } from "../../src/page/policy.js";
import mirrorUrl from "./mirror/worker.ts?worker&url";
import tablesUrl from "./tables/worker.ts?worker&url";
import verifyUrl from "./verifier/worker.ts?worker&url";

const WORKERS = { mirror: mirrorUrl, tables: tablesUrl, verify: verifyUrl } as const;

interface Policy {
  createScriptURL(url: string): string;
}
interface PolicyFactory {
  createPolicy(name: string, rules: Policy): Policy;
}

/** Browsers without Trusted Types take the address as it is. */
function createPolicy(): Policy {
  const allowed = new Set<string>(Object.values(WORKERS));
  const rules: Policy = {
    createScriptURL: (url) => {
      if (!allowed.has(url)) throw new TypeError(`${url} is no worker of this page`);
      return url;
    },
  };
  const { trustedTypes } = globalThis as unknown as { readonly trustedTypes?: PolicyFactory };
  return trustedTypes?.createPolicy(WORKER_POLICY, rules) ?? rules;
}

const policy = createPolicy();

export function startWorker(name: keyof typeof WORKERS): Worker {
  return new Worker(policy.createScriptURL(WORKERS[name]), { type: "module" });
}
