import { Menu, app, type MenuItemConstructorOptions } from 'electron'
import type { MenuItem } from '../contract'
import { words } from '../services/words'

/** Sets the menu of the program. What the page does itself reaches it through `choose`. */
export function setMenu(choose: (item: MenuItem) => void): void {
  const item = (name: MenuItem, accelerator?: string): MenuItemConstructorOptions => ({
    id: name,
    label: words(`menu.${name}`),
    accelerator,
    // The page hears this key itself, and knows whether it is meant for a text or for the school.
    registerAccelerator: name !== 'undo',
    click: () => choose(name),
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
      item('undo', 'CmdOrCtrl+Z'),
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
