interface Node {
  type: string;
  children?: Node[];
}

/** A remark plugin: raw HTML in prose is shown as the text that it is, never rendered. */
export function rawHtmlAsText() {
  return function visit(node: Node): void {
    if (node.type === 'html') node.type = 'text';
    node.children?.forEach(visit);
  };
}
