/** Choices that follow from drawn numbers: the same numbers choose the same, and the smaller a number, the plainer what it
 *  chooses. After the last there are zeros. */
export class Draws {
  readonly #numbers: readonly number[]
  #next = 0

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers
  }

  /** From 0 to one less than `count`. */
  below(count: number): number {
    return (this.#numbers[this.#next++] ?? 0) % count
  }

  isOneIn(count: number): boolean {
    return this.below(count) === count - 1
  }

  /** One of some, which are not none. */
  of<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item
  }

  /** Those properties that are drawn to be given, one at least where there are any. */
  some<Properties extends object>(properties: Properties): Partial<Properties> {
    const entries = Object.entries(properties)
    const given = entries.filter(() => this.isOneIn(3))
    return Object.fromEntries(given.length > 0 ? given : entries.slice(0, 1)) as Partial<Properties>
  }
}
