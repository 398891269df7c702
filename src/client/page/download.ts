// Hands a file that was made in the page to the visitor.

/** The page's address as the beginning of a file's name. */
export const pageName = (): string => location.pathname.split('/').filter(Boolean).slice(-3).join('-') || 'cellarium';

export function download(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
