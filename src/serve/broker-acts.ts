/** What the AMQP door is handed: the same gate, the same acts and the same problem documents as the REST door. */

import type { HubError } from '../errors.ts';
import { acceptEnvelope } from '../exchange/accept.ts';
import { acknowledge } from '../exchange/acknowledge.ts';
import { checkShape } from '../http/body/reading.ts';
import type { Gate } from '../http/gate/gate.ts';
import { headersFor, incidentFor, problemFor } from '../http/problem.ts';
import { acknowledgementMessage } from '../http/shapes/delivery.ts';
import type { Hub, Spooled } from '../hub.ts';
import type { Caller, Role } from '../records/key.ts';

/** Who may submit and collect, over either door. */
const roles: readonly Role[] = ['agency', 'hub'];

export const brokerActs = (hub: Hub, gate: Gate) => ({
  pass: (caller: Caller, { takesEnvelope }: { readonly takesEnvelope: boolean }) => gate.passSystem(caller, { roles, takesEnvelope }),
  accept: (caller: Caller, spooled: Spooled) => acceptEnvelope(hub, { caller, spooled }),
  acknowledge: async (caller: Caller, told: unknown) => {
    const { deliveryId, result, reason } = checkShape(acknowledgementMessage, told);
    return acknowledge(hub, caller, deliveryId, { result, reason: reason ?? null });
  },
  problemOf: (error: HubError) => ({ body: problemFor(error), headers: headersFor(error) }),
  incidentOf: (incident: string) => ({ body: incidentFor(incident), headers: {} }),
});
