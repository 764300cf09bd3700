/** The first line of a recording. */
export interface RecordingHead {
  readonly recording: 'taxinav';
  readonly version: 1;
  readonly listen: string;
  readonly to: string;
  /** Whether phone numbers are in it; without them most frames have no bytes and cannot be sent again. */
  readonly numbers: boolean;
}

/** `in`: from whoever connected to the tap, on its way to the other side; `out`: what came back. */
export type Direction = 'in' | 'out';

/** One frame of a recording: a message or fault, decoded, and its bytes where they may be kept. */
export interface FrameLine {
  /** UTC, ISO 8601 with milliseconds. */
  readonly time: string;
  /** From 1, one a connection. */
  readonly connection: number;
  readonly direction: Direction;
  readonly message?: string;
  readonly fault?: string;
  /** Base64. */
  readonly bytes?: string;
  /** In place of `bytes`: they held numbers. */
  readonly masked?: true;
}

/** A connection was opened or ended. */
export interface ConnectionLine {
  readonly time: string;
  readonly connection: number;
  readonly event: 'opened' | 'refused' | 'ended' | 'broken' | 'closed';
  readonly direction?: Direction;
  readonly peer?: string;
  readonly detail?: string;
}

/** Reads a line of a recording; undefined when it is none. */
export function readRecordLine(text: string): RecordingHead | FrameLine | ConnectionLine | undefined {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof line !== 'object' || line === null) return undefined;
  if ('recording' in line)
    return line.recording === 'taxinav' && 'version' in line && line.version === 1 ? (line as RecordingHead) : undefined;
  const { time, connection, direction, event, bytes } = line as Record<string, unknown>;
  if (typeof time !== 'string' || Number.isNaN(Date.parse(time)) || !Number.isSafeInteger(connection)) return undefined;
  if (typeof event === 'string') return line as ConnectionLine;
  if (direction !== 'in' && direction !== 'out') return undefined;
  return bytes === undefined || typeof bytes === 'string' ? (line as FrameLine) : undefined;
}

/** Whether a line is a frame. */
export function isFrame(line: RecordingHead | FrameLine | ConnectionLine): line is FrameLine {
  return 'direction' in line && !('event' in line);
}
