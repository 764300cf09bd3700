import type { WorkerRequest } from './messages.ts';

/** Requests as they cross threads: what many have in common stands once. Copying objects with names costs three times as much as arrays. */
export interface PackedGroup {
  /** Name of the request, then the names of its values. */
  readonly shapes: readonly (readonly string[])[];
  /** Policies that requests refer to by place; null: the last one that was sent before this group. */
  readonly policies: readonly (object | null)[];
  /** Place of the shape, place of the policy (-1: none), the values. */
  readonly rows: readonly (readonly unknown[])[];
}

/** Packs groups for one worker. Of a policy it sends the content once, and again whenever that has changed. */
export class GroupPacker {
  #sent: string | undefined;

  pack(requests: readonly WorkerRequest[]): PackedGroup {
    const shapes: string[][] = [];
    const places = new Map<string, number>();
    const policies: (object | null)[] = [];
    const known: object[] = [];
    const rows = requests.map(({ name, payload }) => {
      const row: unknown[] = [0, -1];
      const shape = [name];
      for (const [key, value] of Object.entries(payload)) {
        if (key === 'policy' && typeof value === 'object' && value !== null) {
          row[1] = this.#placeOf(value as object, known, policies);
          continue;
        }
        shape.push(key);
        row.push(value);
      }
      const text = shape.join();
      let place = places.get(text);
      if (place === undefined) {
        place = shapes.push(shape) - 1;
        places.set(text, place);
      }
      row[0] = place;
      return row;
    });
    return { shapes, policies, rows };
  }

  /** The worker has not got the last group: what it was sent is sent again. */
  forget(): void {
    this.#sent = undefined;
  }

  #placeOf(policy: object, known: object[], policies: (object | null)[]): number {
    const place = known.indexOf(policy);
    if (place !== -1) return place;
    // By content: whoever owns it may have changed it in place.
    const text = JSON.stringify(policy);
    policies.push(text === this.#sent ? null : policy);
    this.#sent = text;
    return known.push(policy) - 1;
  }
}

/** Unpacks them in the worker. */
export class GroupUnpacker {
  #last: object | undefined;

  unpack({ shapes, policies, rows }: PackedGroup): WorkerRequest[] {
    const used = policies.map((policy) => (this.#last = policy ?? this.#last));
    return rows.map((row) => {
      const [name = '', ...keys] = shapes[row[0] as number] ?? [];
      const payload: Record<string, unknown> = {};
      for (const [place, key] of keys.entries()) payload[key] = row[place + 2];
      const policy = used[row[1] as number];
      if (policy !== undefined) payload['policy'] = policy;
      return { name, payload };
    });
  }
}
