/** What the checks look at: the message's elements, its files, and the day in Việt Nam. */

import type { Parcel } from '../attachment/parcel.ts';
import type { Profile } from '../types.ts';
import type { Letter } from '../wire/letter.ts';
import type { Notice } from './notice.ts';

export type Checked = {
  readonly letter: Letter;
  readonly parcels: readonly Parcel[];
  readonly profile: Profile;
  /** `yyyy-mm-dd`. */
  readonly today: string;
};

export type Rule = (checked: Checked) => readonly Notice[];
