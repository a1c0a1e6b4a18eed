import { themeQuartz } from 'ag-grid-community'

export const ROW_HEIGHT = 32

/** The grid in the colours of the page, so that one class on the root element switches both. */
export const theme = themeQuartz.withParams({
  spacing: 4,
  fontFamily: 'inherit',
  fontSize: 13,
  headerFontSize: 12,
  headerFontWeight: 600,
  rowHeight: ROW_HEIGHT,
  headerHeight: 34,
  cellHorizontalPadding: 10,
  iconSize: 14,
  browserColorScheme: 'inherit',
  wrapperBorder: false,
  wrapperBorderRadius: 0,
  borderRadius: 'var(--ui-radius)',
  backgroundColor: 'var(--ui-bg)',
  foregroundColor: 'var(--ui-text)',
  textColor: 'var(--ui-text)',
  headerBackgroundColor: 'var(--ui-bg)',
  headerTextColor: 'var(--ui-text-muted)',
  headerColumnResizeHandleColor: 'transparent',
  borderColor: 'var(--ui-border)',
  accentColor: 'var(--ui-primary)',
  oddRowBackgroundColor: 'var(--ui-bg)',
  rowHoverColor: 'color-mix(in oklab, var(--ui-bg-elevated) 60%, transparent)',
  selectedRowBackgroundColor: 'color-mix(in oklab, var(--ui-primary) 10%, transparent)',
  checkboxUncheckedBorderColor: 'var(--ui-text-dimmed)',
  checkboxIndeterminateBackgroundColor: 'var(--ui-primary)',
  checkboxIndeterminateBorderColor: 'var(--ui-primary)',
  checkboxBorderRadius: 3,
})
