/** Signed cancellations of orders on the chain: by themselves, with packages in their place, and kept for when a trader is silent. */
import type { Served } from "../../wire/form.js";
import * as switchWire from "../../wire/switches.js";
import * as wire from "../../wire/trades-cancellation.js";
import { asText } from "../errors.js";
import type { CancellationAcknowledgement, CancelDesk } from "../queue/cancel-desk.js";
import type { SwitchDesk, SwitchView } from "../queue/switch-desk.js";
import { type Charge, REFUSALS } from "./charging.js";
import { type Counted, givenOf, packageAnswer } from "./routes.js";
import type { Receipts } from "./receipts.js";
import type { RelayServer } from "./request.js";
import { cancellationFate, cancellationView } from "./views.js";

export interface CancellationServices {
  readonly cancelDesk: CancelDesk;
  readonly switches: SwitchDesk;
  /** Undefined if this relay signs none. */
  readonly receipts: Receipts | undefined;
}

const ACCEPTED = 202;
const OK = 200;
const CREATED = 201;

export function registerCancellationRoutes(server: RelayServer, refused: Counted, charge: Charge): void {
  const tags = ["cancellations"];
  server.post(
    "/v1/cancellations",
    {
      schema: {
        tags,
        operationId: "submitCancellation",
        summary: "Submit a signed cancellation",
        body: wire.cancellationBody,
        description:
          "CancelTrades in the order book's domain. Goes before all packages that wait; those of its trader with a nonce below its floor are taken back. Acknowledged means stored, and brought as long as the book would take it, and as the trader's account of gas bears it.",
        response: { [ACCEPTED]: wire.cancellationAcknowledgement, ...REFUSALS },
      },
    },
    async ({ body, live: { cancelDesk, receipts } }, reply) => {
      const taken = await cancelDesk.cancel(wire.signedCancellationOf(body));
      reply.status(ACCEPTED);
      return acknowledgementView(taken, receipts);
    },
  );
  server.get(
    "/v1/cancellations/:hash",
    {
      schema: {
        tags,
        operationId: "getCancellation",
        summary: "What has become of a cancellation",
        params: wire.cancellationParams,
        response: { [OK]: wire.cancellationState, ...REFUSALS },
      },
    },
    async ({ params: { hash }, live }) => cancellationView(await live.cancelDesk.find(hash)),
  );
  server.post(
    "/v1/replacements",
    {
      schema: {
        tags,
        operationId: "submitReplacement",
        summary: "Submit a signed cancellation, and packages in the place of what it takes out",
        body: wire.replacementBody,
        description:
          "One transaction brings all of it, the cancellation first. Is that refused, no package is taken; a package that is refused is left out.",
        response: { [ACCEPTED]: wire.replacementAcknowledgement, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const { packages, ...cancellation } = request.body;
      const { cancelDesk, receipts } = request.live;
      charge(request, reply, packages.length);
      const signed = wire.signedCancellationOf(cancellation);
      const taken = await cancelDesk.replace(signed, packages.map(givenOf));
      reply.status(ACCEPTED);
      return {
        cancellation: acknowledgementView(taken.cancellation, receipts),
        packages: taken.packages.map((one) => packageAnswer(one, { refused, receipts })),
      };
    },
  );
}

export function registerSwitchRoutes(server: RelayServer): void {
  const tags = ["switches"];
  server.post(
    "/v1/switches",
    {
      schema: {
        tags,
        operationId: "armSwitch",
        summary: "Arm a dead man's switch",
        body: switchWire.switchBody,
        description:
          "Keeps a signed cancellation private, and brings it once no heartbeat has come for the interval. Armed again, it gets another token.",
        response: { [CREATED]: switchWire.armed, ...REFUSALS },
      },
    },
    async ({ body: { intervalMs, ...cancellation }, live }, reply) => {
      const { token, ...armed } = await live.switches.arm(wire.signedCancellationOf(cancellation), intervalMs);
      reply.status(CREATED);
      return { ...switchView(armed), token };
    },
  );
  const ofSwitch = (operationId: string, summary: string) => ({
    schema: {
      operationId,
      tags,
      summary,
      params: switchWire.switchParams,
      body: switchWire.tokenBody,
      response: { [OK]: switchWire.switchState, ...REFUSALS },
    },
  });
  server.post(
    "/v1/switches/:hash/heartbeat",
    ofSwitch("renewSwitch", "Keep a switch from firing for another interval"),
    async ({ params: { hash }, body: { token }, live }) => switchView(await live.switches.renew(hash, token)),
  );
  server.post(
    "/v1/switches/:hash/disarm",
    ofSwitch("disarmSwitch", "Take a switch back, and forget its cancellation"),
    async ({ params: { hash }, body: { token }, live }) => switchView(await live.switches.disarm(hash, token)),
  );
  server.post(
    "/v1/switches/:hash/state",
    ofSwitch("getSwitch", "How a switch is, without keeping it from firing"),
    async ({ params: { hash }, body: { token }, live }) => switchView(await live.switches.find(hash, token)),
  );
}

function acknowledgementView(
  { hash, fate, submissionId, tradeRootIds, withdrawn }: CancellationAcknowledgement,
  receipts: Receipts | undefined,
): Served<typeof wire.cancellationAcknowledgement> {
  const receipt = receipts?.ofCancellation(hash);
  const known = { hash, ...cancellationFate({ fate, submissionId }), ...(tradeRootIds && { tradeRootIds }) };
  return { ...known, withdrawn, ...(receipt && { receipt }) };
}

function switchView({ hash, status, remainingMs, refusal }: SwitchView): Served<typeof switchWire.switchState> {
  return {
    hash,
    status,
    ...(remainingMs !== undefined && { remainingMs }),
    ...(refusal !== undefined && { refusal: asText(refusal) }),
  };
}
