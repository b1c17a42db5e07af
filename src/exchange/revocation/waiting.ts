/** Which documents wait for news of a revocation, and what counts as news. */
import type { MessageRecord } from '../../records/record.ts';
import type { AttachmentProof, Finding, Proof } from '../../signature/proof.ts';

const isUnknown = ({ reason }: Pick<Finding, 'reason'>): boolean => reason === 'revocation-unknown';

/** Only a verdict that settles the question replaces the first one: that a thread ran out of time, or an anchor was taken away, settles nothing. */
const settles = ({ verdict }: Pick<Finding, 'verdict'>): boolean => verdict === 'valid' || verdict === 'invalid';

/**
 * A document that waits itself, or one with an annex that does: whatever the main document is, a revoked
 * annex makes the whole invalid. A time stamp of unknown revocation alone decides nothing.
 */
export const isWaiting = ({ verdict, reason, proof }: Pick<MessageRecord, 'verdict' | 'reason' | 'proof'>): boolean =>
  reason === 'revocation-unknown' || (verdict !== 'invalid' && (proof?.attachments ?? []).some(isUnknown));

export const isSameVerdict = (before: Pick<MessageRecord, 'verdict' | 'reason'>, { verdict, reason }: Proof): boolean =>
  before.verdict === verdict && before.reason === reason;

/** Files of which nothing was known before and now is, as they are now. */
export const settledFiles = (before: Proof | null, after: Proof): readonly AttachmentProof[] =>
  after.attachments.filter((file, place) => {
    const earlier = before?.attachments[place];
    return earlier?.sha256 === file.sha256 && isUnknown(earlier) && settles(file);
  });

/** Whether the later judgement is worth keeping. While the document itself waits, its annexes wait with it. */
export const isNews = (before: Pick<MessageRecord, 'verdict' | 'reason' | 'proof'>, after: Proof): boolean =>
  isSameVerdict(before, after) ? before.reason !== 'revocation-unknown' && settledFiles(before.proof, after).length > 0 : settles(after);
