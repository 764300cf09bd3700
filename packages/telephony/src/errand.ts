import type { AnnounceRequest, JoinRequest } from './pbx.ts';

/** What a call is for: kept with the PBX, in channel variables of Asterisk, so that a later process can go on with it. */
export type Errand =
  | { readonly errand: 'announce'; readonly request: AnnounceRequest }
  | { readonly errand: 'connect' | 'conference'; readonly request: JoinRequest };
