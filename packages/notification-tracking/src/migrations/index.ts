import { NOTIFICATIONS } from './0001-notifications.ts';
import { SEVERAL_NODES } from './0002-several-nodes.ts';
import { ROUTES } from './0003-routes.ts';
import { LEAN_ACCEPT } from './0004-lean-accept.ts';
import type { Migration } from './migration.ts';

/** All of them, oldest first. */
export const MIGRATIONS: readonly Migration[] = [NOTIFICATIONS, SEVERAL_NODES, ROUTES, LEAN_ACCEPT];
