import { randomBytes } from 'node:crypto'
import { isNoEmail } from '../contract/users'

/** What is stored for a person without an e-mail: the column is unique and required, and young pupils have none. */
export function newNoEmail(): string {
  return `none-${randomBytes(4).toString('hex')}@no-email.invalid`
}

/** A stored e-mail as the contract has it: null for a person without one. */
export function emailOf(stored: string): string | null {
  return isNoEmail(stored) ? null : stored
}
