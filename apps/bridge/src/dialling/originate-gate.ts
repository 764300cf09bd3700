/** Between the PBX's driver, which is made first, and the bridge, which knows whether this node may use the PBX. */
export class OriginateGate {
  #mayOriginate: () => boolean = () => true;

  /** Asked before each originate, first and second legs alike. */
  readonly isOpen = (): boolean => this.#mayOriginate();

  /** From now on `mayOriginate` decides. */
  decideBy(mayOriginate: () => boolean): void {
    this.#mayOriginate = mayOriginate;
  }
}
