import { BACK_TO_MOMENT } from '../contract/history'

/** SQL of the changes that made a new record. What an undo, a redo or going back has put in its place again is the record
 *  that was there before; but a number that an undo has set free is another record's from its next beginning on. */
export const BEGINNINGS = `(SELECT c.change_set_id, c.entity, c.record_id
  FROM changes c JOIN change_sets s ON s.change_set_id = c.change_set_id
  WHERE c.before IS NULL AND s.undoes IS NULL AND s.command <> '${BACK_TO_MOMENT}')`
