import type { Guid } from '@taxinav/codec';
import type { BridgeTargetOptions } from './bridge-client.ts';

/** Which notification; a column where several share its GUID. */
export interface OneNotificationOptions extends BridgeTargetOptions {
  readonly guid: Guid;
  readonly column?: string | undefined;
}

/** Where the API has a notification, or one of its actions. */
export function notificationPath(guid: Guid, action: '' | '/cancel' | '/resend'): string {
  return `/api/v1/notifications/${encodeURIComponent(guid)}${action}`;
}
