/** A status message from its elements. It has no `To`: the addressee is ResponseFor/OrganId (domain §1.8). */
import { readMoment } from '../dates.ts';
import { type Status, statusCodes, type UnknownElement } from '../types.ts';
import { fieldsOf } from './fields.ts';
import type { Letter } from './letter.ts';
import { organIdOf, readOrganization, readResponseFor, readStaff } from './parts.ts';

const emptyResponse = { organId: organIdOf(null), code: null, documentId: null, promulgatedOn: null };

/** With a StatusCode outside the nine the message is refused; `statusCode` then means nothing and the text is in `unknown`. */
export const readStatus = (letter: Letter): Status => {
  const unknown: UnknownElement[] = [];
  const header = fieldsOf(letter.header, 'MessageHeader', unknown);
  const response = readResponseFor(header.inside('ResponseFor')) ?? emptyResponse;
  const timestamp = header.text('Timestamp');
  const status = {
    kind: 'status' as const,
    from: readOrganization(header.inside('From')),
    responseFor: { ...response, organId: response.organId ?? organIdOf(null) },
    staff: readStaff(header.inside('StaffInfo')),
    statusCode: header.value('StatusCode', (text) => statusCodes.find((code) => code === text) ?? null) ?? '01',
    description: header.text('Description'),
    timestamp,
    reportedAt: timestamp === null ? null : readMoment(timestamp),
  };
  header.close();
  return { ...status, unknown: [...unknown, ...letter.strays] };
};
