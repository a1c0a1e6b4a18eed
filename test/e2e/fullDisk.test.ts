import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { chooseInDialogs, endRollbook, startRollbook } from '../helpers/electron'
import { canMount, fillDisk, smallDisk } from '../helpers/smallDisk'

it.skipIf(!canMount())('on a full disk what was entered is saved once more, and staff are told', async () => {
  const disk = await smallDisk()
  const started = await startRollbook()
  onTestFinished(() => endRollbook(started))
  const { page, api, electron } = started
  await chooseInDialogs(electron, join(disk, 'school'))
  const place = await api.files.choose({ purpose: 'create-school', suggestedName: '' })
  await api.schools.create({ name: 'Small disk', file: place?.file ?? '' })
  const { userTypeId } = await api.userTypes.create({ name: 'Student' })
  await expect.poll(() => readdir(disk)).toContain('.school.rollbook.reserve')
  await fillDisk(disk)

  const told = page.getByRole('region', { name: /Messages/ }).getByText('Saved, but the disk is full')
  let count = 0
  for (; !(await told.isVisible()); count++) {
    await api.users.create({ firstName: 'Ana', lastName: `Kos ${count}`, userTypeId })
    if (count > 5_000) throw new Error('the disk is not full')
  }
  expect(await api.overview.get({})).toMatchObject({ users: { all: count } })
  await rm(join(disk, 'filler'))
})
