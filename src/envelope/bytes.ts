/** A file as the readers see it: never a whole Buffer. `read` may answer fewer bytes only at the end. */
export type RandomAccess = { readonly size: number; read(offset: number, length: number): Uint8Array };
