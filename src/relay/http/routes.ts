/** Packages in, and where things stand. */
import type { FastifyRequest } from "fastify";

import type { Canceller } from "../queue/cancel.js";
import { type Given, offerAll, type PackageAnswer } from "../queue/cancel-desk.js";
import type { Acknowledgement, Intake } from "../queue/intake.js";
import type { Metrics } from "../reporting/metrics.js";
import type { ProcessMetrics } from "../reporting/process-metrics.js";
import type { Log } from "../reporting/log.js";
import type { QueueView } from "./queue-view.js";
import { type Charge, REFUSALS } from "./charging.js";
import { answerTo } from "./errors.js";
import type { Receipts } from "./receipts.js";
import type { RelayServer } from "./request.js";
import type { Served } from "../../wire/form.js";
import * as wire from "../../wire/packages.js";
import { preview, previewBody } from "../../wire/preview.js";
import { health as healthForm, queue as queueForm, readiness } from "../../wire/state.js";
import { packageView, type Views } from "./views.js";

export interface PackageServices {
  readonly intake: Intake;
  readonly canceller: Canceller;
  /** Undefined if this relay signs none. */
  readonly receipts: Receipts | undefined;
  readonly views: Views;
  readonly metrics: Pick<Metrics, "acknowledgeSeconds">;
  readonly queue: () => QueueView;
}

/** Refusals, by their codes. */
export type Counted = ProcessMetrics["refused"];

export type HealthView = Served<typeof healthForm>;

