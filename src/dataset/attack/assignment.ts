/** The assignment of rows to columns with the least sum of costs, each once: Kuhn's method with potentials. */

/** @param costs of at least as many columns as rows @returns the column of each row */
export function assign(costs: readonly (readonly number[])[]): number[] {
  const [rows, columns] = [costs.length, costs[0]?.length ?? 0];
  const rowPotential = new Array<number>(rows + 1).fill(0);
  const columnPotential = new Array<number>(columns + 1).fill(0);
  /** Row of each column, from 1; 0 for none. Column 0 holds the row that looks for a place. */
  const rowOf = new Array<number>(columns + 1).fill(0);
  for (let row = 1; row <= rows; row += 1) {
    rowOf[0] = row;
    const from = new Array<number>(columns + 1).fill(0);
    const least = new Array<number>(columns + 1).fill(Infinity);
    const isDone = new Array<boolean>(columns + 1).fill(false);
    let at = 0;
    do {
      isDone[at] = true;
      const current = rowOf[at] ?? 0;
      let [delta, next] = [Infinity, 0];
      for (let column = 1; column <= columns; column += 1) {
        if (isDone[column] === true) continue;
        const potential = (rowPotential[current] ?? 0) + (columnPotential[column] ?? 0);
        const reduced = (costs[current - 1]?.[column - 1] ?? 0) - potential;
        if (reduced < (least[column] ?? 0)) [least[column], from[column]] = [reduced, at];
        if ((least[column] ?? 0) < delta) [delta, next] = [least[column] ?? 0, column];
      }
      for (let column = 0; column <= columns; column += 1) {
        if (isDone[column] === true) {
          rowPotential[rowOf[column] ?? 0] = (rowPotential[rowOf[column] ?? 0] ?? 0) + delta;
          columnPotential[column] = (columnPotential[column] ?? 0) - delta;
        } else least[column] = (least[column] ?? 0) - delta;
      }
      at = next;
    } while (rowOf[at] !== 0);
    for (; at !== 0; at = from[at] ?? 0) rowOf[at] = rowOf[from[at] ?? 0] ?? 0;
  }
  const found = new Array<number>(rows).fill(-1);
  for (let column = 1; column <= columns; column += 1) {
    const row = rowOf[column] ?? 0;
    if (row > 0) found[row - 1] = column - 1;
  }
  return found;
}
