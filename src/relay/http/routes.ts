/** Packages in, and where things stand. */
import type { Canceller } from "../queue/cancel.js";
import type { IndexerStatus } from "../history/indexer.js";
import type { Acknowledgement, Intake } from "../queue/intake.js";
import type { Metrics } from "../metrics.js";
import type { QueueView } from "./queue-view.js";
import type { StoredPackage } from "../store/packages.js";
import * as answers from "./answers.js";
import type { RelayServer } from "./request.js";
import { cancelBody, linkParams, packageBody, signedPackageOf } from "../../wire/requests.js";
import type { Views } from "./views.js";

export interface PackageServices {
  readonly intake: Intake;
  readonly canceller: Canceller;
  readonly views: Views;
  readonly metrics: Metrics;
  readonly health: () => HealthView;
  readonly queue: () => QueueView;
}

export interface HealthView {
  /** Whether packages are taken. */
  readonly ready: boolean;
  readonly submits: boolean;
  readonly block: number | undefined;
  /** Packages that have not landed, and transactions on their way. */
  readonly waiting: number;
  readonly inFlight: number;
  /** What goes wrong at the moment, by part. */
  readonly faults: Readonly<Record<string, string>>;
  /** Undefined if this relay keeps no history. */
  readonly index: IndexerStatus | undefined;
}

const ACCEPTED = 202;
const [OK, UNAVAILABLE] = [200, 503];
export const REFUSALS = { "4xx": answers.errorAnswer, "5xx": answers.errorAnswer };

export function registerPackageRoutes(
  server: RelayServer,
  { intake, canceller, views, metrics }: PackageServices,
): void {
  const tags = ["packages"];
  server.post(
    "/v1/packages",
    {
      schema: {
        tags,
        summary: "Submit a signed package",
        body: packageBody,
        description:
          "Checked as the chain will check it, then stored, and only then acknowledged. Sending it again is harmless.",
        response: { [ACCEPTED]: answers.acknowledgement, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const stop = metrics.acknowledgeSeconds.startTimer();
      const acknowledgement = await intake.offer(signedPackageOf(request.body));
      stop();
      return reply.status(ACCEPTED).send(acknowledgementView(acknowledgement));
    },
  );
  server.get(
    "/v1/packages/:link",
    {
      schema: {
        tags,
        summary: "What has become of a package",
        params: linkParams,
        response: { [OK]: answers.packageAnswer, ...REFUSALS },
      },
    },
    async ({ params: { link } }) => packageView(await views.package(link)),
  );
  server.post(
    "/v1/packages/:link/cancel",
    {
      schema: {
        tags,
        summary: "Take a package back that waits",
        params: linkParams,
        body: cancelBody,
        description: "The signature is the trader's, over CancelPackage(bytes32 link) in the order book's domain.",
        response: { [OK]: answers.cancelAnswer, ...REFUSALS },
      },
    },
    async ({ params: { link }, body: { signature } }) => {
      await canceller.cancel(link, signature.toLowerCase());
      return { link, status: "withdrawn" };
    },
  );
  server.get(
    "/v1/link",
    { schema: { tags, summary: "The link to sign next", response: { [OK]: answers.linkAnswer, ...REFUSALS } } },
    () => views.link(),
  );
}

export function registerStateRoutes(server: RelayServer, { metrics, health, queue }: PackageServices): void {
  const tags = ["relay"];
  server.get(
    "/v1/queue",
    {
      schema: {
        tags,
        summary: "What is on its way to the chain, and what is offered for gas",
        response: { [OK]: answers.queueAnswer, ...REFUSALS },
      },
    },
    () => queue(),
  );
  server.get(
    "/health",
    {
      schema: {
        tags,
        summary: "How the relay is",
        response: { [OK]: answers.healthAnswer, [UNAVAILABLE]: answers.healthAnswer },
      },
    },
    (_request, reply) => {
      const view = health();
      return reply.status(view.ready ? OK : UNAVAILABLE).send(view);
    },
  );
  server.get(
    "/ready",
    {
      schema: {
        tags,
        summary: "Whether packages are taken",
        response: { [OK]: answers.readyAnswer, [UNAVAILABLE]: answers.readyAnswer },
      },
    },
    (_request, reply) => {
      const { ready } = health();
      return reply.status(ready ? OK : UNAVAILABLE).send({ ready });
    },
  );
  server.get("/metrics", { schema: { tags, summary: "Figures for Prometheus, as text" } }, async (_request, reply) => {
    return reply
      .type(metrics.registry.contentType)
      .serializer((text: unknown) => String(text))
      .send(await metrics.registry.metrics());
  });
}

function acknowledgementView({ link, fate, expected, ahead }: Acknowledgement): Record<string, unknown> {
  return { link, ...fate, ...(expected !== undefined && { expected }), ahead };
}

function packageView({ link, signed, fate }: Pick<StoredPackage, "link" | "signed" | "fate">): Record<string, unknown> {
  return { link, ...fate, package: signed.package };
}
