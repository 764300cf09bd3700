import type { StorePressure } from '../store.ts';
import type { Ballast } from './ballast.ts';

/** Growth is allowed again only when so many times the low-water mark is free: else it would flap. */
const HYSTERESIS = 1.5;
/** Between two looks at the volume while commands come, ms. */
const LOOK_MS = 100;
/** …and while none come, ms. */
const IDLE_LOOK_MS = 1_000;
/** Between two parts of the ballast, ms. */
const STEP_MS = 20;

/** What a watch over the disk is told. */
export interface DiskPressureOptions {
  readonly ballast: Ballast;
  /** Free bytes below which growth is refused. */
  readonly lowWaterBytes: number;
  /** Called at each change. */
  readonly tell: (pressure: StorePressure) => void;
  /** Milliseconds of a clock that never goes back. */
  readonly monotonic: () => number;
}

/**
 * Whether the disk has room for more. `none`; `low`: less is free than the low-water mark, growth is refused before SQLite fails;
 * `full`: a write has failed and the ballast was given up, so that what is promised can still be written. Ends by itself: the ballast is
 * made again as soon as there is room for it and the low-water mark.
 */
export class DiskPressure {
  readonly #options: DiskPressureOptions;
  #pressure: StorePressure = 'none';
  #lookedAt = -Infinity;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: DiskPressureOptions) {
    this.#options = options;
  }

  get pressure(): StorePressure {
    return this.#pressure;
  }

  /** Looks at once and from then on by itself; the ballast of a new database is begun a little later. */
  start(): void {
    this.#look(false);
    this.#lookIn(IDLE_LOOK_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Called after a group: looks if the last look was some time ago. */
  passingBy(): void {
    if (this.#options.monotonic() - this.#lookedAt >= LOOK_MS) this.#look(false);
  }

  /** SQLite says that it is full: true when the disk is, and the ballast has been given up. False: its size limit, or nothing left to give. */
  met(): boolean {
    const { ballast, lowWaterBytes } = this.#options;
    if (ballast.free() >= lowWaterBytes + ballast.bytes) return false;
    const gave = ballast.giveUp();
    const before = this.#pressure;
    this.#become('full');
    // Where there was no ballast, refusing growth alone may let the rest of the group through.
    return gave || before === 'none';
  }

  #look(make: boolean): void {
    const { ballast, lowWaterBytes, monotonic } = this.#options;
    this.#lookedAt = monotonic();
    const free = ballast.free();
    const enough = lowWaterBytes * HYSTERESIS;
    if (this.#pressure !== 'full') {
      if (free < lowWaterBytes) this.#become('low');
      else if (free >= enough) this.#become('none');
    }
    if (!make || this.#pressure === 'low' || free < ballast.missing + enough) return;
    if (!ballast.makeStep()) ballast.giveUp();
    else if (ballast.missing === 0) this.#become('none');
  }

  #lookIn(ms: number): void {
    this.#timer = setTimeout(() => {
      const { ballast } = this.#options;
      const missing = ballast.missing;
      this.#look(true);
      this.#lookIn(ballast.missing > 0 && ballast.missing < missing ? STEP_MS : IDLE_LOOK_MS);
    }, ms);
    this.#timer.unref();
  }

  #become(pressure: StorePressure): void {
    if (this.#pressure === pressure) return;
    this.#pressure = pressure;
    this.#options.tell(pressure);
  }
}
