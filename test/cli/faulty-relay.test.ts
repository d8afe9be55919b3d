/** Every command that asks a relay, in front of one that fails or is another thing: it is told so, with the relay's words if it has any. */
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { SESSION } from "./saying-relay.js";
import { as, session, type Told } from "./support.js";
import { openWorld, type World } from "./world.js";

const SECRET = "S3cr3tKey";
const LIMITED = {
  code: "RELAY_RATE_LIMITED",
  message: "RELAY_RATE_LIMITED(). Slower.",
  advice: "Slower.",
  retryable: true,
  values: {},
};

interface Fault {
  readonly say: (response: ServerResponse) => void;
  readonly code: RegExp;
  readonly status: 1 | 2;
}

const says =
  (status: number, text: string, type = "application/json") =>
  (response: ServerResponse): void => {
    response.writeHead(status, { "content-type": type }).end(text);
  };

const FAULTS: Readonly<Record<string, Fault>> = {
  "cuts connections": { say: (response) => response.destroy(), code: /^RELAY_UNREACHABLE$/, status: 2 },
  "cuts its answer off": {
    say: (response) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
      response.write('{"chainId":');
      setImmediate(() => response.destroy());
    },
    code: /^RELAY_(UNREACHABLE|ANSWER_MALFORMED)$/,
    status: 2,
  },
  "is a proxy without a relay": {
    say: says(503, "<html>down</html>", "text/html"),
    code: /^RELAY_(UNREACHABLE|ANSWER_MALFORMED)$/,
    status: 2,
  },
  "is a page": { say: says(200, "<!doctype html>", "text/html"), code: /^RELAY_ANSWER_MALFORMED$/, status: 2 },
  "answers nothing": { say: says(200, ""), code: /^RELAY_ANSWER_MALFORMED$/, status: 2 },
  "answers with another thing": { say: says(200, '{"hello":"world"}'), code: /^RELAY_ANSWER_MALFORMED$/, status: 2 },
  "answers with a list": { say: says(200, "[]"), code: /^RELAY_ANSWER_MALFORMED$/, status: 2 },
  "answers with null": { say: says(200, "null"), code: /^RELAY_ANSWER_MALFORMED$/, status: 2 },
  "refuses without words": { say: says(400, "{}"), code: /^RELAY_ANSWER_MALFORMED$/, status: 2 },
  "limits requests": { say: says(429, JSON.stringify({ error: LIMITED })), code: /^RELAY_RATE_LIMITED$/, status: 1 },
  "serves another session": {
    say: says(200, JSON.stringify({ ...SESSION, session: `0x${"77".repeat(20)}` })),
    code: /^(ARGUMENT_INVALID|RELAY_ANSWER_MALFORMED)$/,
    status: 2,
  },
};

