import type { PhoneNumber } from '@taxinav/codec';
import type { Tracker } from '@taxinav/notification-tracking';
import type { CallTarget } from '@taxinav/telephony';
import type { Column } from '../column.ts';
import type { Logger } from '../logging.ts';

/** What finding an operator needs. */
export interface OperatorParts {
  readonly tracker: Pick<Tracker, 'handledBy'>;
  readonly log: Logger;
}

/**
 * Whose phone rings for a client: the one of the workstation that asks, else of who last handled the client's number,
 * else the column's. What is remembered counts only while the column names that phone. Source: [TN-9, reading 36].
 */
export async function operatorFor(
  phone: PhoneNumber,
  column: Column,
  parts: OperatorParts,
  workstation?: string,
): Promise<string | undefined> {
  const { operator, operators } = column.configuration;
  if (workstation !== undefined && Object.hasOwn(operators, workstation)) return operators[workstation];
  const last = await parts.tracker.handledBy({ phone }).catch((error: unknown) => {
    // It only chooses among operators: the column's own is right as well.
    parts.log.warn({ event: 'operator-unknown', column: column.id, err: error }, 'who last handled a number could not be read');
    return undefined;
  });
  return last !== undefined && column.operators.has(last) ? last : operator;
}

/** How an operator's phone is called when he has asked for the call himself: it may pick up alone. */
export function askedForOperator(endpoint: string, column: Column): Pick<CallTarget, 'endpoint' | 'autoAnswer'> {
  const { autoAnswer } = column.configuration;
  // The header is SIP's; any other technology would refuse the call for it.
  return autoAnswer === undefined || !/^PJSIP\//i.test(endpoint) ? { endpoint } : { endpoint, autoAnswer };
}
