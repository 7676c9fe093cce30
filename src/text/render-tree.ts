/** A line and what hangs on it. */
export interface TreeNode {
  /** Fit to be shown; colours are no matter of it. */
  readonly text: string;
  readonly children: readonly TreeNode[];
}

/** Drawn with lines, or with what every terminal has. */
export function renderTree(roots: readonly TreeNode[], { unicode }: { readonly unicode: boolean }): string[] {
  return roots.flatMap(({ text, children }) => [text, ...below(children, '', unicode ? lines : plain)]);
}

interface Strokes {
  readonly child: string;
  readonly last: string;
  readonly past: string;
}

const lines: Strokes = { child: '├── ', last: '└── ', past: '│   ' };
const plain: Strokes = { child: '|-- ', last: '`-- ', past: '|   ' };

function below(nodes: readonly TreeNode[], indent: string, strokes: Strokes): string[] {
  return nodes.flatMap(({ text, children }, index) => {
    const isLast = index === nodes.length - 1;
    const deeper = indent + (isLast ? '    ' : strokes.past);
    return [`${indent}${isLast ? strokes.last : strokes.child}${text}`, ...below(children, deeper, strokes)];
  });
}