describe("every command that asks a relay", function () {
  let world: World;
  let server: Server;
  let url: string;
  let fault: Fault;
  before(async function () {
    world = await openWorld();
    server = createServer((_, response) => {
      fault.say(response);
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    url = `http://user:${SECRET}@127.0.0.1:${(server.address() as AddressInfo).port}/?key=${SECRET}`;
    const order = ["trade", "buy", "1", "--leg", "1", "--price", "40%", "--sign-only", "--json"];
    writeFileSync(join(world.folder, "order.json"), (await session(as(world.env, world.alice), ...order)).stdout);
  });
  after(async function () {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });

  const commands = (): readonly (readonly string[])[] => [
    ["orders"],
    ["fills"],
    ["book"],
    ["monitor"],
    ["verify"],
    ["logs", "--out", join(world.folder, "log")],
    ["trade", "buy", "1", "--leg", "1", "--price", "40%"],
    ["submit", join(world.folder, "order.json")],
  ];

  for (const [what, told] of Object.entries(FAULTS)) {
    it(`says so if it ${what}`, async function () {
      fault = told;
      for (const words of commands()) {
        const { status, stdout, stderr } = await session(
          as(world.env, world.alice),
          ...words,
          "--relay",
          url,
          "--json",
        );
        const { error } = JSON.parse(stdout) as { readonly error?: Told };
        const said = `${words.join(" ")}\n${stdout}${stderr}`;
        expect(error?.code, said).to.match(told.code);
        expect(status, said).to.equal(told.status);
        expect(said).to.not.include(SECRET);
        expect(said).to.not.match(/TypeError|undefined is|at .*\.ts:\d/);
      }
    });
  }

  describe("for its log", function () {
    let lines: string[];
    /** What the relay says of its session, and which lines it gives. */
    let served: string;
    let given: (response: ServerResponse) => void;
    before(async function () {
      const file = join(world.folder, "whole.log");
      expect((await session(world.env, "logs", "--out", file)).status).to.equal(0);
      lines = readFileSync(file, "utf8").trimEnd().split("\n");
    });
    beforeEach(function () {
      served = world.handle.address;
      fault = {
        say(response) {
          if (response.req.url?.startsWith("/v1/session") === true) {
            says(200, JSON.stringify({ ...SESSION, session: served }))(response);
          } else given(response);
        },
        code: /./,
        status: 1,
      };
    });

    const text = (some: readonly string[]): string => some.map((line) => `${line}\n`).join("");
    const logOf = (some: readonly string[]) => says(200, text(some), "application/x-ndjson");
    const ask = async (...words: readonly string[]) => {
      const out = join(world.folder, "from-relay.log");
      const whole = words[0] === "logs" ? [...words, "--out", out] : words;
      const { status, stdout } = await session(world.env, ...whole, "--relay", url, "--json");
      const { error, verdict } = JSON.parse(stdout) as {
        readonly error?: Told;
        readonly verdict?: { readonly kind: string };
      };
      return { status, code: error?.code, verdict: verdict?.kind, isWritten: existsSync(out) };
    };

    it("that is whole is verified, and written", async function () {
      given = logOf(lines);
      expect(await ask("verify")).to.deep.include({ status: 3, verdict: "holds-if" });
      expect(await ask("logs")).to.deep.include({ status: 0, isWritten: true });
      rmSync(join(world.folder, "from-relay.log"));
    });

    it("that is cut off is told as such, wherever, and no file is left of it", async function () {
      for (const end of [1, 3, lines.length - 1]) {
        given = logOf(lines.slice(0, end));
        for (const command of ["verify", "logs"]) {
          const found = await ask(command);
          expect(found, `${command} of ${end} lines`).to.deep.include({
            status: 1,
            code: "LOG_TRUNCATED",
            isWritten: false,
          });
        }
      }
    });

    it("whose connection is cut is told as the relay's failure, and no file is left of it", async function () {
      given = (response) => {
        response.writeHead(200, { "content-type": "application/x-ndjson" });
        response.write(text(lines.slice(0, 3)), () => response.destroy());
      };
      for (const command of ["verify", "logs"]) {
        expect(await ask(command), command).to.deep.include({ status: 2, code: "RELAY_UNREACHABLE", isWritten: false });
      }
    });

    it("that was altered does not hold", async function () {
      const at = lines.findIndex((line, k) => k > 0 && line.includes('"data":"0x'));
      const altered = lines.map((line, k) =>
        k === at ? line.replace(/(\d)"}$/, (_, last: string) => `${(Number(last) + 1) % 10}"}`) : line,
      );
      expect(altered).to.not.deep.equal(lines);
      given = logOf(altered);
      expect(await ask("verify")).to.deep.include({ status: 1 });
    });

    it("that is another session's than it says it serves is refused, also if it holds", async function () {
      served = `0x${"77".repeat(20)}`;
      given = logOf(lines);
      for (const command of ["verify", "logs"]) {
        const env = { ...world.env, SESSION_ADDRESS: served };
        const out = command === "logs" ? ["--out", join(world.folder, "from-relay.log")] : [];
        const { status, stdout } = await session(env, command, ...out, "--relay", url, "--json");
        const { error } = JSON.parse(stdout) as { readonly error?: Told };
        expect([status, error?.code], `${command}\n${stdout.slice(0, 300)}`).to.deep.equal([
          2,
          "RELAY_ANSWER_MALFORMED",
        ]);
      }
    });
  });
});
