/** The switch that stops all dialling. */
export interface DiallingSwitch {
  readonly enabled: boolean;
  /** Who threw it and why; shown to people. At most 200 characters. */
  readonly reason?: string;
}
