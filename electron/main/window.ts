import { join } from 'node:path'
import { BrowserWindow, app, nativeTheme, screen, type Rectangle } from 'electron'
import type { PreferencesFile, WindowPlace } from './preferencesFile'
import { pageUrl } from './security'

const DEFAULT_SIZE = { width: 1280, height: 800 }
const LEAST_SIZE = { minWidth: 900, minHeight: 600 }
// An executable has an icon of its own on the other systems.
const hasIconFile = process.platform === 'linux' && app.isPackaged
// The page's own backgrounds: what stands there before the first paint must not flash.
const BACKGROUND = { light: '#ffffff', dark: '#18181b' }

/** Opens the one window where it was last, and begins to load the page, at one of its places (`/people`). It shows itself
 *  with its first paint. */
export function openWindow(preferences: PreferencesFile, place: string): BrowserWindow {
  nativeTheme.themeSource = preferences.theme
  const last = visiblePlace(preferences.window)
  const window = new BrowserWindow({
    ...(last ?? DEFAULT_SIZE),
    ...LEAST_SIZE,
    show: false,
    title: app.getName(),
    ...(hasIconFile && { icon: join(process.resourcesPath, 'icon.png') }),
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: {
      preload: join(app.getAppPath(), 'out/preload/index.cjs'),
      // Numbers of Electron's security checklist; what is not named here (6, 8 to 11) is safe by default.
      nodeIntegration: false, // 2
      contextIsolation: true, // 3
      sandbox: true, // 4
      // Names are in no dictionary, and there is none (security.ts).
      spellcheck: false,
      // A file that misses its place must not replace the page.
      navigateOnDragDrop: false,
      v8CacheOptions: 'code',
    },
  })
  if (last?.isMaximized) window.maximize()
  window.once('ready-to-show', () => window.show())
  window.on('close', () => preferences.setWindow(placeOf(window)))
  void window.loadURL(`${pageUrl}#${place}`)
  return window
}

/** Nothing where the screen that it was on is no longer there. */
function visiblePlace(place: WindowPlace | null): WindowPlace | null {
  if (place === null) return null
  const isVisible = screen.getAllDisplays().some(({ workArea }) => overlaps(workArea, place))
  return isVisible ? place : null
}

/** By enough to be seen and dragged. */
function overlaps(area: Rectangle, place: Rectangle): boolean {
  const width = Math.min(area.x + area.width, place.x + place.width) - Math.max(area.x, place.x)
  const height = Math.min(area.y + area.height, place.y + place.height) - Math.max(area.y, place.y)
  return width >= 100 && height >= 50
}

function placeOf(window: BrowserWindow): WindowPlace {
  return { ...window.getNormalBounds(), isMaximized: window.isMaximized() }
}
