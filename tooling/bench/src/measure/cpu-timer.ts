/**
 * Processor time of this process, all threads: what the code cost, whoever else had the cores meanwhile. Work that collects
 * garbage or compiles beside the main thread is counted as well.
 */
export class CpuTimer {
  readonly #began = process.cpuUsage();

  /** Milliseconds spent since it was made. */
  ms(): number {
    const { user, system } = process.cpuUsage(this.#began);
    return (user + system) / 1000;
  }
}
