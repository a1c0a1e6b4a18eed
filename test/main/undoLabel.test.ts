import { describe, expect, it } from 'vitest'
import type { ChangeSet } from '../../electron/contract/history'
import { undoLabel } from '../../electron/main/undoLabel'

describe('the label of undo and redo in the menu', () => {
  it('names the change', () => {
    expect(undoLabel('undo', change('students-enrolled', { count: 30, course: 'Biology 2' }))).toBe(
      'Undo: 30 people enrolled in Biology 2',
    )
    expect(undoLabel('redo', change('users-removed', { count: 1 }))).toBe('Redo: 1 person deleted')
  })

  it('says only what it is where there is nothing', () => {
    expect(undoLabel('undo', null)).toBe('Undo')
    expect(undoLabel('redo', null)).toBe('Redo')
  })

  it('shows an & that is part of a name, which would mark a key otherwise', () => {
    expect(undoLabel('undo', change('course-created', { name: 'Arts & crafts' }))).toBe(
      'Undo: Arts && crafts was added',
    )
  })

  it('is cut at 60 characters, never inside one', () => {
    const label = undoLabel('undo', change('course-created', { name: `Arts & ${'🎨'.repeat(70)}` }))
    expect(label).toBe(`Undo: Arts && ${'🎨'.repeat(46)}…`)
  })

  it('leaves out marks that nobody sees and that would turn it around', () => {
    expect(undoLabel('undo', change('course-created', { name: 'Arts\u202e\u0007' }))).toBe(
      'Undo: Arts was added',
    )
  })

  it('tells moments as people read them', () => {
    const label = undoLabel('undo', change('went-back', { count: 3, moment: '2026-09-01T08:00:00.000Z' }))
    expect(label).toMatch(/^Undo: Back to .* 2026, \d\d:\d\d: 3 changes undone$/)
  })
})

function change(summary: string, params: ChangeSet['params']): ChangeSet {
  return {
    changeSetId: 1,
    command: 'some.command',
    kind: 'changed',
    person: 'Ana',
    createdAt: '2026-09-01T08:00:00.000Z',
    summary,
    params,
    changeCount: 1,
    direction: 'done',
    undoes: null,
    undoneBy: null,
    isUndoable: true,
  }
}
