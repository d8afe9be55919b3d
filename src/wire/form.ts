/**
 * A form: one declaration of what goes over HTTP or a stream, with two readings. `wire` is the text: amounts are decimal text,
 * and no field is left undeclared; the interface's description is made of it, and tests hold the server to it. `domain` takes the
 * same text and makes branded amounts of it: what a client works with. To write a domain value as text takes no form, because
 * all amounts become text in one way: `toJson`.
 */
import * as z from "zod"; // as a namespace: the whole of `z` would be in every bundle

export interface Form<Wire extends z.ZodType = z.ZodType, Domain extends z.ZodType = z.ZodType> {
  readonly wire: Wire;
  readonly domain: Domain;
}

/** The text of a form. */
export type WireOf<F extends Form> = z.output<F["wire"]>;
/** What the text is read as. */
export type DomainOf<F extends Form> = z.output<F["domain"]>;

/**
 * What may be handed out as a form's value: an amount need not be branded, and may be text already, as a database keeps it;
 * nothing has to be mutable.
 */
export type Served<F extends Form> = Given<DomainOf<F>>;
type Given<Value> = Value extends bigint
  ? bigint | `${bigint}`
  : Value extends object
    ? { readonly [Name in keyof Value]: Given<Value[Name]> }
    : Value;

type Fields = Readonly<Record<string, Form>>;
type Options = readonly [Form, ...Form[]];
type Wires<Of> = { -readonly [Name in keyof Of]: Of[Name] extends Form ? Of[Name]["wire"] : never };
type Domains<Of> = { -readonly [Name in keyof Of]: Of[Name] extends Form ? Of[Name]["domain"] : never };

/** What is its own text. */
export function plain<Schema extends z.ZodType>(schema: Schema): Form<Schema, Schema> {
  return { wire: schema, domain: schema };
}

/** Whoever reads it passes fields over that are not listed: a later relay may have more. */
export function answer<F extends Fields>(fields: F) {
  const { wires, domains } = readings(fields);
  return { wire: z.strictObject(wires), domain: z.object(domains) };
}

/** Whoever reads it refuses fields that are not listed: they were meant for something. */
export function request<F extends Fields>(fields: F) {
  const { wires, domains } = readings(fields);
  return { wire: z.strictObject(wires), domain: z.strictObject(domains) };
}

export function list<F extends Form>({ wire, domain }: F) {
  return { wire: z.array<F["wire"]>(wire), domain: z.array<F["domain"]>(domain) };
}

/** A list of that many entries, each with a form of its own. */
export function row<const F extends Options>(...forms: F) {
  const { wires, domains } = readings(forms);
  return { wire: z.tuple(wires), domain: z.tuple(domains) };
}

/** One of several forms; they differ in what the field of that name says. */
export function choice<const Name extends string, const F extends Options>(name: Name, ...forms: F) {
  const { wires, domains } = readings(forms);
  return {
    wire: z.discriminatedUnion(name, wires as never) as unknown as z.ZodDiscriminatedUnion<Wires<F>, Name>,
    domain: z.discriminatedUnion(name, domains as never) as unknown as z.ZodDiscriminatedUnion<Domains<F>, Name>,
  };
}

export function orNull<F extends Form>({ wire, domain }: F) {
  return { wire: z.nullable<F["wire"]>(wire), domain: z.nullable<F["domain"]>(domain) };
}

/** May be left out. */
export function maybe<F extends Form>({ wire, domain }: F) {
  return { wire: z.optional<F["wire"]>(wire), domain: z.optional<F["domain"]>(domain) };
}

/** With words for the interface's description. */
export function described<F extends Form>({ wire, domain }: F, words: string): Form<F["wire"], F["domain"]> {
  return { wire: wire.describe(words), domain };
}

/** The readings of many forms, by the same names. */
function readings<Of extends Fields | Options>(forms: Of): { wires: Wires<Of>; domains: Domains<Of> } {
  const each = (reading: keyof Form): unknown =>
    Array.isArray(forms)
      ? forms.map((form: Form) => form[reading])
      : Object.fromEntries(Object.entries(forms as Fields).map(([name, form]) => [name, form[reading]]));
  return { wires: each("wire") as Wires<Of>, domains: each("domain") as Domains<Of> }; // the same names, as just mapped
}
