/** The parts that documents and statuses share. */
import { readDay } from '../dates.ts';
import type { DocumentId, OrganId, Organization, ResponseFor, Staff } from '../types.ts';
import type { Fields } from './fields.ts';

// The only places where text becomes a branded id on reading; checks see to blank ones.
export const organIdOf = (text: string | null): OrganId => (text ?? '') as OrganId;
export const documentIdOf = (text: string | null): DocumentId => (text ?? '') as DocumentId;

export const readOrganization = (fields: Fields): Organization => ({
  organId: organIdOf(fields.text('OrganId')),
  inCharge: fields.text('OrganizationInCharge'),
  name: fields.text('OrganName'),
  address: fields.text('OrganAdd'),
  email: fields.text('Email'),
  telephone: fields.text('Telephone'),
  fax: fields.text('Fax'),
  website: fields.text('Website'),
});

/** Null when nothing is said of the clerk. */
export const readStaff = (fields: Fields): Staff | null => {
  const staff = {
    department: fields.text('Department'),
    departmentId: fields.text('DepartmentId'),
    staff: fields.text('Staff'),
    staffId: fields.text('StaffId'),
    email: fields.text('Email'),
    mobile: fields.text('Mobile'),
  };
  return Object.values(staff).every((text) => text === null) ? null : staff;
};

/** All-blank ones occur in the wild and count as absent: null (domain §1.3). */
export const readResponseFor = (fields: Fields): ResponseFor | null => {
  const organId = fields.text('OrganId');
  const documentId = fields.text('DocumentId');
  const response = {
    organId: organId === null ? null : organIdOf(organId),
    code: fields.text('Code'),
    documentId: documentId === null ? null : documentIdOf(documentId),
    promulgatedOn: fields.value('PromulgationDate', readDay),
  };
  return Object.values(response).every((text) => text === null) ? null : response;
};

/** One of a few digits; anything else does not fit. */
export const digitOf =
  <Value extends number>(...allowed: readonly Value[]) =>
  (text: string): Value | null =>
    allowed.find((value) => text === String(value) || text === `0${value}`) ?? null;

export const flagOf = (text: string): boolean | null => {
  if (text === '1' || text.toLowerCase() === 'true') return true;
  return text === '0' || text.toLowerCase() === 'false' ? false : null;
};
