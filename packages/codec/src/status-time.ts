declare const statusTimeBrand: unique symbol;

/** A wall clock time without zone, `dd.MM.yyyy HH:mm:ss`, e.g. `03.11.2010 15:21:30`. */
export type StatusTime = string & { readonly [statusTimeBrand]: true };

const DOTTED = /^(?<day>\d{2})\.(?<month>\d{2})\.(?<year>\d{4}) +(?<hour>\d{1,2}):(?<minute>\d{2}):(?<second>\d{2})$/;
const ISO_LIKE =
  /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})(?:T| +)(?<hour>\d{1,2}):(?<minute>\d{2}):(?<second>\d{2})(?:\.\d{1,9})?(?:[+-]\d{2}:?\d{2})?$/;

/**
 * Reads a status time as the document writes it (`03.11.2010 15:21:30`) or ISO-like (`2010-11-03 15:21:30`, also with `T`, a
 * fraction or a numeric offset), the hour with one digit or two, and returns it as the document writes it.
 *
 * It is a wall clock: a fraction and an offset are dropped, since the digits beside them are the clock that was read. `Z` is
 * refused: those digits are no wall clock. Dates that no calendar has are `undefined`. Source: [TN-14], [reading 19].
 */
export function parseStatusTime(text: string): StatusTime | undefined {
  const parts = (DOTTED.exec(text) ?? ISO_LIKE.exec(text))?.groups;
  if (parts === undefined) return undefined;
  const { day = '', month = '', year = '', hour = '', minute = '', second = '' } = parts;
  if (!isRealDate(Number(year), Number(month), Number(day)) || !isTimeOfDay(Number(hour), Number(minute), Number(second))) return undefined;
  return statusTime(day, month, year, hour.padStart(2, '0'), minute, second);
}

/** One string and not a tree of its parts, which would take more memory and cost twice as much to write. */
function statusTime(day: string, month: string, year: string, hour: string, minute: string, second: string): StatusTime {
  return [day, '.', month, '.', year, ' ', hour, ':', minute, ':', second].join('') as StatusTime;
}

/** Whether a text is a status time in the one form used inside. */
export function isStatusTime(text: string): text is StatusTime {
  return parseStatusTime(text) === text;
}

/** Whether a clock shows this time on some day. */
export function isTimeOfDay(hour: number, minute: number, second: number): boolean {
  return hour <= 23 && minute <= 59 && second <= 59;
}

/** Whether a calendar has this day; `month` and `day` count from 1. */
export function isRealDate(year: number, month: number, day: number): boolean {
  if (!(year >= 1 && month >= 1 && month <= 12 && day >= 1)) return false;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 ? (leap ? 29 : 28) : month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return day <= days;
}

/** From `01.01.0001` to `31.12.9999` with a day to spare at each end for zones: what four digits of a year can say. */
const FIRST_EPOCH_MS = -62_135_510_400_000;
const LAST_EPOCH_MS = 253_402_214_400_000;

/**
 * Makes a function that turns UTC milliseconds into the wall clock of one zone; make it once and keep it, making it is the slow part.
 *
 * @throws RangeError for a zone that this system does not know, and from the function for a time that is no finite number or out of years 1–9999.
 */
export function createStatusTimeFormatter(timeZone: string): (epochMs: number) => StatusTime {
  const format = dateTimeFormat(timeZone);
  return (epochMs) => {
    if (!(epochMs >= FIRST_EPOCH_MS && epochMs <= LAST_EPOCH_MS)) {
      throw new RangeError(`formatStatusTime: expected UTC milliseconds within the years 1 to 9999, got ${String(epochMs)}`);
    }
    const part: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {};
    for (const { type, value } of format.formatToParts(epochMs)) part[type] = value;
    const { day = '', month = '', year = '', hour = '', minute = '', second = '' } = part;
    return statusTime(day, month, year.padStart(4, '0'), hour, minute, second);
  };
}

/**
 * UTC milliseconds as the wall clock of a zone, e.g. `Europe/Kyiv`. For many times of one zone use {@link createStatusTimeFormatter}.
 *
 * @throws RangeError for an unknown zone, and for a time that is no finite number or out of years 1–9999. Source: [TN-14], [reading 32].
 */
export function formatStatusTime(epochMs: number, timeZone: string): StatusTime {
  return createStatusTimeFormatter(timeZone)(epochMs);
}

function dateTimeFormat(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-GB-u-ca-gregory-nu-latn', {
      timeZone,
      hourCycle: 'h23',
      day: '2-digit',
      month: '2-digit',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
  } catch (cause) {
    const shown = JSON.stringify(timeZone.slice(0, 64));
    throw new RangeError(`formatStatusTime: unknown time zone ${shown}; expected a name of the IANA database such as "Europe/Kyiv"`, {
      cause,
    });
  }
}
