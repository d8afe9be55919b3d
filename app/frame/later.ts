/** Views that are loaded when they are opened. */
import { type ComponentType, createElement, lazy } from "react";

type Load<Props> = () => Promise<{ readonly default: ComponentType<Props> }>;

const failed = new Set<() => void>();

/** A view that could not be loaded stays so until `tryAnew`: whatever is drawn meanwhile must not ask for it again and again. */
export function later<Props extends object>(load: Load<Props>): ComponentType<Props> {
  const attempt = () =>
    lazy(() =>
      load().catch((error: unknown) => {
        failed.add(() => {
          current = attempt();
        });
        throw error;
      }),
    );
  let current = attempt();
  return (props) => createElement(current as ComponentType<Props>, props); // as it will have been loaded
}

/** What could not be loaded is asked for again when it is drawn the next time. */
export function tryAnew(): void {
  for (const renew of failed) renew();
  failed.clear();
}
