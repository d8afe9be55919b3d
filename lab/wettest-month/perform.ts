import { performMarket } from "../weather/perform.js";
import { renderDocument } from "./document.js";
import { renderResult, renderStep } from "./report.js";
import { runWettestMonth } from "./simulation.js";

export const perform = performMarket(runWettestMonth, { renderStep, renderResult, renderDocument });
