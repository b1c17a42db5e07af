/** From the plain value back to the wire: where in the message a property stood, in local names (contract §5, `at`). */

const header = 'MessageHeader';
/** First level of an Envelope or Status; what is not here stands in the header under its own name with a capital. */
const roots: Readonly<Record<string, string>> = {
  number: `${header}/Code/CodeNumber`,
  notation: `${header}/Code/CodeNotation`,
  place: `${header}/PromulgationInfo/Place`,
  signer: `${header}/SignerInfo`,
  dueOn: `${header}/DueDate`,
  toPlaces: `${header}/ToPlaces/Place`,
  other: `${header}/OtherInfo`,
  taskCodes: `${header}/ResponseForTask/TaskCode`,
  staff: `${header}/StaffInfo`,
  traces: 'TraceHeaderList/TraceHeader',
  business: 'Bussiness',
  manifest: 'Reference',
  attachments: 'Attachment',
};

/** Names further in that are not their property with a capital; `name` depends on whose it is. */
const inner: Readonly<Record<string, string>> = {
  inCharge: 'OrganizationInCharge',
  address: 'OrganAdd',
  appendixes: 'Appendixes/Appendix',
  reason: 'BussinessDocReason',
  receivers: 'BussinessDocumentInfo/ReceiverList/Receiver',
  replacements: 'ReplacementInfoList/ReplacementInfo',
  organs: 'OrganIdList/OrganId',
  staff: 'StaffInfo',
};

const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** The place of one property below `parent` ('' for the message itself). */
export const placeOf = (parent: string, name: string): string => {
  if (parent === '') return roots[name] ?? `${header}/${capital(name)}`;
  if (name === 'name') return `${parent}/${/^(?:Attachment|Reference)\b/.test(parent) ? 'AttachmentName' : 'OrganName'}`;
  return `${parent}/${inner[name] ?? capital(name)}`;
};
