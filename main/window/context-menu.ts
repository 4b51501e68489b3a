import { type ContextMenuParams, Menu, type MenuItemConstructorOptions, type WebContents } from 'electron';

/** The menu of the right button over text: what a person expects there, named by the system. */
export function showContextMenu(
  contents: WebContents,
  { isEditable, editFlags, selectionText }: ContextMenuParams,
): void {
  const items: MenuItemConstructorOptions[] = [];
  if (isEditable) items.push({ role: 'cut', enabled: editFlags.canCut });
  if (isEditable || selectionText !== '') items.push({ role: 'copy', enabled: editFlags.canCopy });
  if (isEditable) items.push({ role: 'paste', enabled: editFlags.canPaste }, { role: 'selectAll' });
  if (items.length > 0 && !contents.isDestroyed()) Menu.buildFromTemplate(items).popup();
}