/** More requests that a preview counts as: an order is tried on each way, or forty times. */
const [PREVIEW_COST, MOST_COST] = [4, 24];
const ACCEPTED = 202;
const OK = 200;
const UNAVAILABLE = 503;
export function registerPackageRoutes(
  server: RelayServer,
  refused: Counted,
  charge: Charge,
  log: Pick<Log, "info">,
): void {
  const tags = ["packages"];
  server.post(
    "/v1/packages",
    {
      schema: {
        tags,
        operationId: "submitPackage",
        summary: "Submit a signed package",
        body: wire.packageBody,
        description:
          "Checked as the chain will check it, then stored, and only then acknowledged: it is brought as long as the book would take it, and as the trader's account of gas bears it. Sending it again is harmless.",
        response: { [ACCEPTED]: wire.acknowledgement, ...REFUSALS },
      },
    },
    async ({ body, live: { intake, metrics, receipts } }, reply) => {
      const stop = metrics.acknowledgeSeconds.startTimer();
      const acknowledgement = await intake.offer(wire.signedPackageOf(body));
      stop();
      reply.status(ACCEPTED);
      return acknowledgementView(acknowledgement, receipts);
    },
  );
  server.post(
    "/v1/packages/batch",
    {
      schema: {
        tags,
        operationId: "submitPackages",
        summary: "Submit many signed packages",
        body: wire.packagesBody,
        description: "Each as if it came alone, in this order: it is stored and acknowledged, or refused, by itself.",
        response: { [OK]: wire.packagesAnswer, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const { packages } = request.body;
      const { intake, receipts } = request.live;
      charge(request, reply, packages.length - 1);
      const answers = await offerAll(intake, packages.map(givenOf));
      return { packages: answers.map((one) => packageAnswer(one, { refused, receipts })) };
    },
  );
  server.post(
    "/v1/packages/preview",
    {
      schema: {
        tags,
        operationId: "previewPackage",
        summary: "What a package would do if it came next",
        body: previewBody,
        description:
          "Played on the book as it is on the chain and taken back: nothing is stored, and nothing has to be signed. What would refuse it is told as part of the answer.",
        response: { [OK]: preview, ...REFUSALS },
      },
    },
    (request, reply) => {
      const { package: draft, most = false } = request.body;
      charge(request, reply, most ? MOST_COST : PREVIEW_COST);
      return request.live.views.preview(draft, most);
    },
  );
  server.get(
    "/v1/packages/:link",
    {
      schema: {
        tags,
        operationId: "getPackage",
        summary: "What has become of a package",
        params: wire.linkParams,
        response: { [OK]: wire.packageState, ...REFUSALS },
      },
    },
    async ({ params: { link }, live }) => packageView(await live.views.package(link)),
  );
  server.post(
    "/v1/packages/:link/cancel",
    {
      schema: {
        tags,
        operationId: "withdrawPackage",
        summary: "Take a package back that waits",
        params: wire.linkParams,
        body: wire.cancelBody,
        description: "The signature is the trader's, over CancelPackage(bytes32 link) in the order book's domain.",
        response: { [OK]: wire.withdrawn, ...REFUSALS },
      },
    },
    async ({ params: { link }, body: { signature }, live }) => {
      await live.canceller.cancel(link, signature.toLowerCase());
      log.info({ link, signature }, "package taken back by its trader"); // beside its row
      return { link, status: "withdrawn" as const };
    },
  );
  server.get(
    "/v1/link",
    {
      schema: {
        tags,
        operationId: "getLink",
        summary: "The link to sign next",
        response: { [OK]: wire.linkState, ...REFUSALS },
      },
    },
    ({ live }) => live.views.link(),
  );
  server.get(
    "/v1/queue",
    {
      schema: {
        tags: ["relay"],
        operationId: "getQueue",
        summary: "What is on its way to the chain, and what is offered for gas",
        response: { [OK]: queueForm, ...REFUSALS },
      },
    },
    ({ live }) => live.queue(),
  );
}

/** How a process is with all its sessions. */
export interface ProcessServices {
  readonly metrics: Pick<ProcessMetrics, "text" | "contentType">;
  readonly health: () => HealthView;
}

export function registerStateRoutes(server: RelayServer, { metrics, health }: ProcessServices): void {
  const healthOf = (request: FastifyRequest): HealthView =>
    request.session === undefined ? health() : request.served.health();
  const tags = ["relay"];
  server.get(
    "/health",
    {
      schema: {
        tags,
        operationId: "getHealth",
        summary: "How the relay is",
        response: { [OK]: healthForm, [UNAVAILABLE]: healthForm },
      },
    },
    (request, reply) => {
      const view = healthOf(request);
      reply.status(view.ready ? OK : UNAVAILABLE);
      return view;
    },
  );
  server.get(
    "/ready",
    {
      schema: {
        tags,
        operationId: "getReadiness",
        summary: "Whether packages should come here, and if not why",
        response: { [OK]: readiness, [UNAVAILABLE]: readiness },
      },
    },
    (request, reply) => {
      const { ready, faults } = healthOf(request);
      reply.status(ready ? OK : UNAVAILABLE);
      const reasons = [...new Set(faults.filter(({ blocking }) => blocking).map(({ code }) => code))];
      return { ready, reasons };
    },
  );
  server.get(
    "/metrics",
    { schema: { tags, operationId: "getMetrics", summary: "Figures for Prometheus, as text" } },
    async (_request, reply) => {
      return reply
        .type(metrics.contentType)
        .serializer((text: unknown) => String(text))
        .send(await metrics.text());
    },
  );
}

/** A package of a request with others: values that no order can have are its own fault alone. */
export function givenOf(body: Parameters<typeof wire.signedPackageOf>[0]): Given {
  try {
    return wire.signedPackageOf(body);
  } catch (error) {
    return { error };
  }
}

/** A package of a request: acknowledged, or why not, as if it had come alone. */
export function packageAnswer(
  one: PackageAnswer,
  { refused, receipts }: { readonly refused: Counted; readonly receipts: Receipts | undefined },
): Served<typeof wire.acknowledgements>[number] {
  if (!("error" in one)) return { taken: true as const, ...acknowledgementView(one, receipts) };
  const { error } = answerTo(one.error).body;
  refused.inc({ code: error.code });
  return { taken: false as const, error };
}

function acknowledgementView(
  { link, fate, expected, route, ahead }: Acknowledgement,
  receipts: Receipts | undefined,
): Served<typeof wire.acknowledgement> {
  const receipt = receipts?.ofPackage(link);
  const known = { ...(expected !== undefined && { expected }), ...(route && { route }) };
  return { link, ...fate, ...known, ahead, ...(receipt && { receipt }) };
}
