/** Which block of a chain a time falls on. Blocks' times never fall. */

/**
 * The first block made at that time or later; the one after `last` if there is none.
 * @param timeOf when a block was made, Unix seconds. Asked about as many blocks as `last` has bits, at most one more
 * @throws what `timeOf` throws
 */
export async function firstBlockSince(
  timeOf: (blockNumber: number) => Promise<bigint>,
  time: bigint,
  last: number,
): Promise<number> {
  let [low, high] = [0, last + 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((await timeOf(middle)) >= time) high = middle;
    else low = middle + 1;
  }
  return low;
}
