/**
 * Stands in the place of `@adraffy/ens-normalize`, whose tables are a tenth of each worker: the page takes addresses, and asks no name of
 * anybody. ethers comes to it with a name alone, which is none then.
 */
export function ens_normalize(name: string): string {
  throw new Error(`${name} is no address: names are not looked up here`);
}
