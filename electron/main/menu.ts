import { Menu, app, type MenuItemConstructorOptions } from 'electron'
import type { MenuItem } from '../contract'
import { words } from '../services/words'
import { undoLabel, type Undoable } from './undoLabel'

// The page hears these keys itself, and knows whether they are meant for a text or for the school.
const HEARD_BY_PAGE = new Set<MenuItem>(['undo', 'redo'])

/** Sets the menu of the program, which names what would be undone and redone. What the page does itself reaches it through
 *  `choose`. */
export function setMenu(choose: (item: MenuItem) => void, next: Undoable): void {
  const item = (name: MenuItem, accelerator?: string): MenuItemConstructorOptions => ({
    id: name,
    label: words(`menu.${name}`),
    accelerator,
    registerAccelerator: !HEARD_BY_PAGE.has(name),
    click: () => choose(name),
  })
  const named = (name: keyof Undoable, accelerator: string): MenuItemConstructorOptions => ({
    ...item(name, accelerator),
    label: undoLabel(name, next[name]),
    enabled: next[name] !== null,
  })
  const role = (name: NonNullable<MenuItemConstructorOptions['role']>): MenuItemConstructorOptions => ({
    role: name,
    label: words(`menu.${name}`),
  })
  const between: MenuItemConstructorOptions = { type: 'separator' }
  const menu = (name: string, submenu: MenuItemConstructorOptions[]): MenuItemConstructorOptions => ({
    label: words(`menu.${name}`),
    submenu,
  })

  const template = [
    menu('file', [
      item('new-school'),
      item('open-school', 'CmdOrCtrl+O'),
      between,
      item('backups'),
      item('settings', 'CmdOrCtrl+,'),
      between,
      role('quit'),
    ]),
    menu('edit', [
      named('undo', 'CmdOrCtrl+Z'),
      named('redo', 'CmdOrCtrl+Shift+Z'),
      between,
      role('cut'),
      role('copy'),
      role('paste'),
      role('selectAll'),
    ]),
    menu('view', [
      role('zoomIn'),
      role('zoomOut'),
      role('resetZoom'),
      between,
      role('togglefullscreen'),
      ...(app.isPackaged ? [] : [between, role('reload'), role('toggleDevTools')]),
    ]),
    menu('help', [item('guides', 'F1'), item('licences'), between, item('about')]),
  ]
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}
