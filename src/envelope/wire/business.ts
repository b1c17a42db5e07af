/** `Bussiness` (sic): what the sender wants done, and whether paper follows. */
import type { Business, BusinessType } from '../types.ts';
import type { Fields } from './fields.ts';
import { digitOf, documentIdOf, flagOf, organIdOf, readStaff } from './parts.ts';

export type BusinessPart = { readonly type: BusinessType; readonly paper: 0 | 1 | 'unclear'; readonly business: Business };

const readReplacement = (fields: Fields): Business['replacements'][number] => ({
  documentId: documentIdOf(fields.text('DocumentId')),
  organs: fields.inside('OrganIdList').texts('OrganId').map(organIdOf),
});

const readReceiver = (fields: Fields): Business['receivers'][number] | null => {
  const change = fields.value('ReceiverType', digitOf(0, 1));
  // Asked for second, so that both stay together in `unknown` where the change is not understood.
  const organId = change === null ? null : fields.text('OrganId');
  return change === null || organId === null ? null : { organId: organIdOf(organId), change: change === 1 ? 'added' : 'removed' };
};

/** `written` = the raw Paper text: missing or blank is 0, any other value than 0 and 1 is unclear (contract §6). */
export const readBusiness = (fields: Fields, written: string): BusinessPart => {
  const information = fields.inside('BussinessDocumentInfo');
  const documentId = fields.text('DocumentId');
  return {
    type: fields.value('BussinessDocType', digitOf(0, 1, 2, 3)) ?? 0,
    paper: fields.value('Paper', digitOf(0, 1)) ?? (written === '' ? 0 : 'unclear'),
    business: {
      reason: fields.text('BussinessDocReason'),
      documentId: documentId === null ? null : documentIdOf(documentId),
      documentInfo: information.value('DocumentInfo', flagOf),
      documentReceiver: information.value('DocumentReceiver', flagOf),
      receivers: information
        .inside('ReceiverList')
        .many('Receiver', readReceiver)
        .filter((receiver) => receiver !== null),
      replacements: fields.inside('ReplacementInfoList').many('ReplacementInfo', readReplacement),
      staff: readStaff(fields.inside('StaffInfo')),
    },
  };
};
