declare const statusTimeBrand: unique symbol;

/** A wall clock time without zone, `dd.MM.yyyy HH:mm:ss`, e.g. `03.11.2010 15:21:30`. */
export type StatusTime = string & { readonly [statusTimeBrand]: true };
