/** A fault of ours in one panel takes that panel away, and nothing else. */
import { Component, type ErrorInfo, type ReactNode } from "react";

import { messageOf } from "../../src/protocol/amounts/errors.js";
import { loadAnew, PartMissing } from "./later.js";

interface Props {
  /** What the panel is called. */
  readonly name: string;
  readonly children: ReactNode;
}

interface State {
  readonly error?: unknown;
  /** What was missing was asked for again, and nobody answered. */
  readonly isAway?: boolean;
}

export class Fault extends Component<Props, State> {
  public override state: State = {};

  public static getDerivedStateFromError(error: unknown): State {
    return { error };
  }

  public override componentDidCatch(error: unknown, info: ErrorInfo): void {
    console.error(this.props.name, error, info.componentStack);
  }

  /** A part that is there may do better with what there is now; one that is missing comes with the page alone. */
  private async again(): Promise<void> {
    if (!(this.state.error instanceof PartMissing)) this.setState({ error: undefined });
    else if (!(await loadAnew())) this.setState({ isAway: true });
  }

  public override render(): ReactNode {
    const { error, isAway } = this.state;
    if (error === undefined) return this.props.children;
    return (
      <section className="panel fault" role="alert">
        <h2>{this.props.name} has failed</h2>
        <p>This is a fault of the page, not of your session. What you signed is not affected.</p>
        <p>
          <code>{messageOf(error)}</code>
        </p>
        <button type="button" onClick={() => void navigator.clipboard.writeText(report(this.props.name, error))}>
          Copy a report
        </button>
        <button type="button" onClick={() => void this.again()}>
          Try again
        </button>
        {error instanceof PartMissing && <p className="hint">That loads the page anew, where it is.</p>}
        {isAway === true && <p>Whoever serves this page does not answer: nothing was loaded.</p>}
      </section>
    );
  }
}

/** Without addresses: whoever pastes it somewhere should not have to look. */
function report(name: string, error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  return `${name}\n${messageOf(error)}\n${stack}\n${navigator.userAgent}`.replace(/0x[0-9a-fA-F]{40,}/g, "0x…");
}
