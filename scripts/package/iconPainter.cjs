// Electron's main file while the icons are drawn: SVG SIZE ... on the command line, JSON of PNGs on standard output.
const { readFileSync } = require('node:fs')
const { BrowserWindow, app } = require('electron')

const [source, ...sizes] = process.argv.slice(2).filter((each) => !each.startsWith('-'))
app.commandLine.appendSwitch('force-device-scale-factor', '1')
app.disableHardwareAcceleration()
app.whenReady().then(paintAll)

async function paintAll() {
  const svg = readFileSync(source, 'utf8')
  const window = new BrowserWindow({ show: false, webPreferences: { sandbox: true } })
  await window.loadURL('data:text/html,<title>icon</title>')
  const paint = `(${paintOne})(${JSON.stringify(svg)},`
  const pictures = {}
  for (const size of sizes)
    pictures[size] = await window.webContents.executeJavaScript(`${paint}${Number(size)})`)
  process.stdout.write(JSON.stringify(pictures), () => app.exit(0))
}

/** Runs in the page. */
async function paintOne(svg, size) {
  const image = new Image(size, size)
  image.src = `data:image/svg+xml,${encodeURIComponent(svg)}`
  await image.decode()
  const canvas = Object.assign(document.createElement('canvas'), { width: size, height: size })
  canvas.getContext('2d').drawImage(image, 0, 0, size, size)
  return canvas.toDataURL('image/png').split(',')[1]
}
