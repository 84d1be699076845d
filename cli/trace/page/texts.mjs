// Payloads and responses, read piece by piece when somebody asks for one: the first picture does without them.

export class Texts {
  #pieces = [];
  #count = 0;

  /** Adds a piece: `read` gives its pairs of payload and response. */
  add(count, read) {
    this.#pieces.push({ first: this.#count, read, pairs: null });
    this.#count += count;
  }

  /** Payload and response of the message at a place in the file. */
  of(place) {
    const piece = this.#piece(place);
    piece.pairs ??= piece.read();
    return piece.pairs[place - piece.first] ?? ["", ""];
  }

  #piece(place) {
    let [low, high] = [0, this.#pieces.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#pieces[middle].first <= place) low = middle;
      else high = middle - 1;
    }
    return this.#pieces[low] ?? { first: 0, pairs: [] };
  }
}
