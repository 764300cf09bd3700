import { NOTIFICATIONS } from './0001-notifications.ts';
import type { Migration } from './migration.ts';

/** All of them, oldest first. */
export const MIGRATIONS: readonly Migration[] = [NOTIFICATIONS];
