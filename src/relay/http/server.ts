/** The HTTP server: limits, errors, and the routes of the other files. */
import { STATUS_CODES } from "node:http";

import websocket from "@fastify/websocket";
import fastify, { type FastifyInstance, type FastifyReply } from "fastify";

import { addPage, type PageFiles } from "../../page/serve.js";
import { toJson } from "../../protocol/amounts/json.js";
import { RelayError } from "../errors.js";
import type { Log } from "../reporting/log.js";
import type { ProcessMetrics } from "../reporting/process-metrics.js";
import { allowOrigin } from "./cors.js";
import { answerTo } from "./errors.js";
import { registerDescription, registerDocument } from "./openapi.js";
import { limitKey } from "./address.js";
import { markAnswers } from "./caching.js";
import { compressAnswers } from "./compress.js";
import { type ConnectionLimits, limitConnections } from "./connections.js";
import { BURST_SECONDS, createRateLimit } from "./rate.js";
import { type RelayServer, validatorCompiler } from "./request.js";
import type { Charge } from "./charging.js";
import { type HealthView, type PackageServices, registerPackageRoutes, registerStateRoutes } from "./routes.js";
import { type CancellationServices, registerCancellationRoutes, registerSwitchRoutes } from "./routes-cancellations.js";
import { type ArchiveServices, registerArchiveRoutes } from "./routes-archive.js";
import { type HistoryServices, registerHistoryRoutes, registerPriceRoutes } from "./routes-history.js";
import { type MarketServices, registerMarketRoutes } from "./routes-markets.js";
import {
  registerSessionListRoute,
  registerSessionRoute,
  type SessionListServices,
  type SessionServices,
} from "./routes-session.js";
import { nameSessions, requireLive, type Sessions, shortPath } from "./sessions.js";
import { registerStream, type StreamLimits } from "./stream.js";
import type { StreamServices } from "./subscriber.js";

/** What takes packages, and knows the book as it is and as it will be. */
export interface Live extends PackageServices, CancellationServices, MarketServices {}

/** What answers for one session. */
export interface Served extends SessionServices {
  readonly health: () => HealthView;
  /** Undefined if this process only reads. */
  readonly live: Live | undefined;
  /** Undefined if this relay keeps no history. */
  readonly past: (HistoryServices & StreamServices & ArchiveServices) | undefined;
}

/** What answers for a whole process. */
export interface ServedProcess extends Sessions, SessionListServices {
  /** Of all sessions together. */
  readonly health: () => HealthView;
  /** Whether there is a history of them. */
  readonly keepsHistory: boolean;
  /** Undefined if this relay serves no page. */
  readonly page: PageFiles | undefined;
}

export interface ServerOptions extends StreamLimits, ConnectionLimits {
  readonly bodyLimit: number;
  /** The web pages that may ask: * or one origin. */
  readonly allowOrigin: string;
  /** Requests a second from one address. */
  readonly rate: number;
  /** Ms, of a clock that never jumps. */
  readonly now: () => number;
}

/** A client that takes longer than this to send a request is cut off at the next check, ms. */
const REQUEST_TIMEOUT_MS = 10_000;
const CHECK_MS = 1_000;
/** What Node calls it. */
const SLOW_CODES = new Set(["ERR_HTTP_REQUEST_TIMEOUT"]);
const IDLE_TIMEOUT_MS = 30_000;
/** Bytes of what a subscriber asks for. */
const MAX_MESSAGE = 4_096;
/** A link or a hash in a path is 66 characters long. */
const MAX_PARAM_LENGTH = 100;

export async function createServer(
  served: ServedProcess,
  { bodyLimit, rate, now, allowOrigin: origin, trustedProxies, ...limits }: ServerOptions,
  metrics: ProcessMetrics,
  log: Log,
): Promise<FastifyInstance> {
  const server = fastify({
    bodyLimit,
    rewriteUrl: shortPath,
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    // Node takes the larger of two limits for that of a whole request: given here, that of its headers is no larger.
    http: { connectionsCheckingInterval: CHECK_MS, requestTimeout: REQUEST_TIMEOUT_MS },
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: IDLE_TIMEOUT_MS,
    keepAliveTimeout: IDLE_TIMEOUT_MS,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    return503OnClosing: true,
    forceCloseConnections: true,
    frameworkErrors: (error, _request, reply) => {
      const { status, body } = answerTo(error);
      metrics.refused.inc({ code: body.error.code });
      const anyReply = reply as FastifyReply; // of no route, so its type promises nothing
      void anyReply.status(status).type("application/json").serializer(toJson).send(body);
    },
    clientErrorHandler: (error, socket) => {
      if (SLOW_CODES.has(error.code)) metrics.connectionsRefused.inc({ reason: "slow" });
      // No request could be read: there is nobody to explain it to. Who does not close its end does not keep ours open.
      const close = (): void => void socket.destroy();
      if (socket.writable) socket.end(`HTTP/1.1 400 ${STATUS_CODES[400] ?? ""}\r\nconnection: close\r\n\r\n`, close);
      else close();
    },
  });
  limitConnections(server.server, { ...limits, trustedProxies }, (reason) => {
    metrics.connectionsRefused.inc({ reason });
  });
  nameSessions(server, served);
  markAnswers(server);
  compressAnswers(server);
  allowOrigin(server, origin);
  const limit = createRateLimit(rate, now);
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(() => toJson);
  server.setReplySerializer(toJson);
  const charge: Charge = ({ ip }, reply, requests) => {
    const key = limitKey(ip);
    const wait = limit.take(key, requests);
    reply.header("ratelimit", `"requests";r=${limit.left(key)};t=${Math.max(1, wait)}`);
    if (wait === 0) return;
    reply.header("retry-after", String(wait));
    throw new RelayError("RELAY_RATE_LIMITED", { rate });
  };
  server.addHook("onRequest", async (request, reply) => {
    reply.header("ratelimit-policy", `"requests";q=${limit.most};w=${BURST_SECONDS}`);
    charge(request, reply, 1);
  });
  server.setErrorHandler(async (error, _request, reply) => {
    const { status, body } = answerTo(error);
    metrics.refused.inc({ code: body.error.code });
    if (status >= 500 && body.error.code === "RELAY_INTERNAL") log.error({ error }, "request failed");
    if (status === 503) reply.header("retry-after", "1");
    return reply.status(status).send(body);
  });
  server.setNotFoundHandler(() => {
    throw new RelayError("RELAY_NOT_FOUND");
  });
  await server.register(websocket, { options: { maxPayload: MAX_MESSAGE } });
  await registerDescription(server);
  const routes: RelayServer = server.withTypeProvider();
  registerSessionListRoute(routes, served, charge);
  registerSessionRoute(routes);
  await server.register((scope, _options, done) => {
    scope.addHook("onRequest", (request, _reply, next) => {
      requireLive(request); // before a body is read that nobody here wants
      next();
    });
    const live: RelayServer = scope.withTypeProvider();
    registerPackageRoutes(live, metrics.refused, charge, log);
    registerCancellationRoutes(live, metrics.refused, charge);
    registerSwitchRoutes(live);
    registerMarketRoutes(live, charge);
    done();
  });
  registerStateRoutes(routes, { metrics, health: served.health });
  if (served.keepsHistory) {
    registerHistoryRoutes(routes, charge);
    registerPriceRoutes(routes, charge);
    registerArchiveRoutes(routes, charge, served);
    registerStream(routes, metrics, limits);
  }
  registerDocument(server);
  if (served.page !== undefined) await addPage(server, served.page);
  return server;
}
