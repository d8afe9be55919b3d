import type { Profile } from "./input/profile.js";
import type { ReaderUnits } from "./output/reader-units.js";

/** What a command may use of the world. The executable gives the real one, a test one of its own. */
export interface CliEnvironment {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where relative paths begin. */
  readonly cwd: string;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Asks a person for a secret, without echo. @throws CliError PASSWORD_MISSING if nobody is there */
  readonly readSecret: (prompt: string) => Promise<string>;
  /** Asks a person for yes or no. @throws CliError CONFIRMATION_MISSING if nobody is there */
  readonly confirm: (question: string) => Promise<boolean>;
  /** For commands that run until they are stopped: from now on an interrupt ends the process no more, it aborts the signal. */
  readonly onInterrupt: () => AbortSignal;
}

/** What a command found or did. */
export interface Answer {
  /** For programs: amounts as whole numbers of the unit that the name says. */
  readonly document: object;
  /** For people. */
  readonly text: string;
  /** False if what was asked for does not hold, "if" if something must be granted for it to hold; true by default. */
  readonly holds?: boolean | "if";
}

/** The world, and one run's ways to speak. */
export interface CliContext extends CliEnvironment {
  /** The profile in use, read when it is first asked for. @throws CliError FILE_UNREADABLE, FILE_INVALID */
  readonly profile: () => Profile | undefined;
  /** Prints the answer in the form that was asked for. */
  readonly answer: (answer: Answer) => void;
  /** What this run tells amounts of refusals by; commands add what they come to know. */
  readonly units: ReaderUnits;
  /** Says on stderr what is going on. */
  readonly progress: (line: string) => void;
  /** Runs when the command is over, whatever came of it. */
  readonly onClose: (close: () => void) => void;
}
