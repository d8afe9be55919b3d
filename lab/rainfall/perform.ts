import { performMarket } from "../weather/perform.js";
import { renderDocument } from "./document.js";
import { renderResult, renderStep } from "./report.js";
import { runRainfall } from "./simulation.js";

export const perform = performMarket(runRainfall, { renderStep, renderResult, renderDocument });
