// The learning curves: rows of (epoch, train loss, test loss, train accuracy, test accuracy), in an array that grows.

export const FIELDS = 5;
export const EPOCH = 0;
export const TRAIN_LOSS = 1;
export const TEST_LOSS = 2;
export const TRAIN_ACCURACY = 3;
export const TEST_ACCURACY = 4;

export class History {
  private values = new Float32Array(FIELDS * 1024);
  length = 0;

  /** Take over rows that begin at row `from`; rows from there on are replaced. */
  extend(from: number, rows: ArrayLike<number>): void {
    const count = rows.length / FIELDS;
    const needed = (from + count) * FIELDS;
    if (needed > this.values.length) {
      const larger = new Float32Array(Math.max(needed, 2 * this.values.length));
      larger.set(this.values.subarray(0, this.length * FIELDS));
      this.values = larger;
    }
    this.values.set(rows, from * FIELDS);
    this.length = from + count;
  }

  at(row: number, field: number): number {
    return this.values[row * FIELDS + field]!;
  }

  last(field: number): number {
    return this.length ? this.at(this.length - 1, field) : NaN;
  }

  /** At most `count` rows, evenly spaced, the last one included, as indices: a picture has few hundred points. */
  sample(count: number): number[] {
    if (this.length <= count) return Array.from({ length: this.length }, (_, i) => i);
    const step = (this.length - 1) / (count - 1);
    return Array.from({ length: count }, (_, i) => Math.round(i * step));
  }
}
